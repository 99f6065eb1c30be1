"""Rows that were put by are written: new ones inserted, changed ones changed, former facts kept."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, models, transaction

from contact_hub.customers.actions.importing import points, removing, staging
from contact_hub.customers.actions.importing.binding import Binding, column_of, default_of
from contact_hub.customers.actions.importing.keeping import Keeper
from contact_hub.customers.actions.importing.people import renew, touched_by
from contact_hub.customers.actions.importing.remembering import remember
from contact_hub.customers.actions.importing.staging import ask, one, quoted
from contact_hub.customers.models import ImportFile, ImportRun
from contact_hub.customers.rules.layout import OP, SOURCE

CHUNK = {True: 25_000, False: 10_000}  # lines in a transaction: on PostgreSQL, and on SQLite
WORTH_KNOWING = 5_000  # new rows: then the planner must hear of them
WHOSE = {  # files of what matching looks at, and the column that `touched_by` understands
    "customers": "id",
    "accounts": "id",
    "roles": "customer_id",
    "authorized_parties": "customer_id",
    "premises": "id",
}


class Writing:
    """Writes one file of a run.

    fresh  the table was empty when this process began with it: nothing is there to be compared
    """

    def __init__(self, file: ImportFile, binding: Binding, *, keeper: Keeper) -> None:
        self.file = file
        self.binding = binding
        self.keeper = keeper
        self.run = keeper.run
        self.fresh = not one(f"SELECT EXISTS (SELECT 1 FROM {binding.model._meta.db_table})")
        self._of_consents = binding.file.name == "contact_consents"

    def write(self) -> None:
        """Write what is left, a chunk at a time, each with its place in the file."""
        last = int(one(f"SELECT COALESCE(MAX(at_line), 0) FROM {self.binding.stage}"))
        while self.file.applied < last:
            upto = min(self.file.applied + CHUNK[staging.is_postgres()], last)
            try:
                with transaction.atomic():
                    self.chunk(upto)
            except IntegrityError:
                if not self.fresh:
                    raise
                self.fresh = False  # somebody else has written such a row since
                self.file.refresh_from_db()
                continue
            self.keeper.breathe()
        if self.fresh and self.file.new > WORTH_KNOWING:
            staging.learn_sizes(self.binding.table)

    def chunk(self, upto: int) -> None:
        """Write the rows up to a line, in the caller's transaction."""
        lines = (self.file.applied, upto)
        rows = int(
            one(f"SELECT COUNT(*) FROM {self.binding.stage} s WHERE {alive(self.binding)}", lines)
        )
        changed = self._changing(lines)
        if changed:
            remember(self.binding, lines, run=self.run)
        touched, written_rows = self._write_rows(lines)
        gone = 0
        if self.binding.has_op:
            gone, left = removing.remove(self.binding, lines, file=self.file)
            touched |= left
        if self.binding.file.name == "customers":
            touched |= points.write(self.binding, lines, run=self.run, fresh=self.fresh)
        if self.binding.file.name == "services":
            touched |= points.settle_premises(self.binding, lines)
        self.keeper.mark(
            self.file,
            applied=upto,
            state=ImportFile.State.WRITING,
            new=self.file.new + written_rows - changed,
            gone=self.file.gone + gone,
            changed=self.file.changed + changed,
            same=self.file.same + rows - written_rows,
        )
        renew(touched)

    def _changing(self, lines: tuple[int, int]) -> int:
        """How many rows that are on file differ from what the extract says now."""
        if self.fresh or self._of_consents:
            return 0
        return count_changed(self.binding, lines, run=self.run)

    def _write_rows(self, lines: tuple[int, int]) -> tuple[set[int], int]:
        """Insert and change; return whom it concerns and how many rows it was."""
        if self._of_consents:
            return set(), points.consents(self.binding, lines, run=self.run)
        statement = insert(self.binding) if self.fresh else upsert(self.binding)
        params = [*(stamps(self.run) if self.binding.is_sourced else []), *lines]
        if self.binding.file.name not in WHOSE:
            return set(), staging.run(statement, params)
        rows = ask(f"{statement} RETURNING {WHOSE[self.binding.file.name]}", params)
        found = {pk for (pk,) in rows if pk is not None}
        return touched_by(self.binding.file.name, found), len(rows)


