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
    "citations.pattern": Known(r"[A-Z]{2}\d{6,8}", "How a citation's number looks."),
    "plates.pattern": Known(r"[A-Z0-9]{5,8}", "How a licence plate looks, without separators."),
    "meters.pattern": Known(r"[A-Z]{0,3}\d{6,9}", "How a meter's number looks."),
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
    "verification.points": Known({}, "What each proof of identity scores, where not the default."),
    "verification.needs": Known({}, "How many points each level needs, where not the default."),
    "verification.allows": Known({}, "Which level each fact or act asks for, where not default."),
    "verification.lines": Known({}, "The same for one business line only."),
    "verification.scopes": Known({}, "The level an authorised party may reach, by scope."),
    "verification.opens": Known({}, "Proofs that open one fact by themselves, by fact."),
    "verification.confirming": Known([], "Proofs that confirm at a point on file, for level 3."),
    "verification.in_person": Known([], "Proofs that make level 3 by themselves."),
    "verification.tries": Known(3, "Failed tries within the hours below that lock an account."),
    "verification.lock_hours": Known(24, "Hours in which failures add up, and a lock lasts."),
    "verification.point_days": Known(30, "Days a point is on file before a code there proves."),
    "verification.code_minutes": Known(10, "Minutes a one-time code holds."),
    "verification.code_tries": Known(3, "Wrong tries after which a one-time code is void."),
    "verification.codes_per_hour": Known(3, "One-time codes sent to one point within an hour."),
    "verification.reveal_minutes": Known(10, "Minutes a look above the level lasts."),
    "verification.red_flags": Known(
        [
            "identity_mismatch",
            "linked_elsewhere",
            "mail_returned",
            "bureau_alert",
            "bill_denied",
            "failed_tries",
        ],
        "Signs of a stolen identity that an agent may raise.",
    ),
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
