"""How likely somebody is meant whom a message names exactly."""

from __future__ import annotations

from collections.abc import Sequence

from contact_hub.customers.rules.matching import Band

BITS = {
    "number": 29.0,
    "citation": 27.0,
    "meter": 26.0,
    "email": 25.0,
    "phone": 23.0,
    "plate": 22.0,
}
ON_FILE = 1_000_000  # customers that a large office has; with fewer, one may be a little surer


def probabilities(bits: Sequence[float], *, known_share: float) -> list[float]:
    """The probability of each of those who fit, against each other and against a stranger.

    known_share  of those who write, the share who are customers
    """
    stranger = ON_FILE * (1 - known_share) / known_share
    weights = [2.0**one for one in bits]
    total = stranger + sum(weights)
    return [weight / total for weight in weights]


def band(probability: float, *, suggest: float, possible: float) -> Band:
    """In which of three ways somebody is spoken of."""
    if probability >= suggest:
        return "suggested"
    return "possible" if probability >= possible else "unknown"
