"""One call to the outside world, remembered before it is made and after it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from contact_hub.jobs.errors import Later, LostLease, Permanent
from contact_hub.jobs.models import Attempt, Job
from contact_hub.jobs.rules.values import as_text
from contact_hub.jobs.running import current_job

NOTE = 2000  # characters kept of what the other side said
EXTERNAL_ID = 300  # characters


@dataclass
class Effect:
    """What the task should know before it calls, and what it wants remembered after.

    accepted     an earlier try of this job was accepted: do not call again; `external_id` is its
    uncertain    an earlier try may have been accepted: look it up, or call again with the same key
    particulars  what else was answered, as JSON keeps it
    """

    key: str
    accepted: bool = False
    uncertain: bool = False
    external_id: str = ""
    note: str = ""
    particulars: dict[str, Any] = field(default_factory=dict)
    attempt: Attempt | None = field(default=None, repr=False)


@contextmanager
def effect(
    key: str, *, refusals: type[Exception] | tuple[type[Exception], ...] = ()
) -> Iterator[Effect]:
    """Surround exactly one outside call of the running job; never inside a transaction.

    key       the idempotency key: the Message-ID, the contact's uuid
    refusals  errors that mean the other side said no; Permanent and Later always do

    Any other error leaves the attempt unknown, so that the next try is `uncertain`. Raises
    LostLease when the job has meanwhile been given to another worker, OutsideJob outside of one.
    """
    trial = _open(current_job(), key)
    try:
        yield trial
    except (Permanent, Later) as no:
        _close(trial, Attempt.State.REFUSED, str(no))
        raise
    except BaseException as error:
        refused = isinstance(error, refusals)
        _close(trial, Attempt.State.REFUSED if refused else Attempt.State.UNKNOWN, str(error))
        raise
    _close(trial, Attempt.State.ACCEPTED, trial.note)


def _open(job: Job, key: str) -> Effect:
    with transaction.atomic(durable=True):
        if Job.objects.mine(job).select_for_update().first() is None:
            raise LostLease(str(job))
        earlier = Attempt.objects.filter(job=job, key=key)
        accepted = earlier.filter(state=Attempt.State.ACCEPTED).order_by("pk").first()
        if accepted is not None:
            return Effect(
                key,
                accepted=True,
                external_id=accepted.external_id,
                note=accepted.note,
                particulars=accepted.particulars,
            )
        uncertain = earlier.unsettled().exists()
        attempt = Attempt.objects.create(job=job, key=key)
    return Effect(key, uncertain=uncertain, attempt=attempt)


def _close(trial: Effect, state: Attempt.State, note: str) -> None:
    if trial.attempt is not None:
        Attempt.objects.filter(pk=trial.attempt.pk, state=Attempt.State.OPEN).settle(
            state,
            external_id=trial.external_id[:EXTERNAL_ID],
            note=as_text(note, longest=NOTE),
            particulars=trial.particulars,
        )
