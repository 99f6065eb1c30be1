"""What changes about the ways to reach a customer."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import HUB, Point, Suppression
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person


@transaction.atomic
def suppress(value: str, *, kind: str, reason: str, by: Person | None) -> bool:
    """Stop all writing to an address; False when it was stopped already."""
    suppression, created = Suppression.objects.get_or_create(
        kind=kind, value=value, defaults={"reason": reason[:300]}
    )
    if created:
        record(f"suppression.{suppression.pk}", "suppressed", by=by, kind=kind, reason=reason)
    return created


@transaction.atomic
def allow_again(suppression: Suppression, *, by: Person) -> None:
    """Let an address be written to again."""
    record(f"suppression.{suppression.pk}", "allowed_again", by=by, kind=suppression.kind)
    suppression.delete()


@transaction.atomic
def change(point: Point, *, value: str, by: Person | None, now: datetime | None = None) -> Point:
    """Put `value` in the place of a point; what is sent there proves nothing for a while.

    value  normalised: lower case, or E.164

    The old one stays on file as one that is not used any more, so that notice of the change can
    go there. Returns the new point; the same value again is a no-op.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    old = Point.objects.select_for_update().select_related("customer").get(pk=point.pk)
    if old.value == value:
        return old
    new, _created = Point.objects.get_or_create(
        customer=old.customer,
        kind=old.kind,
        value=value,
        defaults={"label": old.label, "since": today, "source": HUB, "known_from": now},
    )
    if new.bad_since:
        new.bad_since, new.since = None, today
        new.save(update_fields=["bad_since", "since"])
    old.bad_since = old.bad_since or today
    old.save(update_fields=["bad_since"])
    renew([old.customer.pk])
    record(old.customer.key, "point_changed", by=by, at=now, kind=old.kind, old=old.pk, new=new.pk)
    return new
