"""How sure one must be of who speaks before something is said or done: levels 0 to 3, as data.

Level 0 is nobody, 1 somebody who knows the account, 2 somebody who knows what only the holder
knows, 3 somebody seen in person or confirmed at a point that was on file before. What each proof
scores, what each level needs and what it allows are the office's to decide; the defaults below
are what holds until then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST = 3
CALL_DETAIL = "call_detail"
CONFIRMATION = "confirmation"  # what is missing when points are not

POINTS: dict[str, int] = {  # what a proof scores
    "account_number": 1,
    "service_address": 1,
    "birth": 1,
    "tax": 2,
    "document": 2,
    "code": 2,
    "call_back": 2,
    "pin": 3,
    "password": 3,
    "photo_id": 3,
    "caller_id": 0,
    "sender": 0,
}
NEEDS: dict[str, int] = {"1": 2, "2": 3, "3": 3}  # points, by level
CONFIRMING = ("code", "call_back")  # on top of level 3's points they make level 3
IN_PERSON = ("photo_id",)  # makes level 3 by itself
SCOPES: dict[str, int] = {"balance": 1, "service": 2, "everything": 3}  # of authorised parties
ALLOWS: dict[str, int] = {  # the level that a fact, or an act, asks for
    "general": 0,
    "outage_report": 0,
    "rates": 0,
    "programs": 0,
    "take_payment": 0,
    "name": 0,
    "service_address": 1,
    "balance": 1,
    "past_due": 1,
    "due": 1,
    "outages": 1,
    "usage": 2,
    "bills": 2,
    "payments": 2,
    "plan": 2,
    "arrangement": 2,
    "enrolment": 2,
    "start_stop": 2,
    "email": 2,
    "phone": 2,
    "mailing_address": 2,
    "notes": 0,
    "bank": 3,
    "change_name": 3,
    "change_bank": 3,
    "change_mailing": 3,
    "change_point": 3,
    "change_holder": 3,
    "change_pin": 3,
    "refund": 3,
    CALL_DETAIL: 3,
}
LINES: dict[str, dict[str, int]] = {  # where a line of business asks for more
    "communications": {"balance": 2, "past_due": 2, "due": 2, "plan": 2},
}
OPENS: dict[str, list[str]] = {CALL_DETAIL: ["password"]}  # a proof that opens a fact by itself


@dataclass(frozen=True, slots=True)
class Policy:
    """What an office has decided about levels."""

    points: Mapping[str, int] = field(default_factory=lambda: POINTS)
    needs: Mapping[str, int] = field(default_factory=lambda: NEEDS)
    allows: Mapping[str, int] = field(default_factory=lambda: ALLOWS)
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: LINES)
    scopes: Mapping[str, int] = field(default_factory=lambda: SCOPES)
    opens: Mapping[str, Collection[str]] = field(default_factory=lambda: OPENS)
    confirming: Collection[str] = CONFIRMING
    in_person: Collection[str] = IN_PERSON


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something may be said or done, and what is missing otherwise.

    points        how many more would do, 0 when points are not what is missing
    confirmation  whether a code or a call back to a point on file is (also) missing
    """

    allowed: bool
    points: int = 0
    confirmation: bool = False


def policy_of(decided: Mapping[str, Any]) -> Policy:
    """Lay what the office decided over the defaults; what it did not name stays as it is.

    decided  points, needs, allows, lines, scopes, opens, confirming, in_person; any may be absent
    """
    lines = {name: dict(rows) for name, rows in LINES.items()}
    for name, rows in (decided.get("lines") or {}).items():
        lines[name] = lines.get(name, {}) | rows
    return Policy(
        points=POINTS | (decided.get("points") or {}),
        needs=NEEDS | (decided.get("needs") or {}),
        allows=ALLOWS | (decided.get("allows") or {}),
        lines=lines,
        scopes=SCOPES | (decided.get("scopes") or {}),
        opens=OPENS | (decided.get("opens") or {}),
        confirming=decided.get("confirming") or CONFIRMING,
        in_person=decided.get("in_person") or IN_PERSON,
    )


DEFAULT = Policy()


def points_of(proven: Collection[str], policy: Policy = DEFAULT) -> int:
    """Add up what was proven; the same proof twice counts once."""
    return sum(policy.points.get(one, 0) for one in set(proven))


def level_of(proven: Collection[str], policy: Policy = DEFAULT, *, most: int = MOST) -> int:
    """The level that what was proven reaches, and no higher than `most`.

    The confirmation that level 3 asks for comes on top of its points, so it does not score there.
    """
    found, points = set(proven), points_of(proven, policy)
    level = max((n for n in (1, 2) if points >= policy.needs[str(n)]), default=0)
    if found & set(policy.in_person):
        level = 3
    confirmed = found & set(policy.confirming)
    if confirmed and points_of(found - confirmed, policy) >= policy.needs["3"]:
        level = 3
    return min(level, most)


def level_for(what: str, policy: Policy = DEFAULT, *, line: str = "") -> int:
    """The level that a fact or an act asks for; one that nobody has heard of asks for the most."""
    return policy.lines.get(line, {}).get(what, policy.allows.get(what, MOST))


def answer(
    what: str,
    proven: Collection[str],
    policy: Policy = DEFAULT,
    *,
    line: str = "",
    most: int = MOST,
    stated: Collection[str] = (),
) -> Answer:
    """Whether `what` may be said or done after what was proven.

    most    what the speaker may reach at all: less than 3 for an authorised party
    stated  facts that the speaker told by themselves: those very facts may be spoken of
    """
    wanted = level_for(what, policy, line=line)
    level = level_of(proven, policy, most=most)
    opened = most > 0 and bool(set(proven) & set(policy.opens.get(what, ())))
    if level >= wanted or opened or what in stated:
        return Answer(allowed=True)
    short = max(0, policy.needs[str(wanted)] - _counted(proven, policy, wanted))
    return Answer(allowed=False, points=short, confirmation=wanted == MOST)


def _counted(proven: Collection[str], policy: Policy, wanted: int) -> int:
    confirmed = set(policy.confirming) if wanted == MOST else set()
    return points_of(set(proven) - confirmed, policy)
