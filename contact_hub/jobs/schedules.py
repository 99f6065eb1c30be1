"""Which tasks run at which times: declared beside the tasks, kept in the table by the worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django_tasks.base import Task

TRIES = 3  # of one slot: the next slot will do the rest


@dataclass(frozen=True, slots=True)
class Timetable:
    """A task, the cron line that names its times, and the time zone of that line."""

    task: Task[Any, Any]
    cron: str
    time_zone: str
    max_attempts: int = TRIES


TIMETABLES: dict[str, Timetable] = {}


def every(
    name: str,
    task: Task[Any, Any],
    cron: str,
    time_zone: str | None = None,
    *,
    max_attempts: int = TRIES,
) -> None:
    """Declare, in a `tasks` module, that `task()` runs at the times `cron` names.

    name       of the schedule, for ever: renaming it makes another one
    time_zone  of the line; None: the site's

    Raises ValueError when another declaration has the name. The line itself is read, and refused
    when it is none, when a worker starts.
    """
    timetable = Timetable(task, cron, time_zone or settings.TIME_ZONE, max_attempts)
    if TIMETABLES.setdefault(name, timetable) != timetable:
        raise ValueError(f"there is another schedule named {name!r}")
