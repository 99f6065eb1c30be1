"""What leads decide about mail and jobs that went wrong, with the line in the journal."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from contact_hub.inbox import vault
from contact_hub.inbox.actions import intake
from contact_hub.inbox.errors import NotAllowed, NotWaiting
from contact_hub.inbox.models import Envelope
from contact_hub.jobs import actions as jobs
from contact_hub.jobs.models import Job
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person
from contact_hub.staff.rules import TEND

READ, DOWNLOADED = "read_raw", "downloaded_raw"


@transaction.atomic
def open_raw(envelope: Envelope, *, by: Person, verb: str = READ) -> bytes:
    """The raw bytes of a mail, and a line in the journal about who looked."""
    if not Envelope.objects.visible_to(by).filter(pk=envelope.pk).exists():
        raise NotAllowed(_("Only leads tend the quarantine."))
    record(intake.envelope_key(envelope), verb, by=by, topics=[intake.TEND_TOPIC])
    return vault.fetch(bytes(envelope.raw), envelope.blob)


@transaction.atomic
def retry(job: Job, *, by: Person) -> None:
    """Let a stuck job run again; raise NotWaiting when somebody else has decided meanwhile."""
    _may_tend(by)
    if not jobs.retry(job, by=by):
        raise NotWaiting(_("Somebody has decided about this job already."))
    record(f"job.{job.pk}", "retried", by=by, topics=[intake.TEND_TOPIC], task=job.task)


@transaction.atomic
def discard(job: Job, *, by: Person) -> None:
    """Give a stuck job up; raise NotWaiting when somebody else has decided meanwhile."""
    _may_tend(by)
    if not jobs.discard(job, by=by):
        raise NotWaiting(_("Somebody has decided about this job already."))
    record(f"job.{job.pk}", "discarded", by=by, topics=[intake.TEND_TOPIC], task=job.task)


def _may_tend(by: Person) -> None:
    if not by.may(TEND):
        raise NotAllowed(_("Only leads tend what went wrong."))
