"""The parameters an office may set, what each is for, and what holds until it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class NoSuchParameter(KeyError):
    """Nothing of that name can be set."""


@dataclass(frozen=True, slots=True)
class Known:
    """One parameter: its default, and in words what it means."""

    default: Any
    words: str


KNOWN: dict[str, Known] = {
    "accounts.pattern": Known(r"\d{10}", "How an account number looks, without separators."),
    "accounts.check_digit": Known("", "How its last digit is made: mod10, or empty for none."),
    "phones.region": Known("US", "The country of numbers written without one."),
    "phones.area": Known("", "The area code of numbers written without one."),
    "points.own": Known([], "Our own addresses and numbers, never taken for a customer's."),
    "mirror.amber_hours": Known(24, "Hours after which figures of billing are marked old."),
    "mirror.red_hours": Known(72, "Hours after which they are marked very old."),
    "matching.suggest": Known(0.99, "How sure a look-up must be to suggest an account."),
    "matching.possible": Known(0.5, "How sure it must be to call an account possible."),
    "matching.known_share": Known(0.9, "Of those who contact us, the share who are customers."),
    "matching.labels": Known(1000, "Decisions that weights are learned from at the earliest."),
    "import.rejects": Known(0.01, "The share of rows that may be refused; above it nothing lands."),
    "import.keep_days": Known(90, "Days for which rows that were refused are kept to be mended."),
}


def default(name: str) -> Any:
    """What holds until the office says otherwise; raise NoSuchParameter."""
    try:
        return KNOWN[name].default
    except KeyError:
        raise NoSuchParameter(name) from None
