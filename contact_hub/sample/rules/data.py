"""The written part of the town: its office and the letters of its people, from the data files."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[1] / "data"
WRAPPED = 70  # characters from which on a line was broken by its width, not on purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Something a customer writes, how the office answers, and what comes back then."""

    key: str
    language: str
    to: str  # the local part of one of our mailboxes
    subject: str
    body: str
    reply: str
    answers: tuple[str, ...] = ()
    wrap: tuple[str, str]  # wrap-up code, outcome
    html: bool = False
    attach: str = ""  # photo, pdf or table
    urgent: bool = False
    stranger: bool = False  # nobody on file writes this


@cache
def office() -> dict[str, Any]:
    """Teams, queues, mailboxes, people, codes, outcomes and canned replies."""
    with (DATA / "office.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def town() -> dict[str, list[str]]:
    """The names of people, organisations, strangers and streets."""
    with (DATA / "town.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def places() -> dict[str, Any]:
    """The map: streets, ZIP and area codes, trades, towns elsewhere."""
    with (DATA / "places.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def spellings() -> dict[str, Any]:
    """How names are written that the census has in capitals and without accents."""
    with (DATA / "names.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def letters() -> tuple[Letter, ...]:
    """Every letter, in the order of the files."""
    found: list[Letter] = []
    for path in sorted((DATA / "letters").glob("*.toml")):
        with path.open("rb") as file:
            found += [_letter(row) for row in tomllib.load(file)["letter"]]
    return tuple(found)


def _letter(row: dict[str, Any]) -> Letter:
    texts = {name: as_typed(row[name].strip()) + "\n" for name in ("body", "reply")}
    lists = {"answers": tuple(row.get("answers", ())), "wrap": tuple(row["wrap"])}
    return Letter(**row | texts | lists)


def as_typed(text: str) -> str:
    """A text as people type it: the lines that only the file breaks become one."""
    return re.sub(rf"^(.{{{WRAPPED},}})\n(?=\S)", r"\1 ", text, flags=re.MULTILINE)
