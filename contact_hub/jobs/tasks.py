"""What the queue does for itself."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from contact_hub.jobs import actions, schedules


@task()
def prune() -> int:
    """Forget what has been over for as long as the site keeps it."""
    return actions.prune(before=timezone.now() - timedelta(days=settings.JOB_KEEP_DAYS))


schedules.every("prune-jobs", prune, "40 * * * *")
