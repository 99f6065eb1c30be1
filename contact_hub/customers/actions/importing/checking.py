"""Rows of a file, converted a column at a time; those that do not fit, with the reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from typing import Any

from contact_hub.customers.actions.importing import staging
from contact_hub.customers.actions.importing.binding import Binding, column_of, target_of
from contact_hub.customers.actions.importing.reaching import Reached, reached
from contact_hub.customers.actions.rows import by_pieces
from contact_hub.customers.rules import values
from contact_hub.customers.rules.columns import Column
from contact_hub.customers.rules.layout import FILES, OP
from contact_hub.customers.rules.values import Misfit
from contact_hub.customers.vault import keys

Row = tuple[Any, ...]
Columns = Mapping[str, Sequence[str]]
Piece = tuple[Sequence[int], Sequence[list[str]]]  # the lines on which rows begin, and the rows
OPS = {"": "", "U": "", "D": "D"}
NOTHING = "{}"


@dataclass(slots=True)
class Rejected:
    """A row that is not taken: its line, why with the column that is to blame, and itself."""

    line: int
    why: Misfit
    row: list[str]
    key: str = ""


@dataclass(slots=True)
class Checked:
    """What became of some rows: those to put by, the points among them, those refused."""

    rows: list[Row] = field(default_factory=list)
    points: list[Reached] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    doubts: Counter[str] = field(default_factory=Counter)  # columns that were left out of a row


class Checker:
    """Checks the rows of one file.

    delta    whether rows may say that something is gone
    preview  rows that were only put by count as there
    """

    def __init__(self, binding: Binding, *, delta: bool, preview: bool) -> None:
        self._binding = binding
        self._delta = delta
        self._preview = preview
        self._known: dict[str, dict[str, int | None]] = {}
        self._key = keys()[0]
        self._extras = Extras(binding.extra)
        self._makers: list[Callable[[Columns], Iterable[Any]]] = self._of_row()

    def check(self, lines: Sequence[int], rows: Sequence[list[str]]) -> Checked:
        """Convert rows that begin on those lines."""
        done, width = Checked(), len(self._binding.header)
        if set(map(len, rows)) - {width}:
            lines, rows = self._as_wide(lines, rows, done)
        if self._binding.has_op:
            lines, rows = self._without_tombstones(lines, rows, done)
        if rows:
            self._look_up(rows)
            self._convert(lines, rows, done)
        return done

    def _as_wide(self, lines: Sequence[int], rows: Sequence[list[str]], done: Checked) -> Piece:
        """Refuse the rows that have not as many columns as the header."""
        width = len(self._binding.header)
        for line, row in zip(lines, rows, strict=True):
            if len(row) != width:
                wrong = Misfit("width", found=len(row), wanted=width)
                done.rejected.append(Rejected(line, wrong, row))
        return _apart(pair for pair in zip(lines, rows, strict=True) if len(pair[1]) == width)

    def _convert(self, lines: Sequence[int], rows: Sequence[list[str]], done: Checked) -> None:
        """All at once; when one does not fit, one half after the other, to find which."""
        try:
            self._convert_all(lines, rows, done)
        except Misfit as misfit:
            if half := len(rows) // 2:
                self._convert(lines[:half], rows[:half], done)
                self._convert(lines[half:], rows[half:], done)
                return
            done.rejected.append(Rejected(lines[0], misfit, rows[0], self.key_of(rows[0])))

    def _convert_all(self, lines: Sequence[int], rows: Sequence[list[str]], done: Checked) -> None:
        by_name = dict(zip(self._binding.header, zip(*rows, strict=True), strict=True))
        points, doubts = (
            reached(self._binding, lines, by_name)
            if self._binding.file.name == "customers"
            else ([], {})
        )
        made: list[Iterable[Any]] = [make(by_name) for make in self._makers]
        if self._binding.is_sourced:
            made.append(self._extra(by_name, len(lines), doubts))
        if any(one.field == "(status)" for one in self._binding.stored):
            made.append(self._plain(by_name, self._binding.file.by_name["status"]))
        op = [repeat("", len(lines))] if self._binding.has_op else []
        done.rows.extend(zip(lines, *op, *made, strict=True))
        done.points.extend(points)
        done.doubts.update(name for left_out in doubts.values() for name in left_out)

    def key_of(self, row: Sequence[str]) -> str:
        """The first column of the key as far as it can be read, else nothing."""
        try:
            name = self._binding.file.key[0]
            converter = self._binding.converters.get(name)
            text = row[self._binding.header.index(name)]
            return str(converter[text] if converter is not None else text.strip())[:160]
        except (Misfit, IndexError):
            return ""

    def _of_row(self) -> list[Callable[[Columns], Iterable[Any]]]:
        """What makes each column of the table, in the order in which rows are put by."""
        makers: list[Callable[[Columns], Iterable[Any]]] = []
        by_place = {
            column_of(self._binding.model, one.field): one
            for one in self._binding.stored
            if one.is_stored
        }
        for name in self._binding.fields:
            if name == "extra":
                continue
            column = by_place.get(name)
            if column is None:
                makers.append(self._names if name == "name" else self._own_key)
            else:
                makers.append(_bound(self._by_kind(column), column))
        return makers

    def _by_kind(self, column: Column) -> Callable[[Columns, Column], Iterable[Any]]:
        if column.kind == "ref":
            return self._reference
        return self._hashed if column.kind == "keyed" else self._plain

    def _plain(self, by_name: Columns, column: Column) -> Sequence[Any]:
        converter = self._binding.converters[column.name]
        try:
            return converter.column(by_name[column.name])
        except Misfit as misfit:
            raise blamed(misfit, column.name) from None

    def _hashed(self, by_name: Columns, column: Column) -> list[Any]:
        owners = by_name[self._binding.file.key[0]]
        try:
            return [
                values.hashed(column.of, text.strip(), whose=owner.strip(), key=self._key)
                if text and not text.isspace()
                else ""
                for owner, text in zip(owners, by_name[column.name], strict=True)
            ]
        except Misfit as misfit:
            raise blamed(misfit, column.name) from None

    def _reference(self, by_name: Columns, column: Column) -> list[Any]:
        known, texts = self._known[column.of], by_name[column.name]
        try:
            return list(map(known.__getitem__, texts))
        except KeyError:
            return [self._one_reference(known, text, column) for text in texts]

    def _one_reference(
        self, known: Mapping[str, int | None], text: str, column: Column
    ) -> int | None:
        if not text.strip():
            if column.needed:
                raise blamed(Misfit("needed"), column.name)
            return None
        if text not in known:
            unknown = Misfit("unknown_row", text=text.strip()[:60], file=column.of)
            raise blamed(unknown, column.name)
        return known[text]

    def _names(self, by_name: Columns) -> list[str]:
        return [_name(row) for row in zip(*[
            by_name.get(part) or [""] * len(by_name["customer_id"])
            for part in ("org_name", "first_name", "last_name", "preferred_name")
        ], strict=True)]  # fmt: skip

    def _own_key(self, by_name: Columns) -> list[str]:
        """A row that the billing system gives no number is called by the columns of its key."""
        names = self._binding.file.key
        rows = zip(*[by_name[name] for name in names], strict=True)
        on = [name for name in names if name in {"account_id", "premise_id"}]
        if self._binding.file.name == "flags":
            on = ["customer_id", *on]
        for row in zip(*[by_name[name] for name in on], strict=True):
            if not any(text.strip() for text in row):
                raise blamed(Misfit("one_of", columns=", ".join(on)), on[0])
        return [_limited("|".join(text.strip() for text in row)) for row in rows]

    def _extra(
        self, by_name: Columns, size: int, doubts: Mapping[int, Mapping[str, str]]
    ) -> Iterable[str]:
        """The columns without a place of their own, as JSON."""
        names = [name for name in self._binding.extra if any(by_name[name])]
        if not doubts and not names:
            return repeat(NOTHING, size)
        rows = zip(*[by_name[name] for name in self._binding.extra], strict=True)
        made = list(map(self._extras.__getitem__, rows)) if names else [NOTHING] * size
        for place, left_out in doubts.items():
            made[place] = as_json(json.loads(made[place]) | left_out)
        return made

    def _look_up(self, rows: Sequence[list[str]]) -> None:
        """Find the rows that these refer to: one statement for each file they name."""
        self._known = {}
        for column in self._binding.stored:
            if column.kind == "ref":
                place = itemgetter(self._binding.header.index(column.name))
                wanted = set(map(place, rows)) - {""}
                self._known.setdefault(column.of, {}).update(self._find(column.of, wanted))
                if not column.needed:
                    self._known[column.of][""] = None

    def _find(self, name: str, texts: set[str]) -> dict[str, int | None]:
        model, place = target_of(name)
        as_stored = _as_named(name)
        wanted = {text: as_stored(text) for text in texts}
        names = [key for key in set(wanted.values()) if key and "\0" not in key]
        found: dict[str, int | None] = {}
        if self._preview:
            found |= _put_by(name, column_of(model, place), names)
        found |= _on_file(model._meta.db_table, column_of(model, place), names)
        return {text: found[key] for text, key in wanted.items() if key in found}

    def _without_tombstones(
        self, lines: Sequence[int], rows: Sequence[list[str]], done: Checked
    ) -> Piece:
        """Set aside the rows that say that something is gone; only their keys are read."""
        place, alive = self._binding.header.index(OP), []
        for line, row in zip(lines, rows, strict=True):
            op = OPS.get(row[place].strip().upper())
            if op == "":
                alive.append((line, row))
                continue
            try:
                done.rows.append(self._tombstone(line, row, op))
            except Misfit as misfit:
                done.rejected.append(Rejected(line, blamed(misfit, OP), row, self.key_of(row)))
        return _apart(alive)

    def _tombstone(self, line: int, row: list[str], op: str | None) -> Row:
        if op is None:
            raise Misfit("op")
        if not self._delta:
            raise Misfit("only_deltas")
        self._look_up([row])
        by_name = {name: (text,) for name, text in zip(self._binding.header, row, strict=True)}
        keys = set(self._binding.keys)
        fields = [name for name in self._binding.fields if name != "extra"]
        made: list[Any] = [
            next(iter(make(by_name))) if name in keys else None
            for name, make in zip(fields, self._makers, strict=True)
        ]
        blank = len(self._binding.kept) - 2 - len(made)
        return (line, op, *made, *[None] * blank)


def blamed(misfit: Misfit, column: str) -> Misfit:
    """The misfit with the column that is to blame."""
    misfit.column = misfit.column or column
    return misfit


def _bound(
    make: Callable[[Columns, Column], Iterable[Any]], column: Column
) -> Callable[[Columns], Iterable[Any]]:
    return lambda by_name: make(by_name, column)


def _name(row: Sequence[str]) -> str:
    organisation, first, last, preferred = (text.strip() for text in row)
    name = organisation or f"{first} {last}".strip() or preferred
    if not name:
        raise blamed(Misfit("nameless"), "last_name")
    return name[:200]


class Extras(dict[tuple[str, ...], str]):
    """The columns without a place of their own, as JSON; the same ones often come again."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, row: tuple[str, ...]) -> str:
        if len(self) >= values.REMEMBERED:
            self.clear()
        told = zip(self._names, row, strict=True)
        text = as_json({name: bare for name, value in told if (bare := value.strip())})
        self[row] = text
        return text


