"""What changes about the ways to reach a customer."""

from __future__ import annotations

from django.db import transaction

from contact_hub.customers.models import Suppression
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
