"""How sure a look-up is: from bits to probabilities, to a band, to the one thing to ask for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import log2

from contact_hub.customers.rules.matching import Band
from contact_hub.customers.rules.weights import WORTH

ANYBODY = ("house", "phone", "last", "zip")  # asked for, in this order, when nobody was found


def prior(customers: int, *, known_share: float) -> float:
    """The bits that are even odds against "not on file": with N customers, N to one and more.

    known_share  of those who contact us, how many are customers
    """
    return log2(max(customers, 1) * (1 - known_share) / known_share)


def probabilities(bits: Sequence[float], *, even: float) -> list[float]:
    """What share of the belief each candidate gets; what is left is nobody's.

    even  the bits of "not on file" (`prior`)
    """
    top = max([even, *bits])
    shares = [2.0 ** (one - top) for one in bits]
    total = 2.0 ** (even - top) + sum(shares)
    return [share / total for share in shares]


def band(probability: float, *, suggest: float, possible: float) -> Band:
    """What may be made of the best candidate; attaching is nobody's but a person's."""
    if probability >= suggest:
        return "suggested"
    return "possible" if probability >= possible else "unknown"


def ask_for(told: Collection[str], rivals: Sequence[tuple[float, Mapping[str, str]]]) -> str:
    """The field that would help most, among those that were not told.

    told    fields that were
    rivals  probability and what is on file of each who could be meant

    A field is worth its bits, times how well it tells the rivals apart.
    """
    open_fields = [one for one in WORTH if one not in told]
    if not rivals:
        return next((one for one in ANYBODY if one not in told), "number")
    return max(open_fields, key=lambda one: WORTH[one] * _parts(one, rivals), default="")


def _parts(one: str, rivals: Sequence[tuple[float, Mapping[str, str]]]) -> float:
    """Of the belief, how much is in rivals whom this field would tell from the rest: 0 to 1."""
    total = sum(share for share, _values in rivals) or 1.0
    by_value: dict[str, float] = {}
    for share, values in rivals:
        if value := values.get(one, ""):
            by_value[value] = by_value.get(value, 0.0) + share / total
    covered = sum(by_value.values())
    return covered * (1 - sum(share**2 for share in by_value.values()) / 2)
