"""Made-up people of a made-up town for bench/matching.py, and what they say of themselves.

Names are as frequent as in the census of 1990 (contact_hub/sample/data/names.txt.gz); houses,
phones, households and slips are dice. Every tenth person is held out: a stranger.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from contact_hub.customers.rules.matching import Told

NAMES = Path(__file__).resolve().parents[1] / "contact_hub/sample/data/names.txt.gz"
SUFFIXES = ["St", "St", "St", "Ave", "Ave", "Rd", "Dr", "Dr", "Ln", "Ct", "Blvd", "Way", "Pl"]
DIRECTIONS = ["", "", "", "", "N ", "S ", "E ", "W "]
KEYS = {  # beside which key each lies
    letter: near
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
    for letter, near in zip(row, [*row[1:], row[-2]], strict=True)
}
TRADES = "Bakery Cafe Dental Plumbing Auto Market Salon Motel Nursery Roofing".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody with one account, as the billing system has it."""

    first: str
    last: str
    business: bool
    house: str
    street: str
    unit: str
    zip: str
    phone: str
    email: str
    number: str

    @property
    def name(self) -> str:
        return f"{self.last} {self.first}" if self.business else f"{self.first} {self.last}"


class Town:
    """Everybody, by number; the same seed makes the same town."""

    def __init__(self, accounts: int, seed: int = 7) -> None:
        self.accounts, self.seed = accounts, seed
        self.lasts, self.firsts = _census("last"), _census("female", "male")
        dice = random.Random(seed)
        words = list(
            dict.fromkeys(self.lasts.draw(dice).title() for _ in range(500 + accounts // 60))
        )
        words = words[: max(40, accounts // 400)]
        self.streets = [
            f"{dice.choice(DIRECTIONS)}{word} {dice.choice(SUFFIXES)}" for word in words
        ]
        self.zips = [str(43001 + 3 * at) for at in range(max(3, accounts // 12_000))]

    def human(self, at: int) -> Human:
        """Number `at`; two in a row may be a household, now and then share a phone."""
        dice = random.Random(self.seed * 1_000_003 + at)
        host = self.human(at - 1) if at % 10 in (1, 3, 5, 7) and dice.random() < 0.35 else None
        first, last = self.firsts.draw(dice).title(), self.lasts.draw(dice).title()
        business = not host and dice.random() < 0.03
        if business:
            first, last = dice.choice(TRADES), self.lasts.draw(dice).title()
        if host and dice.random() < 0.8:
            last = host.last
        phone = f"{dice.choice(('614', '740', '380'))}{dice.randrange(2_000_000, 9_999_999)}"
        email = f"{first}.{last}{dice.randrange(1000)}@example.{dice.choice(('com', 'org', 'net'))}"
        street = dice.randrange(len(self.streets))
        return Human(
            first=first,
            last=last,
            business=business,
            house=host.house if host else str(int(10 ** dice.uniform(1.3, 4))),
            street=host.street if host else self.streets[street],
            unit=host.unit
            if host
            else (f"Apt {dice.randrange(1, 40)}" if dice.random() < 0.15 else ""),
            zip=host.zip if host else self.zips[street % len(self.zips)],
            phone=host.phone if host and dice.random() < 0.3 else phone,
            email=email.lower(),
            number=f"{(at * 7_919_999_983 + 1_234_567_891) % 9_000_000_000 + 1_000_000_000}",
        )

    def on_file(self) -> Iterator[tuple[int, Human]]:
        for at in range(self.accounts * 10 // 9):
            if at % 10 != 9:
                yield at + 1, self.human(at)


class Drawn:
    """Words, each as often as it is."""

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        self.words = [word for _weight, word in rows]
        self.sums = list(accumulate(weight for weight, _word in rows))

    def draw(self, dice: random.Random) -> str:
        return dice.choices(self.words, cum_weights=self.sums)[0]


def _census(*sections: str) -> Drawn:
    rows: list[tuple[int, str]] = []
    reading = False
    for line in gzip.decompress(NAMES.read_bytes()).decode().splitlines():
        if line.startswith("["):
            reading = line.strip("[]") in sections
        elif reading and line:
            weight, *words = line.split()
            rows += [(max(int(weight), 1), word) for word in words]
    return Drawn(rows)


def slip(text: str, dice: random.Random) -> str:
    """One typing mistake in a word: a letter too many, missing, beside, doubled or swapped."""
    if len(text) < 2:
        return text
    at = dice.randrange(len(text) - 1)
    head, here, tail = text[:at], text[at], text[at + 1 :]
    return dice.choice(
        (
            head + tail,
            head + tail[0] + here + tail[1:],
            head + KEYS.get(here.lower(), here) + tail,
            head + here + here + tail,
        )
    )


def digit_slip(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) - 1)
    if dice.random() < 0.3 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return (
        text[:at] + dice.choice([one for one in "0123456789" if one != text[at]]) + text[at + 1 :]
    )


def perhaps(text: str, dice: random.Random) -> str:
    """A mistake in every other word."""
    return slip(text, dice) if dice.random() < 0.5 else text


def two(text: str, dice: random.Random) -> str:
    return slip(slip(text, dice), dice)


def three(person: Human, dice: random.Random) -> str:
    """Three mistakes over both names."""
    first, last = person.first, person.last
    for _ in range(3):
        if dice.random() < 0.5:
            first = slip(first, dice)
        else:
            last = slip(last, dice)
    return f"{first} {last}"


def either(person: Human, dice: random.Random) -> str:
    """The name in one order or the other."""
    if person.business:
        return f"{person.name} LLC"
    return dice.choice(
        (person.name, f"{person.last}, {person.first}", f"{person.last} {person.first}")
    )


Said = Callable[[Human, random.Random], Told]
SCENARIOS: dict[str, Said] = {
    "phone exact": lambda h, _: Told(phones=(h.phone,)),
    "phone + name": lambda h, _: Told(phones=(h.phone,), names=(h.name,)),
    "phone 1 digit wrong + name": lambda h, d: Told(
        phones=(digit_slip(h.phone, d),), names=(h.name,)
    ),
    "account exact": lambda h, _: Told(numbers=(h.number,)),
    "account 1 digit wrong": lambda h, d: Told(numbers=(digit_slip(h.number, d),)),
    "account 1 digit wrong + name": lambda h, d: Told(
        numbers=(digit_slip(h.number, d),), names=(h.name,)
    ),
    "account last 4 + name": lambda h, _: Told(last4=(h.number[-4:],), names=(h.name,)),
    "email exact": lambda h, _: Told(emails=(h.email,)),
    "email typo + name": lambda h, d: Told(emails=(slip(h.email, d),), names=(h.name,)),
    "name, clean": lambda h, d: Told(names=(either(h, d),)),
    "name, half the words wrong": lambda h, d: Told(
        names=(f"{perhaps(h.first, d)} {perhaps(h.last, d)}",)
    ),
    "name + zip": lambda h, d: Told(names=(either(h, d),), zips=(h.zip,)),
    "name + house number": lambda h, _: Told(names=(h.name,), streets=(h.house,)),
    "name + street": lambda h, _: Told(names=(h.name,), streets=(f"{h.house} {h.street}",)),
    "name + street without number": lambda h, _: Told(names=(h.name,), streets=(h.street,)),
    "address alone": lambda h, _: Told(streets=(f"{h.house} {h.street}",)),
    "address + zip": lambda h, _: Told(streets=(f"{h.house} {h.street}",), zips=(h.zip,)),
    "last name + street": lambda h, _: Told(names=(h.last,), streets=(f"{h.house} {h.street}",)),
    "three slips in name + zip": lambda h, d: Told(names=(three(h, d),), zips=(h.zip,)),
    "2 slips in both names": lambda h, d: Told(names=(f"{two(h.first, d)} {two(h.last, d)}",)),
    "2 slips in both + street": lambda h, d: Told(
        names=(f"{two(h.first, d)} {two(h.last, d)}",), streets=(f"{h.house} {slip(h.street, d)}",)
    ),
    "initial and short name + zip": lambda h, _: Told(
        names=(f"{h.first[0]} {h.last[:-1] if len(h.last) > 3 else h.last}",), zips=(h.zip,)
    ),
    "spouse's first name + street": lambda h, d: Told(
        names=(f"{d.choice(('Maria', 'James', 'Linda', 'Robert', 'Karen'))} {h.last}",),
        streets=(f"{h.house} {h.street}",),
    ),
    "house number wrong, name + street": lambda h, d: Told(
        names=(h.name,), streets=(f"{digit_slip(h.house, d)} {h.street}",)
    ),
}
TWO_FIELDS = (
    "phone + name", "account last 4 + name", "name + zip", "name + house number", "name + street",
    "name + street without number", "last name + street",
)  # fmt: skip
