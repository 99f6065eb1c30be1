"""How likely somebody is meant whom a message names exactly."""

from __future__ import annotations

from collections.abc import Sequence

from contact_hub.customers.rules.matching import Band, Candidate

BITS = {
    "number": 29.0,
    "citation": 27.0,
    "meter": 26.0,
    "email": 25.0,
    "phone": 23.0,
    "plate": 22.0,
}
NOBODY = 16.8  # bits for a stranger: a million on file, nine in ten who write are customers
SUGGESTED = 0.99
POSSIBLE = 0.5


def probabilities(bits: Sequence[float]) -> list[float]:
    """The probability of each of those who fit, against each other and against a stranger."""
    weights = [2.0**one for one in bits]
    total = 2.0**NOBODY + sum(weights)
    return [weight / total for weight in weights]


def band_of(candidates: Sequence[Candidate]) -> Band:
    """In which of three ways the best of them is spoken of."""
    best = max((one.probability for one in candidates), default=0.0)
    return band(best)


def band(probability: float) -> Band:
    if probability >= SUGGESTED:
        return "suggested"
    return "possible" if probability >= POSSIBLE else "unknown"
