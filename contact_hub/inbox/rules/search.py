"""The language of the search box: words, "phrases", -not, and operators such as from: and is:."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

FIELDS = ("from", "to", "subject")  # operators that look for words in one part of a message
STATES = ("new", "open", "waiting", "snoozed", "closed", "merged")
IS = (*STATES, "mine", "unassigned", "undelivered", "muted", "overdue", "urgent")
HAS = ("attachment", "note", "draft", "account", "customer", "owner")
OPERATORS = (*FIELDS, "queue", "owner", "account", "is", "has", "before", "after")

PREFIX = 3  # letters from which a bare word also finds longer ones: elec, electric
LONGEST = 500  # characters of a search that are read
WIDTH = 150  # characters of an excerpt
LEAD = 12  # of them before the first hit, which a narrow row must still show

PART = re.compile(r'(-)?(?:([a-zA-Z]+):)?(?:"([^"]*)"?|((?<=:)(?=\s|$)|\S+))')
NUMBER = re.compile(r"#?\d[\d -]{0,30}\d|#?\d")
TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Words:
    """Words that must (or, negated, must not) stand next to each other in a message."""

    tokens: tuple[str, ...]
    field: str = ""  # from, to, subject; "" anywhere
    prefix: bool = False  # the last one may go on
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """What must (or must not) be so about a case or message: is:open, queue:billing."""

    operator: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """before: or after: a day."""

    operator: str
    day: date


@dataclass(frozen=True, slots=True)
class Problem:
    """A part that was not understood: `kind` is empty, date, is, has or only_not."""

    kind: str
    operator: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """A search, understood."""

    words: tuple[Words, ...] = ()
    filters: tuple[Filter, ...] = ()
    bounds: tuple[Bound, ...] = ()
    problems: tuple[Problem, ...] = ()
    number: str = ""  # digits, when the whole search is one number

    @property
    def asks(self) -> bool:
        return bool(self.words or self.filters or self.bounds)

    @property
    def wanted(self) -> tuple[Words, ...]:
        return tuple(words for words in self.words if not words.negated)

    @property
    def until(self) -> date | None:
        return min((b.day for b in self.bounds if b.operator == "before"), default=None)

    @property
    def since(self) -> date | None:
        return max((b.day for b in self.bounds if b.operator == "after"), default=None)


def parse(text: str) -> Search:
    """Understand what was typed; what cannot be is a Problem, never an exception."""
    text = text[:LONGEST].replace("\x00", " ").strip()
    parts = list(_parts(text))
    words = tuple(part for part in parts if isinstance(part, Words))
    filters = tuple(part for part in parts if isinstance(part, Filter))
    bounds = tuple(part for part in parts if isinstance(part, Bound))
    problems = [part for part in parts if isinstance(part, Problem)]
    if words and all(part.negated for part in words):
        problems.append(Problem("only_not"))
    number = re.sub(r"\D", "", text) if NUMBER.fullmatch(text) else ""
    return Search(words, filters, bounds, tuple(problems), number)


def fold(text: str) -> str:
    """The text as it is compared: lower case, without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).lower()


def tokens_of(text: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(fold(text)))


def excerpt(text: str, searched: Iterable[Words]) -> tuple[tuple[str, bool], ...]:
    """The stretch of `text` around its first hit, in pieces: (piece, whether it is a hit)."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    hits = _hits(text, [words for words in searched if not words.negated])
    start = max(0, hits[0][0] - LEAD) if hits else 0
    if start:
        start = text.find(" ", start, hits[0][0]) + 1 or start
    end = min(len(text), start + WIDTH)
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for first, last in hits:
        if last > end:
            break
        pieces += [(text[at:first], False), (text[first:last], True)]
        at = last
    pieces.append((text[at:end] + (" …" if end < len(text) else ""), False))
    return tuple(piece for piece in pieces if piece[0])


def _parts(text: str) -> Iterator[Words | Filter | Bound | Problem]:
    for match in PART.finditer(text):
        minus, operator, quoted, bare = match.groups()
        value = quoted if quoted is not None else bare
        operator = (operator or "").lower()
        if operator and operator not in OPERATORS:
            operator, value = "", f"{operator} {value}"
        part = _part(operator, value, negated=bool(minus), quoted=quoted is not None)
        if part is not None:
            yield part


def _part(
    operator: str, value: str, *, negated: bool, quoted: bool
) -> Words | Filter | Bound | Problem | None:
    if operator in ("", *FIELDS):
        tokens = tokens_of(value)
        if not tokens:
            return Problem("empty", operator) if operator else None
        return Words(tokens, operator, not quoted and len(tokens[-1]) >= PREFIX, negated)
    value = value.strip().lower()
    if not value:
        return Problem("empty", operator)
    if operator in ("before", "after"):
        day = _day(value)
        return Bound(operator, day) if day and not negated else Problem("date", operator, value)
    if (operator == "is" and value not in IS) or (operator == "has" and value not in HAS):
        return Problem(operator, operator, value)
    return Filter(operator, value, negated)


def _day(value: str) -> date | None:
    """The first day of 2026-11-01, 2026-11 or 2026."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", value, re.ASCII)
    if not match:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hits(text: str, searched: list[Words]) -> list[tuple[int, int]]:
    """Where the words stand in `text`, in order, without overlaps."""
    spans = [(match.start(), match.end(), fold(match.group())) for match in TOKEN.finditer(text)]
    found: list[tuple[int, int]] = []
    for at in range(len(spans)):
        for words in searched:
            last = at + len(words.tokens) - 1
            if last < len(spans) and _stands(words, [span[2] for span in spans[at : last + 1]]):
                found.append((spans[at][0], spans[last][1]))
                break
    apart: list[tuple[int, int]] = []
    for first, end in found:
        if not apart or first >= apart[-1][1]:
            apart.append((first, end))
    return apart


def _stands(words: Words, here: list[str]) -> bool:
    *before, final = words.tokens
    if here[:-1] != before:
        return False
    return here[-1].startswith(final) if words.prefix else here[-1] == final
