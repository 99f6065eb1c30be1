"""Which facts suggestions learn from, and what the hub believed of them at a time about a day.

A fact that changes in the world (a rate, autopay) holds from the day of the extract that told it;
a fact that is put right (what a bill said) holds for the same days as before, and only what we
know of it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Learned:
    """The fields of one model whose former values are kept.

    since    the field that says since when a row holds, for what changes in the world
    days     the fields with the first and the last day a row is about, for what is put right
    """

    fields: tuple[str, ...]
    since: str = ""
    days: tuple[str, str] = ("", "")

    @property
    def is_record(self) -> bool:
        """Whether its rows tell of days that are over, so that a change is a correction."""
        return bool(self.days[0])


LEARNED: dict[str, Learned] = {
    "account": Learned(
        ("status", "category", "delivery", "autopay", "level_pay"), since="opened_on"
    ),
    "service": Learned(("rate", "status", "solar", "ev_rate"), since="starts_on"),
    "premise": Learned(("owner_occupied",)),
    "bill": Learned(
        ("usage", "days", "current", "adjustments", "taxes", "total", "estimated", "rate"),
        days=("period_from", "period_to"),
    ),
    "reading": Learned(("value", "usage", "code"), days=("read_on", "read_on")),
    "payment": Learned(("amount", "status"), days=("received_on", "received_on")),
    "enrolment": Learned(("status", "ended_on"), since="enrolled_on"),
}


@dataclass(frozen=True, slots=True)
class Belief:
    """A value, the days it was held to be true for, and the time in which that was believed.

    valid  half-open; None on either side: not told, so without an end
    known  half-open; the present belief has no end
    ends   whether the last day was told with the value; otherwise it was only learned later
    """

    value: Any
    valid_from: date | None
    valid_to: date | None
    known_from: datetime | None
    known_to: datetime | None
    ends: bool = False

    def covers(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )

    def was_held(self, at: datetime) -> bool:
        """Whether it was already believed at that time."""
        return self.known_from is None or self.known_from <= at


class NotKnown(LookupError):
    """At that time the hub knew nothing of it."""


def believed(beliefs: Sequence[Belief], *, on: date, at: datetime) -> Any:
    """What was believed at a time about a day; raise NotKnown.

    beliefs  of one field of one row, in the order in which they were learned, the present last

    What was the newest belief at that time speaks for the days from its own first one on; for
    earlier days the beliefs that it replaced speak, each for its own.
    """
    held = [one for one in beliefs if one.was_held(at)]
    if not held:
        raise NotKnown
    current = held[-1]
    begun = current.valid_from is None or current.valid_from <= on
    if current.covers(on) if current.ends else begun:
        return current.value
    for former in reversed(held[:-1]):
        if former.covers(on):
            return former.value
    raise NotKnown  # the row was not about that day
