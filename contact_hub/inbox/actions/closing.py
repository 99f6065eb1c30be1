"""Ending a contact and its case: no code and outcome, no end, whoever asks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.inbox.actions.guard import hold, hold_unfinished
from contact_hub.inbox.actions.merging import family
from contact_hub.inbox.actions.notes import note as leave_note
from contact_hub.inbox.errors import CaseMerged, CodeRequired
from contact_hub.inbox.models import Case, Contact, Outcome, WrapUpCode
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person


@transaction.atomic
def wrap_up(
    case: Case,
    *,
    by: Person | None,
    code: WrapUpCode | None,
    outcome: Outcome | None,
    note: str = "",
    now: datetime | None = None,
) -> Case:
    """End the running contacts with a code and the case with an outcome; raise CodeRequired.

    The note is kept in the case like any other, so that it is read and found; and with each
    contact. A case that is closed already with the same code and outcome stays as it is.
    """
    now = now or timezone.now()
    held = hold(case, by=by)
    if code is None or outcome is None:
        raise CodeRequired(_("Choose a wrap-up code and an outcome."))
    if not code.active or not outcome.active:
        raise CodeRequired(_("That code or outcome is no longer in use."))
    if _fits_not(code, held):
        raise CodeRequired(
            _("%(code)s is not a code of %(queue)s.") % {"code": code, "queue": held.queue}
        )
    if held.state == Case.State.CLOSED and _ended_so(held, code, outcome):
        return held
    held = hold_unfinished(held, by=by)
    kept = {"note": leave_note(held, by=by, body=note, now=now).pk} if note.strip() else {}
    running = Contact.objects.filter(case__in=family(held), wrapped=None)
    running.filter(ended=None).update(ended=now)
    running.filter(agent=None).update(agent=by)
    running.update(wrapped=now, code=code, note=note.replace("\x00", ""))
    held.state, held.outcome, held.closed_at = Case.State.CLOSED, outcome, now
    held.due_at = held.snoozed_until = None
    held.save(update_fields=["state", "outcome", "closed_at", "due_at", "snoozed_until"])
    record(
        held.key,
        "wrapped_up",
        by=by,
        topics=held.topics,
        at=now,
        code=code.key,
        outcome=outcome.key,
        **kept,
    )
    return held


@transaction.atomic
def reopen(case: Case, *, by: Person | None, now: datetime | None = None) -> Case:
    """Open a closed case again; an open one stays as it is."""
    now = now or timezone.now()
    case = hold(case, by=by)
    if case.state == Case.State.MERGED:
        raise CaseMerged(_("It was merged into #%(target)s.") % {"target": case.merged_into_id})
    if case.state != Case.State.CLOSED:
        return case
    case.state, case.outcome, case.closed_at = Case.State.OPEN, None, None
    case.due_at = now + timedelta(minutes=case.queue.first_reply_minutes)
    case.save(update_fields=["state", "outcome", "closed_at", "due_at"])
    record(case.key, "reopened", by=by, topics=case.topics, at=now)
    return case


def _ended_so(case: Case, code: WrapUpCode, outcome: Outcome) -> bool:
    last = case.contacts.exclude(wrapped=None).order_by("-wrapped", "-pk").first()
    return case.outcome_id == outcome.pk and (last is None or last.code_id == code.pk)


def _fits_not(code: WrapUpCode, case: Case) -> bool:
    queues = list(code.queues.values_list("pk", flat=True))
    return bool(queues) and case.queue_id not in queues
