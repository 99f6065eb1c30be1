"""The tables in which an extract's rows are put by, checked, until they are written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection

from contact_hub.customers.actions.importing.binding import Binding, Kept
from contact_hub.customers.actions.rows import by_pieces
from contact_hub.customers.rules.values import written

POINTS = "import_points"
POINT_COLUMNS = [
    Kept("at_line", "bigint"),
    Kept("kind", "varchar(5)", is_text=True),
    Kept("value", "varchar(254)", is_text=True),
    Kept("label", "varchar(40)", is_text=True),
    Kept("extension", "varchar(10)", is_text=True),
    Kept("confirmed", "bool"),
    Kept("returned", "bool"),
]


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


@contextmanager
def unmapped() -> Iterator[None]:
    """Let SQLite read its file piece by piece: mapped, it counts as memory of this process."""
    sizes = [] if is_postgres() else ask("PRAGMA mmap_size")  # none where it cannot map
    for _size in sizes:
        run("PRAGMA mmap_size=0")
    try:
        yield
    finally:
        for (size,) in sizes:
            run(f"PRAGMA mmap_size={size}")


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def run(sql: str, params: Sequence[Any] = ()) -> int:
    """Execute a statement; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return max(int(cursor.rowcount), 0)


def ask(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return list(cursor.fetchall())


def one(sql: str, params: Sequence[Any] = ()) -> Any:
    """The single value that a statement gives."""
    return ask(sql, params)[0][0]


def moment() -> str:
    """A place for a time in a statement."""
    return "CAST(%s AS timestamptz)" if is_postgres() else "%s"


def day() -> str:
    """A place for a day in a statement."""
    return "CAST(%s AS date)" if is_postgres() else "%s"


def stamp(at: datetime | None) -> str:
    """A time as it is put into its place."""
    if at is None:
        raise ValueError("a run without the time of its extract writes nothing")
    return written(at) + ("+00" if is_postgres() else "")


def make_tables(binding: Binding) -> None:
    """Make the empty tables for a file's rows, whatever an earlier run left there."""
    _make(binding.stage, binding.kept, numbered=True)
    if binding.file.name == "customers":
        _make(POINTS, POINT_COLUMNS, numbered=False)


def has_table(name: str) -> bool:
    with connection.cursor() as cursor:
        return name in connection.introspection.table_names(cursor)


def drop_tables(names: Sequence[str]) -> None:
    """Remove the tables of these files."""
    for name in names:
        run(f"DROP TABLE IF EXISTS import_{name}")
    if "customers" in names:
        run(f"DROP TABLE IF EXISTS {POINTS}")


def put_by(
    binding: Binding, rows: Sequence[Sequence[Any]], points: Sequence[Sequence[Any]]
) -> None:
    """Add rows: by COPY where the database has it, else in one statement many times over."""
    _add(binding.stage, binding.kept, rows)
    if points:
        _add(POINTS, POINT_COLUMNS, points)


def count(binding: Binding, upto: int) -> int:
    return int(one(f"SELECT COUNT(*) FROM {binding.stage} WHERE at_line <= %s", [upto]))


def remove(binding: Binding, lines: Sequence[int]) -> None:
    """Take rows out again."""
    tables = [binding.stage, *([POINTS] if binding.file.name == "customers" else [])]
    for some in by_pieces(lines):
        for table in tables:
            run(f"DELETE FROM {table} WHERE at_line IN ({', '.join(map(str, some))})")


def index_lines(binding: Binding) -> None:
    """Make the rows findable by their line, now that all are there."""
    if is_postgres():  # SQLite's tables are kept by it
        _index(binding.stage, "line", "at_line")
    if binding.file.name == "customers":
        _index(POINTS, "line", "at_line")


def index_keys(binding: Binding) -> None:
    """Make the rows findable by their key."""
    _index(binding.stage, "key", ", ".join(map(quoted, binding.keys)))


def learn_sizes(table: str) -> None:
    """Let PostgreSQL's planner know what is in a table that has just been filled."""
    if is_postgres():
        run(f"ANALYZE {quoted(table)}")


def _make(name: str, columns: Sequence[Kept], *, numbered: bool) -> None:
    run(f"DROP TABLE IF EXISTS {name}")
    kind = "UNLOGGED TABLE" if is_postgres() else "TABLE"
    inner = ", ".join(f"{quoted(column.name)} {column.sql_type}" for column in columns)
    if numbered and not is_postgres():
        inner = inner.replace("bigint", "integer PRIMARY KEY", 1)
    run(f"CREATE {kind} {name} ({inner})")


def _index(table: str, name: str, columns: str) -> None:
    run(f"CREATE INDEX IF NOT EXISTS {table}_{name} ON {table} ({columns})")


def _add(table: str, columns: Sequence[Kept], rows: Sequence[Sequence[Any]]) -> None:
    names = ", ".join(quoted(column.name) for column in columns)
    with connection.cursor() as cursor:
        if not is_postgres():
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
            return
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        texts = ", ".join(quoted(column.name) for column in columns if column.is_text)
        force = f", FORCE_NOT_NULL ({texts})" if texts else ""
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv{force})") as copy:
            copy.write(text.getvalue())
