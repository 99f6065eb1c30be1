"""How a customer shows: every form of the name at every place, folded for comparison."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from doublemetaphone import doublemetaphone

from contact_hub.lib import names, streets

MOST = 24  # rows of one customer and account; more would be a list, not a face
LONGEST = 30  # letters of a word for which slips are prepared
NAMELESS = names.Name("", "")
_NOT_DIGITS = re.compile(r"\D")
_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?\s*$")


class Who(NamedTuple):
    """A name on file."""

    name: str
    first: str
    last: str
    preferred: str
    business: bool


class Place(NamedTuple):
    """Where a customer is met: at an account, at a premise, or by post."""

    account: int | None = None
    number: str = ""
    is_open: bool = False
    street: str = ""
    unit: str = ""
    zip_code: str = ""
    city: str = ""


class Shown(NamedTuple):
    """A row of the search table, without its customer."""

    account: int | None
    name: str
    last: str
    first: str
    house: str
    street: str
    zip: str
    city: str
    unit: str
    number: str  # last digit first
    phones: str
    emails: str
    is_open: bool


def shown(
    who: Who,
    *,
    others: Iterable[str] = (),
    places: Iterable[Place],
    phones: Iterable[str],
    emails: Iterable[str],
) -> set[Shown]:
    """The rows of one customer.

    others  names of those who may speak for the customer
    """
    forms = names.on_file(
        name=who.name,
        first=who.first,
        last=who.last,
        preferred=who.preferred,
        business=who.business,
    ) or {NAMELESS}
    for other in others:
        forms |= set(names.readings(other)[:1])
    calls = " ".join(sorted(map(national, phones)))[:200]
    mails = " ".join(sorted(emails))[:400]
    found: set[Shown] = set()
    for place in places or (Place(),):
        there = streets.read(place.street)
        within = unit(place.unit) or there.unit if place.unit else there.unit
        for last, first in forms if len(forms) <= MOST else sorted(forms)[:MOST]:
            found.add(
                Shown(
                    place.account,
                    who.name,
                    last[:80],
                    first[:80],
                    there.house,
                    there.key[:120],
                    place.zip_code[:5],
                    names.joined(place.city),
                    within,
                    place.number[::-1],
                    calls,
                    mails,
                    place.is_open,
                )
            )
    return found


def by_post(address: str, *, at: Place) -> Place:
    """The place of a postal address on one line, for an account: street first, ZIP code last."""
    found = _ZIP.search(address)
    street = address.partition(",")[0]
    return Place(at.account, at.number, at.is_open, street, "", found[1] if found else "")


@lru_cache(maxsize=20_000)
def unit(text: str) -> str:
    """A unit without the word before it: "Apt 3" and "#3" are both 3."""
    words = names.fold(text).split()
    return words[-1][:10] if words else ""


def national(phone: str) -> str:
    """The last ten digits of a phone number."""
    if not phone[1:].isdigit():
        phone = _NOT_DIGITS.sub("", phone)
    return phone[-10:]


@lru_cache(maxsize=50_000)
def sounds(word: str) -> tuple[str, ...]:
    """How a word may sound: one or two codes of the Double Metaphone."""
    return tuple(code[:18] for code in doublemetaphone(word) if code)


def slips(word: str) -> set[str]:
    """The word, and the word with any one letter left out."""
    if len(word) > LONGEST:
        return {word}
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
