"""What the clock of a case says: time left, overdue, asleep, or stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SOON = 0.25  # the last quarter of the time given is "soon"
AT_LEAST = timedelta(minutes=15)  # and always the last quarter of an hour


@dataclass(frozen=True, slots=True)
class Clock:
    """`kind` says which clock runs, `tone` how pressing it is, `left` what remains of it."""

    kind: str  # due, overdue, waiting, snoozed, closed, merged or open
    tone: str  # ok, soon, late or ""
    left: timedelta | None = None  # negative when overdue


def clock_of(
    *,
    state: str,
    due_at: datetime | None,
    snoozed_until: datetime | None,
    opened_at: datetime,
    now: datetime,
) -> Clock:
    """Read the clock of a case; only cases that wait for us are ever late."""
    if state in {"closed", "merged", "waiting"}:
        return Clock(state, "")
    if state == "snoozed" and snoozed_until:
        return Clock("snoozed", "", max(snoozed_until - now, timedelta()))
    if due_at is None:
        return Clock("open", "")
    left = due_at - now
    if left < timedelta():
        return Clock("overdue", "late", left)
    given = max(due_at - opened_at, timedelta())
    return Clock("due", "soon" if left <= max(given * SOON, AT_LEAST) else "ok", left)
