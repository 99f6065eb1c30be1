"""Learning from decisions how much each field counts here, and whether that is any better."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log2

LEAST, MOST = 0.1, 3.0  # of a field's shipped bits
SURE = 1e-6  # nobody is surer than this, so that one label cannot decide all


@dataclass(frozen=True, slots=True)
class Decided:
    """One candidate on whom a person decided.

    bits      field: what it brought by the shipped weights
    against   bits of everything else: the other candidates and "not on file"
    look_up   names the look-up: its candidates are learned from or held out together
    """

    bits: Mapping[str, float]
    against: float
    confirmed: bool
    look_up: str


def against(others: Sequence[float], *, even: float) -> float:
    """The bits of all others together, with those of "not on file"."""
    top = max([even, *others])
    return top + log2(2.0 ** (even - top) + sum(2.0 ** (one - top) for one in others))


def held_out(decided: Collection[Decided]) -> tuple[list[Decided], list[Decided]]:
    """Part the labels: four fifths to learn from, the rest to be tried on."""
    names = sorted({one.look_up for one in decided})
    kept = set(names[::5])
    return (
        [one for one in decided if one.look_up not in kept],
        [one for one in decided if one.look_up in kept],
    )


def loss(decided: Collection[Decided], factors: Mapping[str, float]) -> float:
    """How surprised the weights are by the decisions, in bits a decision."""
    total = 0.0
    for one in decided:
        bits = sum(value * factors.get(name, 1.0) for name, value in one.bits.items())
        odds = max(-700.0, min(700.0, log(2) * (one.against - bits)))
        sure = min(1 - SURE, max(SURE, 1 / (1 + exp(odds))))
        total -= log2(sure if one.confirmed else 1 - sure)
    return total / max(len(decided), 1)


def fit(decided: Sequence[Decided]) -> dict[str, float] | None:
    """For each field how much of its bits counts; None when the labels do not tell.

    A logistic regression over the bits of the fields and the bits against; what a field weighs
    is told in units of what speaks against.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # slow to load, seldom used

    fields = sorted({name for one in decided for name in one.bits})
    answers = [one.confirmed for one in decided]
    if not fields or len(set(answers)) < 2:
        return None
    rows = [[*(one.bits.get(name, 0.0) for name in fields), -one.against] for one in decided]
    weights = LogisticRegression(C=10.0, max_iter=2000).fit(rows, answers).coef_[0]
    unit = float(weights[-1])
    if unit <= 0:
        return None
    return {
        name: round(min(MOST, max(LEAST, float(weight) / unit)), 3)
        for name, weight in zip(fields, weights, strict=False)
    }
