"""Former facts: what rows said of what suggestions learn from, kept before they are changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils import timezone

from contact_hub.customers.actions.importing import staging
from contact_hub.customers.actions.importing.binding import Binding, column_of
from contact_hub.customers.models import FormerFact, ImportRun
from contact_hub.customers.rules.remembered import LEARNED, Learned

FACTS = FormerFact._meta.db_table


def remember(binding: Binding, lines: tuple[int, int], *, run: ImportRun) -> None:
    """Keep what the rows on file say where these lines say something else."""
    learned, entity = learned_of(binding.model)
    if learned is None:
        return
    there = "IS DISTINCT FROM" if staging.is_postgres() else "IS NOT"
    keys = " AND ".join(f"t.{name} = s.{name}" for name in map(staging.quoted, binding.keys))
    living = " AND s.op <> 'D'" if binding.has_op else ""
    for name in learned.fields:
        column = column_of(binding.model, name)
        if column not in binding.fields:
            continue
        source = (
            f"FROM {binding.stage} s JOIN {binding.table} t ON {keys}"
            f" WHERE s.at_line > %s AND s.at_line <= %s{living} AND t.{column} {there} s.{column}"
            f" AND (t.as_of IS NULL OR t.as_of <= {staging.moment()})"
        )
        _keep(binding.model, entity, learned, name, source, [*lines, staging.stamp(run.as_of)], run)


def remember_rows(model: type[models.Model], pks: Sequence[int], *, run: ImportRun) -> None:
    """Keep all that these rows say, which are about to be removed."""
    learned, entity = learned_of(model)
    if learned is None or not pks:
        return
    marks = ", ".join(["%s"] * len(pks))
    for name in learned.fields:
        source = f"FROM {model._meta.db_table} t WHERE t.id IN ({marks})"
        _keep(model, entity, learned, name, source, list(pks), run)


def learned_of(model: type[models.Model]) -> tuple[Learned | None, str]:
    """What is learned from a model's rows, and the name by which former facts call it."""
    entity = str(model._meta.model_name)
    return LEARNED.get(entity), entity


def _keep(
    model: type[models.Model],
    entity: str,
    learned: Learned,
    name: str,
    source: str,
    params: list[object],
    run: ImportRun,
) -> None:
    place = model._meta.get_field(name)
    last = f"FROM {FACTS} f WHERE f.entity = '{entity}' AND f.key = t.id AND f.field = '{name}'"
    began = f"t.{learned.since}" if learned.since else "NULL"
    if learned.is_record:
        first, final = (f"t.{column}" for column in learned.days)
        begins, ends, told = first, _next_day(final), []
    else:
        begins = f"COALESCE((SELECT MAX(f.valid_to) {last}), {began})"
        ends, told = staging.day(), [_date(run)]
    staging.run(
        f"INSERT INTO {FACTS} (entity, key, field, value, valid_from, valid_to, known_from,"
        f" known_to, source) SELECT '{entity}', t.id, '{name}', {_as_json(place)},"
        f" {begins}, {ends}, COALESCE((SELECT MAX(f.known_to) {last}), t.known_from),"
        f" {staging.moment()}, t.source {source}",
        [*told, staging.stamp(run.learned_at), *params],
    )


def _as_json(place: Any) -> str:
    """A column as JSON; money as text, for it is never a float."""
    name = f"t.{place.column}"
    if staging.is_postgres():
        text = isinstance(place, models.DecimalField)
        return f"to_jsonb({name}::text)" if text else f"to_jsonb({name})"
    if isinstance(place, models.DecimalField):
        shown = f"json_quote(printf('%%.{place.decimal_places}f', {name}))"
        return f"CASE WHEN {name} IS NULL THEN NULL ELSE {shown} END"
    if isinstance(place, models.BooleanField):
        return f"CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
    return f"CASE WHEN {name} IS NULL THEN NULL ELSE json_quote({name}) END"


def _next_day(column: str) -> str:
    return f"({column} + 1)" if staging.is_postgres() else f"date({column}, '+1 day')"


def _date(run: ImportRun) -> str:
    """The day of the extract, where the office is."""
    if run.as_of is None:
        raise ValueError("a run without the time of its extract writes nothing")
    return timezone.localdate(run.as_of).isoformat()
