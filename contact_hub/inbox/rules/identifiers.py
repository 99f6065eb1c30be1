"""What in a text tells whose account it is about: numbers first, then phones, addresses and marks.

A number is looked for by shape, then by its check digit, and counts when it exists on file; digits
of numbers that do not exist go back to be a phone. Two shapes are read: digits with blanks or
dashes among them, and one unbroken word in which letters stand for the digits they look like. One
shape that allowed letters and blanks would swallow the next word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from contact_hub.lib import addresses, phones
from contact_hub.lib.addresses import Address
from contact_hub.lib.phones import Phone, Span

SCAN = 20_000  # characters read
MOST = 40  # numbers looked up for one text
HITS = 2_000  # places of one text looked at, which bounds the time a hostile one takes
GROUPS = 8  # groups of digits in a row that are tried together
PADDING = 4  # zeros that people leave out, or write too many
FEWEST = 5  # digits of a number
NEAR = 40  # characters before a number in which a word may say what it is
LIKE_DIGITS = str.maketrans("OoIlSsBZzG", "0011558226")

_DIGITS = re.compile(r"(?<![\w.$+])\d+(?:[ \t]?[\-‑–./]?[ \t]?\d+)*(?![\w])")
_WORD = re.compile(r"(?<![\w$])[0-9A-Za-z]+(?:[\-‑–][0-9A-Za-z]+)*(?!\w)")
_GROUP = re.compile(r"[0-9A-Za-z]+")
_ACCOUNT = re.compile(r"\b(?:acc(?:oun)?t|acct|a/c|cuenta|customer|service)\b", re.IGNORECASE)
_CITATION = re.compile(r"\b(?:citation|ticket|violation|notice|multa|infracci[oó]n)\b", re.I)
_PLATE = re.compile(r"\b(?:licen[cs]e plate|plate|tag|placas?)\b", re.IGNORECASE)
_METER = re.compile(r"\b(?:meter|medidor|contador)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Patterns:
    """How an office's numbers look, whole and without separators, and how phones are completed."""

    account: str = r"\d{10}"
    check_digit: str = ""
    citation: str = r"[A-Z]{2}\d{6,8}"
    plate: str = r"[A-Z0-9]{5,8}"
    meter: str = r"[A-Z]{0,3}\d{6,9}"
    region: str = "US"
    area: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """What may be an account's number: as it would be stored, and where it stands.

    said  a word before it says that it is an account's
    """

    number: str
    span: Span
    said: bool


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What was found in one text; what is our own is left out."""

    accounts: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    citations: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    meters: tuple[str, ...] = ()


def find(
    text: str,
    *,
    patterns: Patterns,
    exist: Callable[[list[str]], Collection[str]],
    own: Collection[str] = (),
) -> Identifiers:
    """Read a text once; `exist` says which account numbers of a list are on file.

    text  without the history it quotes
    own   our own phones (E.164 or as written), account numbers and addresses' first lines
    """
    if not any(map(str.isdigit, text)):
        return Identifiers()
    ours = _ours(own, patterns)
    possible = [one for one in numbers(text, patterns=patterns) if one.number not in ours]
    there = exist(list(dict.fromkeys(one.number for one in possible))) if possible else ()
    known = [one for one in possible if one.number in there]
    spans = [one.span for one in known]
    marks = _marked(text, patterns, spans)
    found_addresses = addresses.find(text, taken=spans)
    spans += [address.span for address in found_addresses]
    spans += [span for _mark, _kind, span in marks]
    called = phones.find(text, region=patterns.region, area=patterns.area, taken=spans)
    return Identifiers(
        accounts=tuple(dict.fromkeys(one.number for one in known)),
        phones=tuple(phone for phone in called if phone.number not in ours),
        addresses=tuple(one for one in found_addresses if _first_line(one) not in ours),
        citations=_of(marks, "citation"),
        plates=_of(marks, "plate"),
        meters=_of(marks, "meter"),
    )


def numbers(text: str, *, patterns: Patterns) -> list[Number]:
    """List what may be account numbers, those that a word announces first; at most MOST.

    Where many numbers of the right length exist by chance, who must choose takes the first.
    """
    shape = _compiled(patterns.account)
    found: dict[tuple[str, Span], Number] = {}
    read = text[:SCAN]
    hits = [*islice(_DIGITS.finditer(read), HITS), *islice(_WORD.finditer(read), HITS)]
    for hit in hits:
        if sum(map(str.isdigit, hit[0])) < FEWEST - 1:
            continue
        for plain, span in _joined(hit):
            for number in _as_stored(plain, shape):
                if checks(number, patterns.check_digit):
                    said = bool(_ACCOUNT.search(read, max(0, span[0] - NEAR), span[0]))
                    found.setdefault((number, span), Number(number, span, said))
    return sorted(found.values(), key=lambda one: (not one.said, one.span))[:MOST]


def checks(number: str, kind: str) -> bool:
    """Whether the last digit is what the others make it.

    kind  "mod10": every second digit from the right doubled, as on cards; "": there is none
    """
    if not kind:
        return True
    digits = [int(one) for one in number if one.isascii() and one.isdigit()]
    doubled = [sum(divmod(2 * one, 10)) for one in digits[-2::-2]]
    return bool(digits) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _joined(hit: re.Match[str]) -> Iterator[tuple[str, Span]]:
    """The groups of a match joined, all in a row first, then fewer and fewer of them."""
    groups = list(_GROUP.finditer(hit[0]))
    if len(groups) > GROUPS:
        groups = groups[:GROUPS]
    for size in range(len(groups), 0, -1):
        for first in range(len(groups) - size + 1):
            some = groups[first : first + size]
            span = hit.start() + some[0].start(), hit.start() + some[-1].end()
            yield "".join(group[0] for group in some), span


def _as_stored(plain: str, shape: re.Pattern[str]) -> Iterable[str]:
    """The numbers that `plain` may stand for: as written, with digits for letters, zeros mended."""
    upper, folded = plain.upper(), plain.translate(LIKE_DIGITS).upper()
    tried = [upper] if folded == upper else [upper, folded]
    for one in dict.fromkeys(tried):
        if sum(map(str.isdigit, one)) < FEWEST:
            continue
        if shape.fullmatch(one):
            yield one
        if one[0] == "0":
            zeros = len(one) - len(one.lstrip("0"))
            yield from (one[n:] for n in range(1, zeros + 1) if shape.fullmatch(one[n:]))
        padded = ("0" * n + one for n in range(1, PADDING + 1))
        yield from (other for other in padded if one.isdigit() and shape.fullmatch(other))


def _marked(text: str, patterns: Patterns, taken: Collection[Span]) -> list[tuple[str, str, Span]]:
    """Citations, plates and meters, where a word says so: they look like anything."""
    found: list[tuple[str, str, Span]] = []
    read = text[:SCAN]
    kinds = (
        ("citation", _CITATION, patterns.citation),
        ("plate", _PLATE, patterns.plate),
        ("meter", _METER, patterns.meter),
    )
    for kind, word, pattern in kinds:
        shape = _compiled(pattern) if pattern else None
        for said in word.finditer(read) if shape else ():
            for hit in _WORD.finditer(read, said.end(), said.end() + NEAR):
                plain = re.sub(r"[\-‑–]", "", hit[0]).upper()
                used = any(hit.start() < end and begin < hit.end() for begin, end in taken)
                if shape and not used and shape.fullmatch(plain) and any(map(str.isdigit, plain)):
                    found.append((plain, kind, hit.span()))
                    break
    return found


def _of(marks: Iterable[tuple[str, str, Span]], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mark for mark, its, _span in marks if its == kind))


def _ours(own: Collection[str], patterns: Patterns) -> frozenset[str]:
    called = (
        phones.normalised(one, region=patterns.region, area=patterns.area) or one for one in own
    )
    lines = (" ".join(one.casefold().split()) for one in own)
    return frozenset([*called, *lines, *own])


def _first_line(address: Address) -> str:
    return f"po box {address.box}" if address.box else f"{address.number} {address.street}".lower()


@lru_cache(maxsize=16)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
