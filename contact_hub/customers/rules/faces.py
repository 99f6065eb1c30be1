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


class Shown(NamedTuple):
    """A row of the search table, without its customer."""

    account: int | None
    name: str
    last: str
    first: str
    house: str
    street: str
    zip: str
    unit: str
    number: str
    last4: str
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
    forms = _forms(who)
    for other in others:
        forms = forms | set(names.readings(other)[:1])
    calls = " ".join(sorted({national(phone) for phone in phones}))[:200]
    mails = " ".join(sorted(set(emails)))[:400]
    found: set[Shown] = set()
    for place in places or (Place(),):
        there = streets.read(place.street)
        within = unit(place.unit) or there.unit
        for last, first in sorted(forms)[:MOST]:
            found.add(
                Shown(
                    place.account,
                    who.name[:200],
                    last[:80],
                    first[:80],
                    there.house,
                    there.key[:120],
                    place.zip_code[:5],
                    within,
                    place.number,
                    place.number[-4:],
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


@lru_cache(maxsize=50_000)
def national(phone: str) -> str:
    """The last ten digits of a phone number."""
    return "".join(sign for sign in phone if sign.isdigit())[-10:]


@lru_cache(maxsize=50_000)
def sounds(word: str) -> tuple[str, ...]:
    """How a word may sound: one or two codes of the Double Metaphone."""
    return tuple(code[:18] for code in doublemetaphone(word) if code)


def slips(word: str) -> set[str]:
    """The word, and the word with any one letter left out."""
    if len(word) > LONGEST:
        return {word}
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


@lru_cache(maxsize=50_000)
def _forms(who: Who) -> frozenset[names.Name]:
    return frozenset(
        names.on_file(
            name=who.name,
            first=who.first,
            last=who.last,
            preferred=who.preferred,
            business=who.business,
        )
    ) or frozenset({names.Name("", "")})