def as_json(told: Mapping[str, str]) -> str:
    """Columns as both databases keep them; raises Misfit for what is not text."""
    text = json.dumps(told)
    if "\\u0000" in text or "\\udc" in text:
        raise Misfit("no_text")
    return text


def _apart(pairs: Iterable[tuple[int, list[str]]]) -> Piece:
    """Pairs of a line and its row as two sequences."""
    lines, rows = [], []
    for line, row in pairs:
        lines.append(line)
        rows.append(row)
    return lines, rows


def _limited(text: str) -> str:
    if len(text) > 120:
        raise Misfit("key_too_long")
    return text


def _as_named(name: str) -> Callable[[str], str]:
    """How a reference to that file is written in the hub."""
    if FILES[name].columns[0].kind == "account":
        return lambda text: values.NOT_IN_NUMBERS.sub("", text.upper())
    return str.strip


def _put_by(name: str, column: str, keys: Sequence[str]) -> dict[str, int | None]:
    """Those of `keys` that the same extract brings, when nothing of it is written."""
    table = f"import_{name}"
    if not staging.has_table(table):
        return {}
    return dict.fromkeys(_on_file(table, column, keys, pk="at_line"))


def _on_file(
    table: str, column: str, keys: Sequence[str], *, pk: str = "id"
) -> dict[str, int | None]:
    """The numbers of the rows that are called by these names."""
    named = f"SELECT {column}, {pk} FROM {table} WHERE {column}"  # names are ours
    if staging.is_postgres():
        return dict(staging.ask(f"{named} = ANY(%s)", [list(keys)])) if keys else {}
    found: dict[str, int | None] = {}
    for some in by_pieces(keys):
        found.update(staging.ask(f"{named} IN ({', '.join(['%s'] * len(some))})", some))
    return found
