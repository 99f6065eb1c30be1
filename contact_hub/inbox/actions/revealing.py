"""Looking above the verified level: for a reason, for a while, and in the journal."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.customers.queries import parameter
from contact_hub.inbox.actions.guard import hold
from contact_hub.inbox.errors import ContactOver, NobodyConfirmed, NotAllowed, NothingToSay
from contact_hub.inbox.models import Case, Reveal
from contact_hub.inbox.queries.sight import running
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person
from contact_hub.staff.rules import TEND


@transaction.atomic
def reveal(case: Case, *, by: Person, reason: str, now: datetime | None = None) -> Reveal:
    """Let a lead see what is masked in this contact; it changes nothing about what may be said."""
    now = now or timezone.now()
    held = hold(case, by=by)
    if not by.may(TEND):
        raise NotAllowed(_("A lead may look above the level."))
    if not reason.strip():
        raise NothingToSay(_("Say why you need to see it."))
    if held.customer is None:
        raise NobodyConfirmed(_("Say first whose case this is."))
    contact = running(held)
    if contact is None:
        raise ContactOver(_("The contact has ended; verification holds for one contact only."))
    look = Reveal.objects.create(
        contact=contact,
        customer=held.customer,
        account=held.account,
        by=by,
        reason=reason.strip()[:200],
        at=now,
        until=now + timedelta(minutes=float(parameter("verification.reveal_minutes"))),
    )
    record(held.key, "revealed", by=by, topics=held.topics, at=now, reason=look.reason)
    return look
