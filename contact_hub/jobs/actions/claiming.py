"""Take jobs for a while, keep them, give them back, and free those whose worker is gone."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from contact_hub.jobs.models import Attempt, Job, JobQuerySet
from contact_hub.jobs.rules.ending import given_up

log = logging.getLogger(__name__)

GONE = "The worker that ran it is gone."
STOPPED = "The worker was stopped while it ran."


def claim(
    queues: Collection[str], *, limit: int, now: datetime, lease: timedelta, worker: str = ""
) -> list[Job]:
    """Take up to `limit` due jobs, the most urgent first; nobody else gets them until `lease` ends.

    Rows that another worker is taking at this moment are passed over where the database can
    do that; elsewhere the one writer of the moment decides.
    """
    if not Job.objects.due(queues, now).exists():
        return []  # an idle worker must not take SQLite's write lock
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        urgent = Job.objects.by_urgency(queues, now)
        jobs = list(urgent.select_for_update(skip_locked=skip)[:limit])
        taken = {
            "state": Job.State.RUNNING,
            "lease_token": uuid.uuid4().hex,
            "lease_until": now + lease,
            "started_at": now,
            "worker": worker,
        }
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(
            **taken, attempts=F("attempts") + 1
        )
    for job in jobs:
        job.attempts += 1
        for name, value in taken.items():
            setattr(job, name, value)
    return jobs


def keep(jobs: Collection[Job], *, now: datetime, lease: timedelta) -> int:
    """Renew the leases of `jobs`; return how many of them are still held."""
    return _held(jobs).update(lease_until=now + lease)


def release(jobs: Collection[Job], *, now: datetime) -> int:
    """Give `jobs` back before they ended; others may take them at once."""
    return _held(jobs).update(
        state=Job.State.READY, lease_token="", lease_until=None, run_at=now, last_error=STOPPED
    )


def recover(*, now: datetime, holding: Collection[Job] = ()) -> int:
    """Free the jobs whose lease has run out; return how many.

    holding  jobs that the caller runs at this moment: their worker is not gone

    One that has no tries left is dead, or of unknown outcome when an outside call of it may
    have gone through.
    """
    lost = Job.objects.expired(now).exclude(
        pk__in=[job.pk for job in holding], lease_token__in={job.lease_token for job in holding}
    )
    if not lost.exists():
        return 0
    gone = {"lease_token": "", "lease_until": None, "last_error": GONE}
    used_up = Q(attempts__gte=F("max_attempts"))
    unsettled = Exists(Attempt.objects.unsettled().filter(job=OuterRef("pk")))
    with transaction.atomic():
        unknown = lost.filter(used_up, unsettled).update(
            **gone, state=given_up(uncertain=True).state, finished_at=now
        )
        dead = lost.filter(used_up).update(
            **gone, state=given_up(uncertain=False).state, finished_at=now
        )
        ready = lost.update(**gone, state=Job.State.READY, run_at=now)
    log.warning("%d jobs lost their worker: %d dead, %d unknown", ready + dead, dead, unknown)
    return unknown + dead + ready


def _held(jobs: Collection[Job]) -> JobQuerySet:
    return Job.objects.filter(
        pk__in=[job.pk for job in jobs],
        lease_token__in={job.lease_token for job in jobs},
        state=Job.State.RUNNING,
    )
