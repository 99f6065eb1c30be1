"""Reading and writing many rows as the database likes best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

FEW = 100  # rows for which a COPY is not worth its round trips
PARAMETERS = 9000  # in one statement; both engines take more


def add(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of plain values; the database numbers them."""
    if not rows:
        return
    table, names = table_of(model), ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) > FEW:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        # columns and table are the model's own
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def read(statement: str, keys: Sequence[int]) -> list[tuple[Any, ...]]:
    """The rows of a statement with `{}` where these primary keys belong.

    Keys are whole numbers and stand in the text: as parameters, thousands cost more than the rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement.format(", ".join(map(str, map(int, keys)))))
        return list(cursor.fetchall())


def by_pieces(rows: Sequence[Any], *, width: int = 1) -> Iterator[Sequence[Any]]:
    """Cut rows so that one statement takes a piece."""
    size = PARAMETERS // width
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def table_of(model: type[Model]) -> str:
    return f'"{model._meta.db_table}"'  # noqa: SLF001  # Django's documented name
