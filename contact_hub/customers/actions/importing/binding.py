"""A file of an extract bound to its table: which columns are there, and how each is converted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.apps import apps
from django.db import connection, models

from contact_hub.customers.models import Consent, Sourced
from contact_hub.customers.rules import values
from contact_hub.customers.rules.columns import Column, File
from contact_hub.customers.rules.layout import CODES, FILES, OP
from contact_hub.lib.extracts import Unreadable

MARK = "_"  # columns of ours in a file of refused rows: _run, _line, _column, _reason
NEVER_BLANK = frozenset({"number", "whole", "day", "moment", "flag"})
SMALL, MEDIUM = 32767, 2147483647


@dataclass(slots=True)
class Kept:
    """One column of the table in which a file's rows are put by."""

    name: str  # in the database
    sql_type: str
    is_text: bool = False  # nothing is "" there, not NULL


@dataclass(slots=True)
class Binding:
    """A file, its header, and the table that its rows go to."""

    file: File
    header: tuple[str, ...]
    model: type[models.Model]
    stored: list[Column] = field(default_factory=list)  # in the order of the header
    extra: list[str] = field(default_factory=list)  # columns that the hub has no place for
    kept: list[Kept] = field(default_factory=list)
    converters: dict[str, values.Converter] = field(default_factory=dict)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def stage(self) -> str:
        return f"import_{self.file.name}"

    @property
    def is_sourced(self) -> bool:
        return issubclass(self.model, Sourced)

    @property
    def has_op(self) -> bool:
        return OP in self.header

    @property
    def keys(self) -> list[str]:
        """The columns of both tables that tell one row from another."""
        return [column_of(self.model, name) for name in self.file.conflict]

    @property
    def fields(self) -> list[str]:
        """The columns of the table that this file fills."""
        own = [column_of(self.model, one.field) for one in self.stored if one.is_stored]
        made = [name for name in MADE.get(self.file.name, ()) if name not in own]
        return [*own, *made, *(["extra"] if self.is_sourced else [])]


MADE = {  # fields that are made of several columns, or of the key
    "customers": ("name",),
    "roles": ("external_id",),
    "flags": ("external_id",),
}


def bind(file: File, header: Sequence[str], *, phone: Callable[[str], str]) -> Binding:
    """Look whether a header is one of that file; raise Unreadable."""
    names = tuple(name.strip().lower() for name in header)
    if twice := {name for name in names if names.count(name) > 1}:
        raise Unreadable("header_twice", names=", ".join(sorted(twice)))
    needed = {*(one.name for one in file.columns if one.needed), *file.key}
    if missing := sorted(needed - set(names)):
        raise Unreadable("header_lacks", names=", ".join(missing))
    binding = Binding(file, names, apps.get_model(file.model))
    for name in names:
        if name.startswith(MARK):
            continue
        column = file.by_name.get(name)
        if column is None or column.is_extra:
            binding.extra += [name] if name != OP else []
            if column is None:
                continue
        else:
            binding.stored.append(column)
        if column.kind not in {"ref", "keyed"}:
            binding.converters[name] = _converter(binding.model, column, phone)
    binding.kept = _kept(binding)
    return binding


def column_of(model: type[models.Model], name: str) -> str:
    """The database's name of a field; what is said of consents names a customer, not a point."""
    if model is Consent and name == "customer":
        return "customer_id"
    return str(getattr(model._meta.get_field(name), "column"))  # noqa: B009  # a relation has none


def default_of(model_field: Any) -> Any:
    """What stands in a field where an extract says nothing."""
    if model_field.null:
        return None
    return model_field.get_default() if model_field.has_default() else ""


def target_of(name: str) -> tuple[type[models.Model], str]:
    """The table a reference leads to, and the field that a row is named by there."""
    file = FILES[name]
    return apps.get_model(file.model), file.conflict[0]


def _kept(binding: Binding) -> list[Kept]:
    kept = [Kept("at_line", "bigint")]
    if binding.has_op:
        kept.append(Kept(OP, "varchar(1)", is_text=True))
    kept += [_like(binding.model, name) for name in binding.fields]
    if any(column.field == "(status)" for column in binding.stored):
        kept.append(Kept("status", "varchar(10)", is_text=True))
    return kept


def _like(model: type[models.Model], column: str) -> Kept:
    found = next((one for one in model._meta.concrete_fields if one.column == column), None)
    if found is None:
        return Kept(column, "bigint")
    is_text = isinstance(found, models.CharField | models.TextField) and not found.null
    return Kept(column, str(found.db_type(connection)), is_text=is_text)


def _converter(
    model: type[models.Model], column: Column, phone: Callable[[str], str]
) -> values.Converter:
    """How one column is read: by its kind, within what its field holds."""
    place = model._meta.get_field(column.field) if column.is_stored else None
    longest = getattr(place, "max_length", None)
    how = _how(column, place, longest, phone)
    empty = _empty(place) if place is not None else ("" if column.kind == "text" else None)
    needed = column.needed or (empty == "" and column.kind in NEVER_BLANK)
    return values.Converter(how, empty=empty, needed=needed)


def _how(
    column: Column, place: Any, longest: int | None, phone: Callable[[str], str]
) -> values.How:
    if column.kind == "code":
        return values.How(values.code(CODES[column.of]))
    if column.kind == "number":
        return _number(place)
    if column.kind == "whole":
        small = isinstance(place, models.PositiveSmallIntegerField)
        return values.whole(SMALL if small else MEDIUM)
    if column.kind == "account":
        return values.account_number(longest or 32)
    made: dict[str, Callable[[str], str]] = {
        "day": values.day,
        "moment": values.moment,
        "flag": values.flag,
        "language": values.language,
        "phone": partial(_bare, phone) if column.is_stored else phone,
        "email": values.email(longest or 254),
    }
    known = made.get(column.kind)
    return values.How(known) if known is not None else values.words(longest)


def _bare(phone: Callable[[str], str], text: str) -> str:
    """A number without its extension, where there is no place for it."""
    return phone(text).partition(";")[0]


def _number(place: Any) -> values.How:
    if place is None:
        return values.number(6, 12)
    return values.number(place.decimal_places, place.max_digits - place.decimal_places)


def _empty(place: Any) -> str | None:
    """What is kept where nothing stands; a field without a default takes none and is needed."""
    value = default_of(place)
    if value is None or isinstance(value, datetime):
        return None  # the time at which a row is made is none that an extract tells
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
