"""How much each agreement and difference counts: one set of weights for every site.

Bits are log2(m/u): m, how often the level is seen of the customer who is meant; u, of another.
Where u is how common a word is, it is counted at the site (`Spoken`); of a number it follows from
the size of its space (`FLAT`): an account number agrees by chance once in 2^29, however many
accounts there are. What is missing, on either side, says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

INITIAL = 3.3  # bits of a first name of which one letter was said, and fits


@dataclass(frozen=True, slots=True)
class Spoken:
    """Weights of a word whose commonness is counted: bits = log2(m / share of those who have it).

    exact, near    m of these levels
    most, least    limits of the exact bits
    near_most      and of the near ones
    similar, differs   bits, however common the word is
    """

    exact: float
    near: float
    least: float
    most: float
    near_most: float
    similar: float
    differs: float

    def bits(self, level: str, share: float) -> float:
        if level == "exact":
            return min(self.most, max(self.least, log2(self.exact / share)))
        if level == "near":
            return min(self.near_most, max(self.least / 2, log2(self.near / share)))
        if level == "initial":
            return INITIAL
        if level == "nickname":
            return 0.75 * self.bits("exact", share)
        return self.similar if level == "similar" else self.differs


SPOKEN = {
    "last": Spoken(0.80, 0.18, 3.0, 17.0, 6.7, 0.8, -4.0),
    "first": Spoken(0.78, 0.17, 3.0, 14.0, 6.2, 0.4, -3.6),
    "street": Spoken(0.88, 0.20, 3.0, 12.5, 9.5, 3.5, -4.9),
    "zip": Spoken(0.94, 0.06, 0.0, 9.4, 3.5, -4.5, -5.0),
    "city": Spoken(0.90, 0.10, 0.0, 7.0, 4.0, -1.0, -2.5),
}
FLAT = {
    "phone": {"exact": 23.0, "near": 14.0, "differs": -2.5},
    "email": {"exact": 25.0, "near": 16.0, "similar": 8.0, "differs": -2.0},
    "number": {"exact": 29.0, "near": 20.0, "similar": 8.0, "differs": -5.0},
    "last4": {"exact": 13.0, "near": 3.0, "differs": -4.5},
    "unit": {"exact": 4.0, "differs": -2.5},
    "meter": {"exact": 24.0, "differs": 0.0},
    "plate": {"exact": 24.0, "differs": 0.0},
}
# Of a house number, by its digits: short ones are common, and one slip from another by chance.
HOUSE = {1: (4.9, -2.3), 2: (6.1, -1.7), 3: (9.5, 0.5), 4: (11.5, 3.0)}  # exact, and near
HOUSE_LONG, HOUSE_DIFFERS = (12.0, 3.5), -3.2
ZIP_OF_STREET = 2.0  # bits of a ZIP code at most, where the street fits: streets lie in one or two
SWAPPED = -3.5  # bits of a name whose parts were told in the other order

RARE = 0.5  # faces that a word is taken to be on at least

# Bits that a field brings when it is asked for, and how hard it is to tell.
WORTH = {
    "house": 8.0,
    "phone": 7.5,
    "street": 7.0,
    "last": 7.0,
    "first": 6.0,
    "zip": 4.0,
    "email": 5.0,
    "last4": 5.5,
    "number": 5.0,
    "unit": 3.0,
}


def house(level: str, said: str) -> float:
    """Bits of a house number."""
    if level == "differs":
        return HOUSE_DIFFERS
    exact, near = HOUSE.get(len(said), HOUSE_LONG)
    return exact if level == "exact" else near
