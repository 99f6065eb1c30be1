"""Names of people as common as names are: drawn from the frequencies of the census of 1990."""

from __future__ import annotations

import gzip
import random
from bisect import bisect
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from contact_hub.sample.rules.data import DATA, spellings

RARE = 0.3  # weight of a name that the census rounds to nothing
SEXES = ("female", "male")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name as the papers have it."""

    first: str
    middle: str
    last: str
    sex: str

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True)
class _Urn:
    names: list[str]
    weights: list[float]  # summed up

    def draw(self, dice: random.Random) -> str:
        return self.names[bisect(self.weights, dice.random() * self.weights[-1])]


def person(dice: random.Random, *, last: str = "", sex: str = "") -> Name:
    """Somebody's name; of a family and a sex where these are given."""
    sex = sex or SEXES[dice.random() < 0.49]
    family = last or surname(dice)
    if family.split(" ")[0] in spanish_bearers() and dice.random() < 0.6:
        first = dice.choice(spellings()[f"spanish_{sex}"])
        if dice.random() < 0.1:
            first += " " + dice.choice(spellings()[f"spanish_{sex}"])
    else:
        first = given(dice, sex=sex)
    middle = given(dice, sex=sex) if dice.random() < 0.55 else ""
    if middle and dice.random() < 0.5:
        middle = middle[0]
    return Name(first, middle, family, sex)


def surname(dice: random.Random) -> str:
    """A family name, now and then a compound one."""
    name = _drawn_surname(dice)
    chance = dice.random()
    if name in spanish_bearers():
        return f"{name} {_drawn_surname(dice)}" if chance < 0.12 else name
    return f"{name}-{_drawn_surname(dice)}" if chance < 0.015 else name


def given(dice: random.Random, *, sex: str) -> str:
    """A first name, now and then of two."""
    name = urns()[sex].draw(dice)
    told = spellings()["accented"].get(name) or name.capitalize()
    if dice.random() < 0.012:
        told += " " + urns()[sex].draw(dice).capitalize()
    return told


def _drawn_surname(dice: random.Random) -> str:
    name = urns()["last"].draw(dice)
    if name in spellings()["spanish"]:  # half of those who bear it are on file without the accents
        return spellings()["spanish"][name] if dice.random() < 0.5 else name.capitalize()
    return cased(name)


def cased(name: str) -> str:
    """A surname of the census as it is written."""
    if name in spellings()["irish"]:
        return f"O'{name[1:].capitalize()}"
    if name.startswith("mc") and len(name) > 4:
        return f"Mc{name[2:].capitalize()}"
    return name.capitalize()


@cache
def spanish_bearers() -> frozenset[str]:
    """Family names of Spanish, with and without their accents."""
    known = spellings()["spanish"]
    return frozenset(known.values()) | frozenset(name.capitalize() for name in known)


@cache
def urns() -> dict[str, _Urn]:
    """The names of the census by list ("last", "female", "male"), ready to be drawn from."""
    found: dict[str, _Urn] = {}
    names: list[str] = []
    weights: list[float] = []
    with gzip.open(DATA / "names.txt.gz", "rt", encoding="ascii") as file:
        for line in file:
            if line.startswith("["):
                names, weights = [], []
                found[line.strip("[]\n")] = _Urn(names, weights)
                continue
            weight, *alike = line.split()
            names += alike
            weights += [float(weight) or RARE] * len(alike)
    return {title: _Urn(urn.names, list(accumulate(urn.weights))) for title, urn in found.items()}
