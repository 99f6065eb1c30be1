"""When too many wrong answers close an account to further tries, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta


def locked_until(
    failures: Iterable[datetime], *, tries: int, within: timedelta, now: datetime
) -> datetime | None:
    """Until when nothing is accepted, or None when tries are welcome.

    failures  when a try failed, on whatever channel, twice `within` back; tries made during a
              lock are not among them

    The failure that makes the number full begins the lock, which lasts as long as failures add up:
    the third at ten o'clock locks until ten o'clock of the next day, and at ten it is open.
    """
    times = sorted(one for one in failures if one <= now)
    full = [
        last
        for first, last in zip(times, times[tries - 1 :], strict=False)
        if last - first < within
    ]
    until = max(full) + within if full else None
    return until if until and now < until else None


def left(failures: Iterable[datetime], *, tries: int, within: timedelta, now: datetime) -> int:
    """How many more tries may fail before the lock."""
    recent = [one for one in failures if now - within < one <= now]
    return max(0, tries - len(recent))