def count_changed(binding: Binding, lines: tuple[int, int], *, run: ImportRun) -> int:
    """How many rows of these lines would change what is on file."""
    guard, params = newer(binding, run)
    return int(
        one(
            f"SELECT COUNT(*) FROM {binding.stage} s JOIN {binding.table} t ON {same_key(binding)}"
            f" WHERE {alive(binding)} AND {guard} AND {differs(binding, 't', 's')}",
            [*lines, *params],
        )
    )


def count_matched(binding: Binding, lines: tuple[int, int]) -> int:
    """How many rows of these lines are on file already."""
    return int(
        one(
            f"SELECT COUNT(*) FROM {binding.stage} s JOIN {binding.table} t ON {same_key(binding)}"
            f" WHERE {alive(binding)}",
            lines,
        )
    )


def alive(binding: Binding) -> str:
    """Which rows of the stage a statement is about: (from, to] by line, without tombstones."""
    within = "s.at_line > %s AND s.at_line <= %s"
    return f"{within} AND s.{OP} <> 'D'" if binding.has_op else within


def same_key(binding: Binding) -> str:
    return " AND ".join(f"t.{name} = s.{name}" for name in map(quoted, binding.keys))


def differs(binding: Binding, one_side: str, other_side: str) -> str:
    """That some column of the file says something else; nothing is the same as nothing."""
    names = [name for name in binding.fields if name not in binding.keys]
    left = ", ".join(f"{one_side}.{quoted(name)}" for name in names)
    right = ", ".join(f"{other_side}.{quoted(name)}" for name in names)
    word = "IS DISTINCT FROM" if staging.is_postgres() else "IS NOT"
    other = f"({left}) {word} ({right})" if len(names) > 1 else f"{left} {word} {right}"
    return f"({other} OR NOT {one_side}.on_file)" if binding.file.marks else f"({other})"


def newer(binding: Binding, run: ImportRun) -> tuple[str, list[Any]]:
    """That what is on file is not from a later extract than this one."""
    if not binding.is_sourced:
        return "TRUE", []
    return f"(t.as_of IS NULL OR t.as_of <= {staging.moment()})", [staging.stamp(run.as_of)]


def stamps(run: ImportRun) -> list[str]:
    return [staging.stamp(run.as_of), staging.stamp(run.learned_at)]


def insert(binding: Binding) -> str:
    """The statement that writes rows of which none is there; its places are those of `upsert`."""
    own = _own(binding)
    blank = _blanks(binding, without=set(own))
    columns = [*own, *binding.fields, *blank]
    values = [*own.values(), *(f"s.{quoted(name)}" for name in binding.fields), *blank.values()]
    return (
        f"INSERT INTO {binding.table} AS t ({', '.join(map(quoted, columns))})"
        f" SELECT {', '.join(values)} FROM {binding.stage} s WHERE {alive(binding)}"
        " ORDER BY s.at_line"
    )


def upsert(binding: Binding) -> str:
    """The statement that writes rows; its places: as of, learned (if mirrored), from, to line."""
    changing = [name for name in _own(binding) if name != "known_from"]
    changing += [name for name in binding.fields if name not in binding.keys]
    news = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in changing)
    keys = ", ".join(map(quoted, binding.keys))
    part = " WHERE NOT (external_id = '')" if binding.file.name == "authorized_parties" else ""
    guard = "(t.as_of IS NULL OR t.as_of <= excluded.as_of) AND " if binding.is_sourced else ""
    return (
        f"{insert(binding)} ON CONFLICT ({keys}){part} DO UPDATE SET {news}"
        f" WHERE {guard}{differs(binding, 't', 'excluded')}"
    )


def _own(binding: Binding) -> dict[str, str]:
    """What the hub says of every row of the billing system, by column."""
    stamped = {"source": f"'{SOURCE}'", "as_of": staging.moment(), "known_from": staging.moment()}
    own = stamped if binding.is_sourced else {}
    return own | ({"on_file": "TRUE"} if binding.file.marks else {})


def _blanks(binding: Binding, *, without: set[str]) -> dict[str, str]:
    """What new rows say in the columns that the file has not, by column."""
    filled = {*binding.fields, *without}
    return {
        column: _literal(default_of(found))
        for found in binding.model._meta.concrete_fields
        if (column := column_of(binding.model, found.name)) not in filled
        and not found.primary_key
        and default_of(found) is not None
    }


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str | models.Choices):
        return "'" + str(value).replace("'", "''") + "'"
    return "'{}'" if isinstance(value, dict) else str(value)
