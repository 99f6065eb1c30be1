"""One-time codes: sent to a point on file, said once, and never shown to us."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contact_hub.customers import vault as customers_vault
from contact_hub.customers.models import Account, Customer, Point
from contact_hub.customers.queries import parameter, refusals
from contact_hub.customers.rules.points import proves
from contact_hub.inbox import vault
from contact_hub.inbox.actions.enclosing import HIDDEN
from contact_hub.inbox.actions.guard import hold_unfinished
from contact_hub.inbox.actions.outgoing import queue_message
from contact_hub.inbox.errors import (
    ContactOver,
    Locked,
    NobodyConfirmed,
    ProvesNothing,
    TooManyCodes,
    Unreachable,
)
from contact_hub.inbox.models import Case, Contact, Mailbox, Message, OneTimeCode
from contact_hub.inbox.queries.locks import lock_of
from contact_hub.inbox.queries.sight import running
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person

DIGITS = len(HIDDEN)


@transaction.atomic
def send_code(case: Case, *, by: Person, point: Point, now: datetime | None = None) -> OneTimeCode:
    """Mail a code to a point that has been on file for long enough; earlier ones are void.

    Raises ProvesNothing, TooManyCodes, Unreachable, Locked, NobodyConfirmed or ContactOver.
    """
    now = now or timezone.now()
    held = hold_unfinished(case, by=by)
    contact = running(held)
    if held.customer is None:
        raise NobodyConfirmed(_("Say first whose case this is."))
    if contact is None:
        raise ContactOver(_("The contact has ended; verification holds for one contact only."))
    if lock_of(held.customer, held.account, now=now).until:
        raise Locked(_("Too many tries failed: nothing is accepted until the lock ends."))
    point = Point.objects.select_for_update().get(pk=point.pk)
    _refuse(point, held.customer, now=now)
    OneTimeCode.objects.filter(contact=contact, used_at=None).update(used_at=now, sealed=b"")
    value = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    code = OneTimeCode.objects.create(
        contact=contact,
        customer=held.customer,
        account=held.account,
        point=point,
        keyed=customers_vault.kept(value, about=_about(contact)),
        sealed=vault.sealer().seal(value.encode()),
        by=by,
        sent_at=now,
        expires_at=now + timedelta(minutes=float(parameter("verification.code_minutes"))),
    )
    code.message = _mail(held, point, held.customer, by=by, now=now)
    code.save(update_fields=["message"])
    record(held.key, "code_sent", by=by, topics=held.topics, at=now, point=point.pk, code=code.pk)
    return code


def is_awaited(*, contact: Contact, now: datetime) -> bool:
    """Whether a code that was sent in this contact can still be said."""
    return OneTimeCode.objects.filter(contact=contact, used_at=None, expires_at__gt=now).exists()


def is_right(
    value: str,
    *,
    contact: Contact,
    customer: Customer,
    account: Account | None,
    now: datetime,
) -> bool:
    """Whether this is the code that was sent for this contact and account; it counts once.

    A wrong one counts against it, and after some it is void.
    """
    held = OneTimeCode.objects.select_for_update().filter(
        contact=contact, customer=customer, account=account, used_at=None, expires_at__gt=now
    )
    code = held.order_by("-sent_at", "-pk").first()
    digits = "".join(filter(str.isdigit, value))
    stored = code.keyed if code else ""
    right = customers_vault.fits(digits, stored, about=_about(contact))
    if code is None:
        return False
    if right:
        code.used_at = now
        code.save(update_fields=["used_at"])
        return True
    most = int(parameter("verification.code_tries"))
    OneTimeCode.objects.filter(pk=code.pk).update(tries=F("tries") + 1)
    if code.tries + 1 >= most:
        OneTimeCode.objects.filter(pk=code.pk).update(used_at=now)
    return False


def _refuse(point: Point, customer: Customer, *, now: datetime) -> None:
    if point.customer_id != customer.pk or point.kind != Point.Kind.EMAIL:
        raise ProvesNothing(_("That is not an email address of this customer."))
    days = int(parameter("verification.point_days"))
    today = timezone.localdate(now)
    if not proves(since=point.since, bad_since=point.bad_since, today=today, days=days):
        raise ProvesNothing(_("That address is too new on file, or not in use: it proves nothing."))
    if refusals([point.value]):
        raise Unreachable(_("Nothing may be sent to that address."))
    lately = OneTimeCode.objects.filter(point=point, sent_at__gt=now - timedelta(hours=1))
    if lately.count() >= int(parameter("verification.codes_per_hour")):
        raise TooManyCodes(_("Enough codes went there within the hour; prove it another way."))


def _mail(case: Case, point: Point, customer: Customer, *, by: Person, now: datetime) -> Message:
    mailbox = Mailbox.objects.filter(queue=case.queue_id, active=True).first()
    minutes = int(parameter("verification.code_minutes"))
    with translation.override(customer.language):
        subject = _("Your code")
        body = _(
            "Your code is %(code)s. It holds for %(minutes)s minutes and can be used once.\n\n"
            "Tell it only to the colleague you are speaking with. If you did not contact us, "
            "please call the number on your bill."
        ) % {"code": HIDDEN, "minutes": minutes}
    return queue_message(
        case,
        author=by,
        to=[{"name": customer.name, "address": point.value}],
        body=body,
        mailbox=mailbox,
        send_at=now,
        now=now,
        subject=subject,
        automatic=True,
    )


def _about(contact: Contact) -> str:
    return f"code.{contact.pk}"
