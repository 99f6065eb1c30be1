"""The slots of a schedule: the instants that a cron line names in a time zone.

A line that names hours follows the clock on the wall: a time that the clocks skip in spring runs
when they have jumped, a time that they show twice in autumn runs the first time. A line for
every hour follows real time, so that "every ten minutes" is every ten minutes all year.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter

ALL_HOURS = 24
LONGEST_REPEAT = 24 * 60  # slots; more than any clock that was put back has shown twice


def next_slot(cron: str, *, time_zone: str, after: datetime) -> datetime:
    """The first slot later than `after`, in UTC; raise ValueError when there is none."""
    zone = named_zone(time_zone)
    slots = croniter(cron, after.astimezone(zone), ret_type=datetime)
    real_time = hours_named(cron) == ALL_HOURS
    for _ in range(LONGEST_REPEAT):
        slot: datetime = slots.get_next(datetime).astimezone(UTC)
        if real_time or not slot.astimezone(zone).fold:
            return slot
    raise ValueError(f"{cron!r} names no time after {after} in {time_zone}")


def hours_named(cron: str) -> int:
    """How many of the day's hours the line names; raise ValueError for what is no cron line."""
    hours = croniter.expand(cron)[0][1]
    return ALL_HOURS if "*" in hours else len(set(hours))


def named_zone(name: str) -> ZoneInfo:
    """The time zone of that name; raise ValueError when the world has none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError) as unknown:
        raise ValueError(f"{name!r} is no time zone") from unknown
