"""What colleagues leave about a customer for each other, until it expires."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.customers.errors import Refused
from contact_hub.customers.models import Account, Customer, CustomerNote
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person
from contact_hub.staff.rules import CUSTOMERS, WORK

LONGEST = 2000  # characters


@transaction.atomic
def leave_note(
    customer: Customer,
    *,
    by: Person,
    text: str,
    account: Account | None = None,
    expires_on: date | None = None,
    now: datetime | None = None,
) -> CustomerNote:
    """Write a note about a customer, which colleagues see until the day `expires_on` is over."""
    now = now or timezone.now()
    _may(by)
    text = text.replace("\x00", "").strip()
    if not text:
        raise Refused(_("Write something first."))
    if len(text) > LONGEST:
        raise Refused(_("A note has at most %(most)d characters.") % {"most": LONGEST})
    if expires_on is not None and expires_on < timezone.localdate(now):
        raise Refused(_("Choose a day that is still to come."))
    if account is not None and account.customer_id != customer.pk:
        raise Refused(_("That account is another customer's."))
    note = CustomerNote.objects.create(
        customer=customer, account=account, text=text, by=by, at=now, expires_on=expires_on
    )
    record(customer.key, "noted", by=by, at=now, note=note.pk)
    return note


@transaction.atomic
def end_note(note: CustomerNote, *, by: Person, now: datetime | None = None) -> CustomerNote:
    """Let a note expire now; it stays on file. The second time changes nothing."""
    now = now or timezone.now()
    _may(by)
    note = CustomerNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
    yesterday = date.fromordinal(timezone.localdate(now).toordinal() - 1)
    if note.expires_on is not None and note.expires_on <= yesterday:
        return note
    note.expires_on = yesterday
    note.save(update_fields=["expires_on"])
    record(f"customer.{note.customer_id}", "note_ended", by=by, at=now, note=note.pk)
    return note


def _may(by: Person) -> None:
    if not (by.may(WORK) and by.may(CUSTOMERS)):
        raise Refused(_("Your role reads only."))
