"""What is gone: removed when the billing system says so, marked when it only says nothing of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models, transaction

from contact_hub.customers.actions.importing import contradictions, staging
from contact_hub.customers.actions.importing.binding import Binding
from contact_hub.customers.actions.importing.keeping import Keeper
from contact_hub.customers.actions.importing.people import renew, touched_by
from contact_hub.customers.actions.importing.remembering import remember_rows
from contact_hub.customers.models import Account, Customer, ImportFile, ImportRun, Point
from contact_hub.customers.rules.layout import SOURCE

AT_ONCE = 2_000  # rows marked in one transaction


def remove(binding: Binding, lines: tuple[int, int], *, file: ImportFile) -> tuple[int, set[int]]:
    """Remove the rows that tombstones name; return how many went, and whom else it concerns.

    What contacts, notes or other records of the hub hang on stays, marked as no longer in the
    billing system: no history goes because a row did. What other mirrored rows still need stays,
    too, and is told.
    """
    same = " AND ".join(f"t.{name} = s.{name}" for name in map(staging.quoted, binding.keys))
    rows = staging.ask(
        f"SELECT t.id FROM {binding.stage} s JOIN {binding.table} t ON {same}"
        " WHERE s.at_line > %s AND s.at_line <= %s AND s.op = 'D'",
        lines,
    )
    pks = [pk for (pk,) in rows]
    if not pks:
        return 0, set()
    name = binding.file.name
    concerned = touched_by(name, pks) if name in {"customers", "accounts", "premises"} else set()
    kept = _hung_on(binding.model, pks)
    going = [pk for pk in pks if pk not in kept]
    remember_rows(binding.model, going, run=file.run)
    gone = 0
    for start in range(0, len(going), 500):
        doomed = binding.model._default_manager.filter(pk__in=going[start : start + 500])
        gone += doomed.delete()[1].get(binding.model._meta.label, 0)
    if kept and binding.file.marks:
        gone += _mark(binding.model, list(kept), run=file.run)
    elif kept:
        contradictions.add_kept(binding, file, sorted(kept))
    return gone, concerned - (set(going) if name == "customers" else set())


def vanish(binding: Binding, file: ImportFile, *, keeper: Keeper) -> None:
    """Mark the rows that a full file leaves out; those it names and that did not fit stay."""
    staging.index_keys(binding)
    (key,) = binding.keys
    while not file.marked:
        with transaction.atomic():
            rows = staging.ask(
                f"SELECT t.id FROM {binding.table} t WHERE t.source = '{SOURCE}' AND t.on_file"
                f" AND NOT EXISTS (SELECT 1 FROM {binding.stage} s WHERE s.{key} = t.{key})"
                " AND NOT EXISTS (SELECT 1 FROM customers_importreject r"
                f" WHERE r.file_id = %s AND r.key = t.{key}) ORDER BY t.id LIMIT {AT_ONCE}",
                [file.pk],
            )
            pks = [pk for (pk,) in rows]
            _mark(binding.model, pks, run=keeper.run)
            keeper.mark(file, gone=file.gone + len(pks), marked=len(pks) < AT_ONCE)
            renew(touched_by(binding.file.name, pks))
        keeper.breathe()


def _mark(model: type[models.Model], pks: Sequence[int], *, run: ImportRun) -> int:
    """Say of rows that the billing system has them no longer."""
    marked = 0
    for start in range(0, len(pks), 500):
        some = pks[start : start + 500]
        rows = model._default_manager.filter(pk__in=some, on_file=True)
        marked += rows.update(on_file=False, as_of=run.as_of)
        if model is Customer:
            points = Point.objects.filter(customer__in=some, source=SOURCE, on_file=True)
            points.update(on_file=False, as_of=run.as_of)
    return marked


def _hung_on(model: type[models.Model], pks: Sequence[int]) -> set[int]:
    """Those of the rows that something of the hub's own hangs on, or that must not go yet."""
    kept: set[int] = set()
    for relation in model._meta.related_objects:
        other = relation.related_model
        own = other._meta.app_label != model._meta.app_label
        if not own and getattr(relation, "on_delete", None) is not models.PROTECT:
            continue
        name = relation.field.name
        for start in range(0, len(pks), 500):
            some = other._base_manager.filter(**{f"{name}__in": pks[start : start + 500]})
            kept.update(some.values_list(name, flat=True))
    if model in {Customer, Account}:
        kept.update(_with_notes(model, pks))
    return kept


def _with_notes(model: type[models.Model], pks: Sequence[int]) -> set[int]:
    """Those whom colleagues wrote something about."""
    noted = model._default_manager.filter(pk__in=list(pks)[:500], notes__isnull=False)
    return set(noted.values_list("pk", flat=True))
