"""Moving a case between people, queues and times."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.inbox.actions.guard import hold_unfinished
from contact_hub.inbox.actions.notes import note as leave_note
from contact_hub.inbox.errors import NotAllowed, Refused
from contact_hub.inbox.models import Case, Queue
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person
from contact_hub.staff.rules import WORK


@transaction.atomic
def assign(
    case: Case, *, by: Person | None, to: Person | None, now: datetime | None = None
) -> Case:
    """Give the case an owner, or none; raise NotAllowed when that person cannot see it.

    Given back to the queue it has a clock again, so that it is offered to somebody.
    """
    case = hold_unfinished(case, by=by)
    if case.owner_id == (to.pk if to else None):
        return case
    if to is not None and not (to.may(WORK) and _can_see(case.queue, to)):
        raise NotAllowed(
            _("%(person)s does not work in %(queue)s.") % {"person": to, "queue": case.queue}
        )
    before = case.topics
    case.owner = to
    if to is not None and case.state == Case.State.NEW:
        case.state = Case.State.OPEN
    if to is None and case.state in (Case.State.NEW, Case.State.OPEN):
        _wind(case, now=now or timezone.now())
    case.save(update_fields=["owner", "state", "due_at"])
    topics = sorted({*before, *case.topics})
    record(case.key, "assigned", by=by, topics=topics, at=now, to=to.pk if to else None)
    return case


@transaction.atomic
def hand_over(
    case: Case, *, by: Person | None, queue: Queue, note: str = "", now: datetime | None = None
) -> Case:
    """Move the case to another queue, without its owner, with a word to whoever takes it.

    It is open there and has a clock, also when it was put away or waited on the customer here.
    """
    now = now or timezone.now()
    case = hold_unfinished(case, by=by)
    if case.queue_id == queue.pk:
        return case
    if note.strip():
        leave_note(case, by=by, body=note, now=now)
    before, came_from = case.topics, case.queue_id
    case.queue, case.owner = queue, None
    if case.state != Case.State.NEW:
        case.state = Case.State.OPEN
    case.snoozed_until = None
    _wind(case, now=now)
    case.save(update_fields=["queue", "owner", "state", "snoozed_until", "due_at"])
    running = case.contacts.filter(wrapped=None, flowed_out=None)
    running.update(queue=queue)
    topics = sorted({*before, *case.topics})
    record(case.key, "handed_over", by=by, topics=topics, at=now, source=came_from, target=queue.pk)
    return case


@transaction.atomic
def snooze(case: Case, *, by: Person, until: datetime, now: datetime | None = None) -> Case:
    """Put the case away until a time; it comes back by itself, or when the customer writes."""
    now = now or timezone.now()
    case = hold_unfinished(case, by=by)
    if until <= now:
        raise Refused(_("Choose a time that is still to come."))
    case.state, case.snoozed_until = Case.State.SNOOZED, until
    case.save(update_fields=["state", "snoozed_until"])
    record(case.key, "snoozed", by=by, topics=case.topics, at=now, until=until.isoformat())
    return case


def wake(now: datetime) -> int:
    """Bring back every snoozed case whose time has come; how many."""
    due = Case.objects.filter(state=Case.State.SNOOZED, snoozed_until__lte=now)
    return sum(_wake(pk, now) for pk in due.values_list("pk", flat=True)[:500])


@transaction.atomic
def unsnooze(case: Case, *, by: Person, now: datetime | None = None) -> Case:
    """Bring a snoozed case back at once."""
    case = hold_unfinished(case, by=by)
    if case.state == Case.State.SNOOZED:
        _awake(case, by=by, now=now or timezone.now())
    return case


@transaction.atomic
def next_contact(*, by: Person, now: datetime | None = None) -> Case | None:
    """Take the most urgent case that nobody owns in one's queues; None when there is none.

    Two people who ask at once get two different cases.
    """
    now = now or timezone.now()
    if not by.may(WORK):
        raise NotAllowed(_("Your role reads only."))
    queues = list(Queue.objects.visible_to(by).values_list("pk", flat=True))
    waiting = Case.objects.filter(
        queue__in=queues, owner=None, state__in=(Case.State.NEW, Case.State.OPEN)
    ).order_by("-priority", F("due_at").asc(nulls_last=True), "pk")
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(of=("self",), skip_locked=True)
    case = waiting.first()
    if case is None:
        return None
    case.owner, case.state = by, Case.State.OPEN
    case.save(update_fields=["owner", "state"])
    record(case.key, "assigned", by=by, topics=case.topics, at=now, to=by.pk, pulled=True)
    return case


@transaction.atomic
def set_priority(case: Case, *, by: Person, priority: int, now: datetime | None = None) -> Case:
    """Say how urgent the case is."""
    case = hold_unfinished(case, by=by)
    if priority not in Case.Priority.values:
        raise Refused(_("There is no such priority."))
    if case.priority != priority:
        case.priority = priority
        case.save(update_fields=["priority"])
        record(case.key, "prioritised", by=by, topics=case.topics, at=now, priority=priority)
    return case


def _can_see(queue: Queue, person: Person) -> bool:
    return Queue.objects.visible_to(person).filter(pk=queue.pk).exists()


@transaction.atomic
def _wake(pk: int, now: datetime) -> bool:
    case = Case.objects.select_for_update(of=("self",)).get(pk=pk)
    if case.state != Case.State.SNOOZED or not case.snoozed_until or case.snoozed_until > now:
        return False
    _awake(case, by=None, now=now)
    return True


def _awake(case: Case, *, by: Person | None, now: datetime) -> None:
    case.state, case.snoozed_until = Case.State.OPEN, None
    _wind(case, now=now)
    case.save(update_fields=["state", "snoozed_until", "due_at"])
    record(case.key, "woke", by=by, topics=case.topics, at=now)


def _wind(case: Case, *, now: datetime) -> None:
    """Start the clock of a case where none runs."""
    case.due_at = case.due_at or now + timedelta(minutes=case.queue.first_reply_minutes)
