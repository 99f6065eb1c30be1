"""What the health page and the metrics ask of the queue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from contact_hub.jobs.models import Job, Schedule


def counts() -> dict[str, int]:
    """How many jobs are in each state; every state is there."""
    found = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: found.get(state, 0) for state in Job.State.values}


def letters() -> int:
    """How many jobs wait for a person to decide."""
    return Job.objects.letters().count()


def oldest_ready_seconds(now: datetime) -> float:
    """For how long the job that has waited longest could have run; 0 when none waits."""
    return _age(Job.objects.filter(state=Job.State.READY, run_at__lte=now), "run_at", now)


def oldest_running_seconds(now: datetime) -> float:
    """For how long the longest job under way has run; one that hangs keeps its lease."""
    return _age(Job.objects.filter(state=Job.State.RUNNING), "started_at", now)


def oldest_tick_seconds(now: datetime) -> float:
    """How late the latest schedule is: more than a minute means that no worker is running."""
    return _age(Schedule.objects.filter(active=True, next_run_at__lte=now), "next_run_at", now)


def _age(rows: QuerySet[Any], field: str, now: datetime) -> float:
    oldest = rows.aggregate(oldest=Min(field))["oldest"]
    return (now - oldest).total_seconds() if oldest else 0.0
