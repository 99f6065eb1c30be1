"""Opening a case by hand: somebody is on the phone, at the counter, or wrote on paper."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.customers.models import Account, Customer, Point
from contact_hub.inbox.errors import NotAllowed, NothingToSay, Refused
from contact_hub.inbox.models import Case, Contact, Queue
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person
from contact_hub.staff.rules import WORK

CHANNELS = (Contact.Channel.VOICE, Contact.Channel.WALK_IN, Contact.Channel.POST)


@transaction.atomic
def open_case(
    queue: Queue,
    *,
    by: Person,
    subject: str,
    channel: str,
    customer: Customer | None = None,
    account: Account | None = None,
    now: datetime | None = None,
) -> Case:
    """Begin a case, owned by whoever opens it, with the contact that it is about.

    channel  how the customer came: "voice", "walk_in" or "post"
    """
    now = now or timezone.now()
    if not by.may(WORK):
        raise NotAllowed(_("Your role reads only."))
    if not Queue.objects.visible_to(by).filter(pk=queue.pk).exists():
        raise NotAllowed(
            _("%(person)s does not work in %(queue)s.") % {"person": by, "queue": queue}
        )
    subject = " ".join(subject.replace("\x00", "").split())
    if not subject:
        raise NothingToSay(_("Say in a few words what it is about."))
    if channel not in CHANNELS:
        raise Refused(_("Choose how they came."))
    if account is not None and (customer is None or account.customer_id != customer.pk):
        raise Refused(_("That account is another customer's."))
    case = Case.objects.create(
        queue=queue,
        subject=subject[:300],
        state=Case.State.OPEN,
        owner=by,
        customer=customer,
        account=account,
        channel=channel,
        opened_at=now,
        due_at=now + timedelta(minutes=queue.first_reply_minutes),
        who_name=customer.name[:200] if customer else "",
        who_address=_address(customer) if customer else "",
        last_words=subject[:200],
        last_at=now,
    )
    present = channel != Contact.Channel.POST  # a letter does not wait for an answer at once
    Contact.objects.create(
        case=case,
        channel=channel,
        queue=queue,
        agent=by,
        arrived=now,
        queued=now,
        answered=now if present else None,
    )
    record(
        case.key,
        "opened",
        by=by,
        topics=case.topics,
        at=now,
        channel=channel,
        customer=customer.pk if customer else None,
    )
    return case


def _address(customer: Customer) -> str:
    """Where the customer can be written to: the email address that was confirmed, or the first."""
    emails = customer.points.filter(kind=Point.Kind.EMAIL, bad_since=None)
    found = emails.order_by("-confirmed", "pk").values_list("value", flat=True).first()
    return found or ""
