"""Clean records of people and their accounts, for tests and benches of matching: as many as wanted.

They are the same people as those of the extract with the same seed, without their bills.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from contact_hub.sample.rules.neighbourhoods import holdings
from contact_hub.sample.rules.residents import Holding
from contact_hub.sample.rules.sheets import day_text

DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One account with its holder, every field as text; what is not known is empty.

    house   the number, `street` the rest of the line
    phone   E.164
    born    YYYY-MM-DD
    """

    customer: str
    account: str
    first: str
    middle: str
    last: str
    organisation: str
    house: str
    street: str
    unit: str
    city: str
    state: str
    zip_code: str
    phone: str
    email: str
    born: str


def records(*, accounts: int, seed: int, first: int = 0, day: date = DAY) -> Iterator[Record]:
    """The accounts from `first` up to but without `accounts`, in the order of the extract."""
    for holding in holdings(seed=seed, accounts=accounts, day=day.toordinal(), first=first):
        yield record_of(holding)


def record_of(holding: Holding) -> Record:
    """What matching looks at of an account."""
    party, where, name = holding.party, holding.premise, holding.party.name
    house, _, street = where.street.partition(" ")
    return Record(
        customer=party.id,
        account=holding.number,
        first=name.first if name else "",
        middle=name.middle if name else "",
        last=name.last if name else "",
        organisation=party.organisation,
        house=house,
        street=street,
        unit=where.unit,
        city=where.city,
        state=where.state,
        zip_code=where.zip_code,
        phone=party.phone,
        email=party.email,
        born=day_text(party.born),
    )
