"""Changing how a customer is reached, or their secrets, and telling the old address at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from contact_hub.customers.actions import points
from contact_hub.customers.actions.secrets import set_secret
from contact_hub.customers.models import Customer, Point, Secret
from contact_hub.customers.queries import parameter, refusals
from contact_hub.inbox.actions.guard import hold_unfinished
from contact_hub.inbox.actions.outgoing import queue_message
from contact_hub.inbox.errors import NobodyConfirmed, NotProven, Refused
from contact_hub.inbox.models import Case, Mailbox
from contact_hub.inbox.queries.alarms import flags_of
from contact_hub.inbox.queries.sight import sight
from contact_hub.journal.actions import record
from contact_hub.lib import phones
from contact_hub.staff.models import Person
from contact_hub.staff.rules import TEND

FEWEST = {Secret.Kind.PIN: 4, Secret.Kind.PASSWORD: 8}  # characters


@transaction.atomic
def change_point(
    case: Case, *, by: Person, point: Point, value: str, now: datetime | None = None
) -> Point:
    """Put another address or number in the place of one; notice goes to the old and the new.

    What is sent to the new one proves nothing until it has been on file for a while.
    """
    now = now or timezone.now()
    held, customer = _allowed(case, "change_point", by=by)
    if point.customer_id != customer.pk:
        raise Refused(_("That is not a point of this customer."))
    new = points.change(point, value=_normalised(point.kind, value), by=by, now=now)
    if new.pk == point.pk:
        return new
    record(held.key, "point_changed", by=by, topics=held.topics, at=now, old=point.pk, new=new.pk)
    others = customer.points.filter(kind=Point.Kind.EMAIL, bad_since=None).exclude(pk=new.pk)
    told = [point.value] if point.kind == Point.Kind.EMAIL else [one.value for one in others]
    new_ones = [new.value] if new.kind == Point.Kind.EMAIL else []
    _notify(held, customer, [*told, *new_ones], by=by, now=now)
    return new


@transaction.atomic
def change_secret(
    case: Case, *, by: Person, kind: str, value: str, now: datetime | None = None
) -> None:
    """Set a PIN or a password that the customer chose; notice goes to their addresses."""
    now = now or timezone.now()
    held, customer = _allowed(case, "change_pin", by=by)
    if kind not in Secret.Kind.values or len(value.strip()) < FEWEST[Secret.Kind(kind)]:
        raise Refused(_("A PIN has at least 4 characters, a password at least 8."))
    set_secret(customer, kind=kind, value=value.strip(), by=by, now=now)
    record(held.key, "secret_set", by=by, topics=held.topics, at=now, kind=kind)
    emails = customer.points.filter(kind=Point.Kind.EMAIL, bad_since=None)
    _notify(held, customer, [one.value for one in emails], by=by, now=now)


def _allowed(case: Case, act: str, *, by: Person) -> tuple[Case, Customer]:
    held = hold_unfinished(case, by=by)
    if held.customer is None:
        raise NobodyConfirmed(_("Say first whose case this is."))
    if flags_of(held).exists() and not by.may(TEND):
        raise NotProven(_("A red flag locks changes: a lead must make them."))
    if not sight(by, case=held).answer(act).allowed:
        raise NotProven(_("This asks for level 3: verify more, or confirm at a point on file."))
    return held, held.customer


def _normalised(kind: str, value: str) -> str:
    if kind == Point.Kind.EMAIL:
        try:
            found = validate_email(value.strip(), check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise Refused(_("That is not an email address.")) from None
        return found.normalized.lower()
    if kind == Point.Kind.PHONE:
        number = phones.normalised(
            value, region=parameter("phones.region"), area=parameter("phones.area")
        )
        if not number:
            raise Refused(_("That is not a phone number."))
        return number
    if not value.strip():
        raise Refused(_("Type the new address."))
    return " ".join(value.split())


def _notify(
    case: Case, customer: Customer, addresses: list[str], *, by: Person, now: datetime
) -> None:
    """Tell that something was changed, and not what: whoever did not ask for it should call."""
    refused = refusals(addresses)
    mailbox = Mailbox.objects.filter(queue=case.queue_id, active=True).first()
    with translation.override(customer.language):
        subject = _("Your details were changed")
        body = _(
            "The contact details or the secret of your account with us were changed today.\n\n"
            "If you did not ask for this, please call the number on your bill at once."
        )
    for address in dict.fromkeys(addresses):
        if address in refused:
            continue
        queue_message(
            case,
            author=by,
            to=[{"name": customer.name, "address": address}],
            body=body,
            mailbox=mailbox,
            send_at=now,
            now=now,
            subject=subject,
            automatic=True,
        )
