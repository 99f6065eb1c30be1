"""What a person decides about jobs that ended badly. Whoever calls writes it in the journal."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from contact_hub.jobs import hints
from contact_hub.jobs.models import Attempt, Job

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

log = logging.getLogger(__name__)


@transaction.atomic
def retry(job: Job, *, by: AbstractBaseUser | None) -> bool:
    """Run a dead job again with all its tries; False when it is not, or no longer, dead.

    For a job of unknown outcome the person takes it upon them that the call was not accepted:
    its open attempts are settled, and the next run is not `uncertain`.
    """
    changed = (
        Job.objects.letters()
        .filter(pk=job.pk)
        .update(state=Job.State.READY, run_at=timezone.now(), attempts=0, finished_at=None)
    )
    if changed:
        job.effects.unsettled().settle(Attempt.State.SETTLED)
        hints.nudge()
        log.info("%s: to be tried again, says %s", job, by and by.pk)
    return bool(changed)


def discard(job: Job, *, by: AbstractBaseUser | None) -> bool:
    """Leave a dead job undone for good; False when it is not, or no longer, dead."""
    changed = (
        Job.objects.letters()
        .filter(pk=job.pk)
        .update(state=Job.State.DISCARDED, finished_at=timezone.now())
    )
    if changed:
        log.info("%s: discarded, says %s", job, by and by.pk)
    return bool(changed)
