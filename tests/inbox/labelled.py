"""Messages with what is in them: account numbers, phones and addresses in the ways people write."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

FIRST = ("Rosa", "Luis", "Ann", "Zed", "Mina", "Omar", "June", "Paul")
STREETS = ("Oak", "Alder", "N Main", "Elm Creek", "Third", "San Mateo", "Willow", "Bridge")
KINDS = ("St", "Street", "Ave", "Road", "Blvd", "Lane", "Dr", "Court")
TOWNS = ("Springfield", "Alder Falls", "Rivertown")
TALK = (
    "My bill doubled since May and nobody can tell me why.",
    "The meter was read on 11/20/2026 and it said 48211.",
    "I was charged $213.40 twice in 2026.",
    "The power was out for 3 hours on Tuesday at 7:45.",
    "Please send the form 1040 to me again.",
    "Thank you for the quick help last time!",
)
BEFORE = ("My account number is", "Account #", "acct", "Re: account", "Acct no.", "It is for")
CALLS = ("Call me at", "My cell is", "Phone:", "You can text", "reach me on")
LOOKS_LIKE = {"0": "O", "1": "l", "5": "S", "8": "B", "2": "Z", "6": "G"}


@dataclass
class Labelled:
    """One message, and what a careful reader would find in it."""

    text: str
    accounts: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    streets: set[tuple[str, str]] = field(default_factory=set)


def messages(count: int, *, on_file: list[str], seed: int = 7) -> list[Labelled]:
    """Make `count` messages, the same for the same seed; three in four name an account."""
    dice = random.Random(seed)
    return [_message(dice, on_file) for _n in range(count)]


def account_numbers(count: int, *, seed: int = 3) -> list[str]:
    """Numbers of ten digits with a check digit; many could be a phone as well."""
    dice = random.Random(seed)
    return sorted(
        {_with_check(f"{dice.randrange(200_000_000, 999_999_999)}") for _n in range(count)}
    )


def _message(dice: random.Random, on_file: list[str]) -> Labelled:
    made = Labelled("")
    parts = [dice.choice(TALK), dice.choice(TALK)]
    if dice.random() < 0.775:
        number = dice.choice(on_file)
        made.accounts.add(number)
        parts.append(
            f"{dice.choice(BEFORE)} {_written(number, dice)} {dice.choice(('shows', 'and', '.'))}"
        )
    if dice.random() < 0.35:
        phone, written = _phone(dice)
        made.phones.add(phone)
        parts.append(f"{dice.choice(CALLS)} {written}{dice.choice(('.', ' please', ''))}")
    if dice.random() < 0.3:
        house, street = str(dice.randrange(1, 9999)), f"{dice.choice(STREETS)} {dice.choice(KINDS)}"
        made.streets.add((house, street.lower()))
        parts.append(f"I live at {_place(house, street, dice)}")
    dice.shuffle(parts)
    made.text = f"Hello,\n{dice.choice((' ', chr(10))).join(parts)}\n{dice.choice(FIRST)}\n"
    return made


def _written(number: str, dice: random.Random) -> str:
    return dice.choice(
        (
            lambda: number,
            lambda: f"{number[:4]}-{number[4:8]}-{number[8:]}",
            lambda: f"{number[:5]} {number[5:]}",
            lambda: f"{number[:3]} {number[3:6]} {number[6:]}",
            lambda: f"00{number}",
            lambda: _misread(number, dice),
        )
    )()


def _misread(number: str, dice: random.Random) -> str:
    places = [n for n, digit in enumerate(number) if digit in LOOKS_LIKE]
    chosen = set(dice.sample(places, min(2, len(places))))
    return "".join(LOOKS_LIKE[one] if n in chosen else one for n, one in enumerate(number))


def _phone(dice: random.Random) -> tuple[str, str]:
    line = f"{dice.randrange(220, 989)}{dice.randrange(1000, 9999)}"
    while line[1:3] == "11":
        line = f"{dice.randrange(220, 989)}{dice.randrange(1000, 9999)}"
    area, mid, last = "614", line[:3], line[3:]
    written = dice.choice(
        (
            f"({area}) {mid}-{last}",
            f"{area}-{mid}-{last}",
            f"{area}.{mid}.{last}",
            f"{area} {mid} {last}",
            f"+1 {area} {mid} {last}",
            f"{mid}-{last}",
            f"{area}{mid}{last}",
            f"{area}-{mid}-{last} ext. 22",
        )
    )
    return f"+1{area}{mid}{last}", written


def _place(house: str, street: str, dice: random.Random) -> str:
    town = dice.choice(TOWNS)
    return dice.choice(
        (
            f"{house} {street}, {town}, CA 95012.",
            f"{house} {street}.",
            f"{house} {street} Apt 4, {town} CA 95012",
            f"{house} {street.lower()}, thanks",
        )
    )


def _with_check(nine: str) -> str:
    digits = [int(one) for one in nine]
    doubled = [sum(divmod(2 * one, 10)) for one in digits[::-2]]
    return f"{nine}{-(sum(digits[-2::-2]) + sum(doubled)) % 10}"
