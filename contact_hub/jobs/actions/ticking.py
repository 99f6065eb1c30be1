"""Keep the schedules as they are declared, and enqueue what their slots ask for."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from contact_hub.jobs.actions.enqueueing import enqueue
from contact_hub.jobs.models import Schedule
from contact_hub.jobs.rules.cron import next_slot
from contact_hub.jobs.schedules import TIMETABLES, Timetable

log = logging.getLogger(__name__)


def sync(*, now: datetime) -> None:
    """Bring the table to what this process declares; raise ValueError for a line that is none.

    A schedule that a person has switched off stays off. One that nobody here declares is left
    alone: another release may declare it, and `tick` passes it over.
    """
    for name, timetable in TIMETABLES.items():
        _sync(name, timetable, now)


def tick(*, now: datetime) -> int:
    """Enqueue one job for each schedule whose time has come; return how many.

    Any number of processes may do this: whoever moves a schedule to its next slot enqueues the
    job, in the same transaction. Slots that nobody was there for are made up for by one job.
    """
    due = Schedule.objects.filter(active=True, name__in=TIMETABLES, next_run_at__lte=now)
    return sum(_run(schedule, now) for schedule in due)


def _sync(name: str, timetable: Timetable, now: datetime) -> None:
    first = next_slot(timetable.cron, time_zone=timetable.time_zone, after=now)
    fields: dict[str, Any] = {
        "task": timetable.task.module_path,
        "cron": timetable.cron,
        "time_zone": timetable.time_zone,
        "queue": timetable.task.queue_name,
    }
    schedule, new = Schedule.objects.get_or_create(
        name=name, defaults={**fields, "next_run_at": first}
    )
    if new or all(getattr(schedule, field) == value for field, value in fields.items()):
        return
    if (schedule.cron, schedule.time_zone) != (timetable.cron, timetable.time_zone):
        fields["next_run_at"] = first
    Schedule.objects.filter(pk=schedule.pk).update(**fields)


@transaction.atomic
def _run(schedule: Schedule, now: datetime) -> int:
    timetable = TIMETABLES[schedule.name]
    slot = schedule.next_run_at
    coming = next_slot(timetable.cron, time_zone=timetable.time_zone, after=now)
    moved = Schedule.objects.filter(pk=schedule.pk, active=True, next_run_at=slot).update(
        next_run_at=coming, last_slot=slot
    )
    if moved:
        enqueue(
            timetable.task,
            run_at=slot,
            dedupe_key=f"{schedule.name}:{slot.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            max_attempts=timetable.max_attempts,
        )
        log.info("%s: its slot of %s, the next is %s", schedule.name, slot, coming)
    return moved
