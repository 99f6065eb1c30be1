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
    "bills.kinds": Known(
        {
            "energy": "metered",
            "usage": "metered",
            "water": "metered",
            "sewer": "metered",
            "tier": "metered",
            "fuel": "metered",
            "daily": "daily",
            "customer": "fixed",
            "base": "fixed",
            "service": "fixed",
            "plan": "fixed",
            "late": "fee",
            "fee": "fee",
            "nsf": "fee",
            "reconnect": "fee",
            "credit": "credit",
            "rebate": "credit",
            "discount": "credit",
            "solar": "credit",
            "tax": "tax",
        },
        "What a line of a bill is, by how its code begins: metered, daily, fixed, fee, …",
    ),
    "bills.high": Known("0.30", "The growth in use per day from which a bill is looked into."),
    "reason.bill_days": Known(5, "Days in which a much higher bill is the probable reason."),
    "reason.bill_growth": Known("0.30", "How much higher than the one before it has to be."),
    "reason.returned_days": Known(10, "Days in which a returned payment is the probable reason."),
    "reason.notice_days": Known(7, "Days in which a notice that was mailed is."),
    "lines.restricted": Known(
        {"ambulance": ["manager", "auditor"]},
        "Business lines whose accounts only some roles, or members of some teams, see.",
    ),
    "find.most": Known(12, "People shown for one look; more than that asks for another word."),
    "import.rejects": Known(0.01, "The share of rows that may be refused; above it nothing lands."),
}


def default(name: str) -> Any:
    """What holds until the office says otherwise; raise NoSuchParameter."""
    try:
        return KNOWN[name].default
    except KeyError:
        raise NoSuchParameter(name) from None
