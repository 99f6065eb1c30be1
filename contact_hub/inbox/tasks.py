"""What the worker does for the inbox by itself, and when."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from contact_hub.inbox.actions import casework, drafts, intake, leftovers, presence
from contact_hub.inbox.actions.looking import look_further
from contact_hub.inbox.actions.sending import send
from contact_hub.jobs.schedules import every

__all__ = ["look_further", "send"]


@task(queue_name="mail")
def sweep() -> int:
    """Try again the mail that could not be filed at once."""
    return intake.sweep(timezone.now())


@task
def wake() -> int:
    """Bring snoozed cases back whose time has come."""
    return casework.wake(timezone.now())


@task
def tidy() -> dict[str, int]:
    """Purge old raw mail and what screens left behind."""
    now = timezone.now()
    return {
        "envelopes": intake.purge(now, keep_days=settings.ENVELOPE_KEEP_DAYS),
        "drafts": drafts.forget(now),  # before their files
        "files": leftovers.remove(now),
        "viewings": presence.forget(now),
    }


every("inbox.sweep", sweep, "* * * * *")
every("inbox.wake", wake, "* * * * *")
every("inbox.tidy", tidy, "17 3 * * *")
