"""The people of the town and what they have with us; the same seed makes the same town."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from contact_hub.sample.rules.data import town
from contact_hub.sample.rules.numbers import account_number

DOMAINS = ("example.com", "example.org", "example.net")
CAST = 850_000_000  # running numbers of their accounts begin here
LINES = ("electric", "water", "communications")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A building, or a unit in one."""

    street: str
    unit: str
    zip_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An account somebody has; `running` is what its number is made of."""

    running: int
    number: str
    line: str
    status: str
    balance: Decimal
    past_due: Decimal
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen:
    """Somebody we serve, or a stranger: then without place and accounts."""

    name: str
    kind: str
    language: str
    email: str
    phone: str
    place: Place | None = None
    accounts: tuple[Holding, ...] = ()
    reachable: bool = True  # False: asked not to be written to
    promotions: bool = False


def citizens(*, seed: int, today: date) -> tuple[Citizen, ...]:
    """Everybody on file, 66 of them."""
    dice = random.Random(seed)
    names = town()
    rows = [(name, "person", "es") for name in names["spanish_names"]]
    rows += [(name, "person", "en") for name in names["names"]]
    rows += [(name, "organisation", "en") for name in names["organisations"]]
    found = [_citizen(dice, number, *row, today=today) for number, row in enumerate(rows)]
    shared = found[20]  # a household: two customers behind one address and telephone
    found[21] = _moved_in(found[21], shared)
    return tuple(found)


def strangers() -> tuple[Citizen, ...]:
    """People who write to us and are not on file."""
    return tuple(
        Citizen(name=name, kind="person", language="en", email=_email(name, number), phone="")
        for number, name in enumerate(town()["strangers"], 1)
    )


def _citizen(
    dice: random.Random, number: int, name: str, kind: str, language: str, *, today: date
) -> Citizen:
    place = Place(
        street=f"{dice.randint(2, 480)} {dice.choice(town()['streets'])}",
        unit=f"Apt {dice.randint(1, 24)}" if dice.random() < 0.2 else "",
        zip_code=dice.choice(("98990", "98991")),
    )
    wanted = dice.choices((1, 2, 3), weights=(5, 3, 2))[0]
    return Citizen(
        name=name,
        kind=kind,
        language=language,
        email=_email(name, number),
        phone=f"+1206555{101 + number:04d}",
        place=place,
        accounts=tuple(
            _holding(
                dice, CAST + int(f"{number}{line_number}{dice.randint(100, 999)}"), line, today
            )
            for line_number, line in enumerate(LINES[:wanted], 1)
        ),
        reachable=number != 33,
        promotions=dice.random() < 0.4,
    )


def _holding(dice: random.Random, running: int, line: str, today: date) -> Holding:
    balance = Decimal(dice.randint(1800, 32000)) / 100
    late = dice.random() < 0.25
    past_due = (balance * Decimal("0.6")).quantize(Decimal("0.01")) if late else Decimal(0)
    return Holding(
        running=running,
        number=account_number(running),
        line=line,
        status="active" if dice.random() < 0.95 else "closed",
        balance=balance,
        past_due=past_due,
        due_on=today + timedelta(days=dice.randint(-12 if late else 2, 24)),
    )


def _moved_in(citizen: Citizen, host: Citizen) -> Citizen:
    return Citizen(
        name=citizen.name,
        kind=citizen.kind,
        language=citizen.language,
        email=host.email,
        phone=host.phone,
        place=host.place,
        accounts=citizen.accounts,
    )


def _email(name: str, number: int) -> str:
    plain = name.lower().translate(str.maketrans("áéíóúñü", "aeiounu")).replace(" ", ".")
    return f"{plain}@{DOMAINS[number % len(DOMAINS)]}"
