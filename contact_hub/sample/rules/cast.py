"""The town's named people as the billing system has them, with bills like everybody."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from contact_hub.sample.rules.extracts import Plan, write
from contact_hub.sample.rules.histories import History, Span
from contact_hub.sample.rules.ledgers import Ledger
from contact_hub.sample.rules.names import Name
from contact_hub.sample.rules.residents import CAST, Holding, Party, Premise, dice_for
from contact_hub.sample.rules.sheets import Sheets
from contact_hub.sample.rules.town import Citizen, Place
from contact_hub.sample.rules.town import Holding as Had

RATES = {  # line of the town: line, rate, sewer, season, units a day
    "electric": ("E", "R-1", "", "heated", 24.0),
    "water": ("W", "W-R", "S-R", "garden", 0.31),
    "communications": ("C", "F-300", "", "", 0.0),
}
SHOPS = {"R-1": "C-1", "W-R": "W-C", "S-R": "S-C", "heated": "shop", "garden": "indoors"}


def write_cast(sheets: Sheets, citizens: Sequence[Citizen], plan: Plan) -> None:
    """Write everybody, with all that is on file of them."""
    for holding in holdings_of(citizens, plan):
        write(sheets, holding, plan, until=plan.day)


def as_billed(citizens: Sequence[Citizen], plan: Plan) -> tuple[Citizen, ...]:
    """The same people, owing what their bills say."""
    ledgers = {holding.number: _ledger(holding, plan) for holding in holdings_of(citizens, plan)}
    return tuple(
        replace(one, accounts=tuple(_owing(had, ledgers[had.number]) for had in one.accounts))
        for one in citizens
    )


def _owing(had: Had, ledger: Ledger) -> Had:
    return replace(
        had,
        balance=Decimal(ledger.balance).scaleb(-2),
        past_due=Decimal(ledger.past_due()).scaleb(-2),
        due_on=date.fromordinal(ledger.due),
    )


def holdings_of(citizens: Sequence[Citizen], plan: Plan) -> Iterator[Holding]:
    """The accounts of everybody, each with who and what comes on file with it."""
    places: dict[Place, Premise] = {}
    for number, citizen in enumerate(citizens):
        if citizen.place is None or not citizen.accounts:
            continue
        known = places.get(citizen.place)
        where = places[citizen.place] = known or _premise(citizen.place, len(places))
        dice = dice_for(plan.seed, CAST, citizen.accounts[0].running)
        opened = plan.day - dice.randint(200, 4_000)
        party = _party(citizen, citizen.place, number, since=opened, dice=dice)
        slow = "hard" if dice.random() < 0.3 else "late"
        brings = ([party], [] if known else [where])
        for had in citizen.accounts:
            made = _holding(had, party, where, opened=opened, day=plan.day)
            made.payer = slow if had.past_due else dice.choice(("auto", "prompt", "prompt"))
            made.daily *= dice.uniform(0.7, 1.5)
            made.medical = made.line == "E" and dice.random() < 0.06
            made.credit = made.category == "RES" and made.season != "" and dice.random() < 0.1
            made.deposit = 15_000 if dice.random() < 0.15 else 0
            made.parties, made.premises = brings
            brings = ([], [])
            yield made


def _holding(had: Had, party: Party, where: Premise, *, opened: int, day: int) -> Holding:
    line, rate, sewer, season, daily = RATES[had.line]
    business = party.name is None
    return Holding(
        running=had.running,
        party=party,
        premise=where,
        line=line,
        category="COM" if business else "RES",
        rate=SHOPS.get(rate, rate) if business else rate,
        sewer=SHOPS.get(sewer, sewer) if business else sewer,
        season=SHOPS.get(season, season) if business else season,
        daily=daily * 3 if business else daily,
        opened=opened,
        closed=day - 40 if had.status == "closed" else None,
        cycle=1 + had.running % 20,
        delivery="email",
    )


def _ledger(holding: Holding, plan: Plan) -> Ledger:
    history = History(Sheets(), holding, seed=plan.seed, span=Span(plan.begins, plan.day))
    history.write()
    return history.ledger


def _premise(place: Place, number: int) -> Premise:
    return Premise(
        id=f"P{number:09d}",
        street=place.street,
        unit=place.unit,
        zip_code=place.zip_code,
        dwelling="apartment" if place.unit else "house",
        more={"owner_occupied": "" if place.unit else "Y", "year_built": str(1931 + number)},
    )


def _party(
    citizen: Citizen, place: Place, number: int, *, since: int, dice: random.Random
) -> Party:
    first, _, last = citizen.name.partition(" ")
    person = citizen.kind == "person"
    return Party(
        id=f"C{number:09d}",
        name=Name(first, "", last, "") if person else None,
        organisation="" if person else citizen.name,
        language=citizen.language,
        email=citizen.email,
        phone=citizen.phone,
        phone_type="M" if person else "W",
        born=since - dice.randint(7_000, 22_000) if person else None,
        since=since,
        reachable=citizen.reachable,
        promotions=citizen.promotions,
        mail=(place.street, place.unit, "Alder Creek", "WA", place.zip_code),
        more={
            "tax_id_last4": f"{dice.randint(0, 9999):04d}",
            "email_verified": "Y",
            "pin_set": "Y" if dice.random() < 0.25 else "N",
        },
    )
