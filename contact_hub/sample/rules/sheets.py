"""Rows of an extract while they are made: text as CSV wants it, counted and summed."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache

from contact_hub.sample.rules.columns import COLUMNS, MONEY

FIRST = date(1900, 1, 1).toordinal()
LAST = date(2100, 1, 1).toordinal()
_ODD = "\x1f"  # stands between the fields until it is known that none of them needs quotes
_KNOWN = {file: frozenset(columns) for file, columns in COLUMNS.items()}


@cache
def days() -> list[str]:
    """Each day as text; the day is an ordinal less FIRST."""
    return [date.fromordinal(number).isoformat() for number in range(FIRST, LAST)]


class Cash(dict[int, str]):
    """Cents as text, in dollars: the usual amounts are at hand, others are made."""

    def __missing__(self, cents: int) -> str:
        sign, size = ("-", -cents) if cents < 0 else ("", cents)
        return f"{sign}{size // 100}.{size % 100:02d}"


@cache
def cash() -> Cash:
    """Each amount below a thousand dollars."""
    return Cash((cents, f"{cents // 100}.{cents % 100:02d}") for cents in range(100_000))


def day_text(ordinal: int | None) -> str:
    """An ordinal as text; nothing for no day."""
    return days()[ordinal - FIRST] if ordinal is not None else ""


def money_text(cents: int) -> str:
    """Cents as dollars with two places."""
    return cash()[cents]


class Sheets:
    """Rows by file, each a line of text, with the sum of the file's main money column."""

    __slots__ = ("rows", "totals")

    def __init__(self) -> None:
        self.rows: dict[str, list[str]] = {file: [] for file in COLUMNS}
        self.totals: dict[str, int] = dict.fromkeys(COLUMNS, 0)  # cents

    def add(self, file: str, **values: str) -> None:
        """Write a row; what is not named stays empty, what the file does not have is refused."""
        if not values.keys() <= _KNOWN[file]:
            raise KeyError(f"{file}: {sorted(values.keys() - _KNOWN[file])}")
        get = values.get
        line = _ODD.join([get(column, "") for column in COLUMNS[file]])
        if "," in line or '"' in line:
            line = _ODD.join([_quoted(field) for field in line.split(_ODD)])
        self.rows[file].append(line.replace(_ODD, ","))
        if file in MONEY and (amount := get(MONEY[file])):
            self.totals[file] += cents_of(amount)

    def take(self, other: Sheets) -> None:
        """Put the rows of another set behind these."""
        for file, rows in other.rows.items():
            self.rows[file] += rows
            self.totals[file] += other.totals[file]

    def beyond(self, earlier: Sheets) -> Sheets:
        """What these say that the earlier ones did not: new rows and changed ones."""
        found = Sheets()
        for file, rows in self.rows.items():
            known = set(earlier.rows[file])
            found.rows[file] = [row for row in rows if row not in known]
            found.totals[file] = total_of(file, found.rows[file])
        return found


def total_of(file: str, rows: Iterable[str]) -> int:
    """The sum of a file's main money column in cents; 0 where it has none."""
    if file not in MONEY:
        return 0
    place = COLUMNS[file].index(MONEY[file])
    return sum(cents_of(row[place]) for row in csv.reader(rows))


def cents_of(amount: str) -> int:
    """Dollars as text in cents; nothing is 0."""
    return int(Decimal(amount or "0").scaleb(2))


def _quoted(field: str) -> str:
    if "," in field or '"' in field:
        return '"' + field.replace('"', '""') + '"'
    return field
