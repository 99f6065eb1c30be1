"""Who has a case open: told to the others before they begin to type."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from contact_hub.inbox.models import Case, Viewing
from contact_hub.journal import bus
from contact_hub.staff.models import Person


@transaction.atomic
def here(case: Case, *, by: Person, state: str, now: datetime | None = None) -> list[Viewing]:
    """Say that a person views, left aside, or edits a case; returns the others who have it open."""
    now = now or timezone.now()
    known = Viewing.objects.filter(case=case, person=by).first()
    Viewing.objects.update_or_create(
        case=case, person=by, defaults={"state": state, "seen_at": now}
    )
    if known is None or known.state != state or not _fresh(known, now):
        _tell(case)
    return others(case, by=by, now=now)


@transaction.atomic
def gone(case: Case, *, by: Person) -> None:
    """Say that a person has left a case."""
    if Viewing.objects.filter(case=case, person=by).delete()[0]:
        _tell(case)


def others(case: Case, *, by: Person, now: datetime) -> list[Viewing]:
    """Who else has the case open now, editors first."""
    since = now - timedelta(seconds=Viewing.FRESH_SECONDS)
    viewings = Viewing.objects.filter(case=case, seen_at__gte=since).exclude(person=by)
    order: dict[str, int] = {
        Viewing.State.EDITING: 0,
        Viewing.State.VIEWING: 1,
        Viewing.State.AWAY: 2,
    }
    return sorted(viewings.select_related("person"), key=lambda one: order.get(one.state, 3))


def forget(now: datetime) -> int:
    """Delete what nobody has confirmed for an hour."""
    return Viewing.objects.filter(seen_at__lt=now - timedelta(hours=1)).delete()[0]


def _fresh(viewing: Viewing, now: datetime) -> bool:
    return viewing.seen_at >= now - timedelta(seconds=Viewing.FRESH_SECONDS)


def _tell(case: Case) -> None:
    """Nothing lasting happened, so the screens are told without a line in the journal."""
    topics = [case.key, f"queue.{case.queue_id}"]
    bus.publish(topics, {"subject": case.key, "verb": "presence", "seq": 0})
