"""Answering a customer by email: reply, take back, send again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from contact_hub.customers.queries import refusals
from contact_hub.inbox.actions.closing import reopen
from contact_hub.inbox.actions.drafts import put_back, spend
from contact_hub.inbox.actions.guard import hold, hold_unfinished, standing_for
from contact_hub.inbox.actions.outgoing import queue_message
from contact_hub.inbox.errors import NobodyToTell, NothingToSay, NotWaiting, TooLate, Unreachable
from contact_hub.inbox.models import Attachment, Case, Contact, Mailbox, Message
from contact_hub.inbox.queries.case import last_said
from contact_hub.inbox.queries.reasons import explained
from contact_hub.inbox.rules.wording import words
from contact_hub.journal.actions import record
from contact_hub.journal.models import Entry
from contact_hub.staff.models import Person

MOST_RECIPIENTS = 20


@transaction.atomic
def reply(
    case: Case,
    *,
    by: Person,
    body: str,
    to: Sequence[str],
    cc: Sequence[str] = (),
    subject: str = "",
    mailbox: Mailbox | None = None,
    wait: bool = False,
    draft_version: int | None = None,
    now: datetime | None = None,
) -> Message:
    """Answer the customer; the mail leaves when the writer's undo window has passed.

    to, cc         addresses, as typed
    wait           the case then waits on the customer
    draft_version  the draft this was written from; refused when it changed elsewhere meanwhile

    Raises NothingToSay, NobodyToTell, Unreachable, StaleDraft, CaseClosed, CaseMerged, NotAllowed.
    """
    now = now or timezone.now()
    case = hold_unfinished(case, by=by)
    if not body.strip():
        raise NothingToSay(_("There is nothing in this answer yet."))
    told, copied = addresses(to), addresses(cc)
    if not told:
        raise NobodyToTell(_("Say whom the answer goes to."))
    may_write([*told, *copied])
    draft_attachments = spend(case, by=by, mode="email", version=draft_version)
    message = queue_message(
        case,
        author=by,
        to=[_party(case, address) for address in told],
        cc=[_party(case, address) for address in copied],
        body=body.replace("\x00", "").strip(),
        subject=subject,
        mailbox=mailbox or mailbox_of(case),
        send_at=now + timedelta(seconds=by.undo_seconds),
        now=now,
    )
    Attachment.objects.filter(pk__in=draft_attachments).update(message=message, draft=None)
    _answered(case, message, by=by, wait=wait, now=now)
    return message


@transaction.atomic
def undo(message: Message, *, by: Person, now: datetime | None = None) -> Message:
    """Take a queued answer back into its draft; raise TooLate once it is leaving.

    A case that was closed after its last answer opens again: the customer has none now.
    """
    now = now or timezone.now()
    case = hold(message.case, by=by)
    queued = Message.objects.filter(
        pk=message.pk, author=by, state=Message.State.QUEUED, send_at__gt=now
    )
    if queued.update(state=Message.State.CANCELLED) != 1:
        if Message.objects.filter(pk=message.pk, state=Message.State.CANCELLED).exists():
            return message
        raise TooLate(_("This message has left already."))
    message.refresh_from_db()
    put_back(message, by=by, now=now)
    _open_again(message, by=by, now=now)
    case.refresh_from_db()
    _as_before(case, message)
    record(case.key, "took_back", by=by, topics=case.topics, at=now, message=message.pk)
    return message


@transaction.atomic
def resend(
    message: Message, *, by: Person, to: Sequence[str] = (), now: datetime | None = None
) -> Message:
    """Send an undelivered message once more, to who did not get it or to other addresses."""
    now = now or timezone.now()
    case = hold_unfinished(standing_for(message.case_id) or message.case, by=by)
    undelivered = Message.objects.filter(
        pk=message.pk, state__in=Message.UNDELIVERED, trouble_dismissed_at=None
    )
    if undelivered.update(trouble_dismissed_at=now) != 1:
        raise NotWaiting(_("This message is not waiting to be sent again."))
    message.refresh_from_db()
    told = addresses(to) or message.missed or [party["address"] for party in message.to]
    copied = [] if message.missed else message.cc  # the others have it already
    may_write([*told, *(party["address"] for party in copied)])
    again = queue_message(
        case,
        author=by,
        to=[_party(case, address) for address in told],
        cc=copied,
        body=message.text,
        subject=message.subject,
        mailbox=message.mailbox,
        send_at=now,
        now=now,
        resend_of=message,
    )
    for attachment in message.attachments.all():
        attachment.pk, attachment.message = None, again
        attachment.save(force_insert=True)
    settle(case)
    record(case.key, "resent", by=by, topics=case.topics, at=now, message=again.pk)
    return again


@transaction.atomic
def dismiss(message: Message, *, by: Person, now: datetime | None = None) -> None:
    """Take an undelivered message off the tray: the sender knows, and will not send it again."""
    now = now or timezone.now()
    case = hold(message.case, by=by)
    undelivered = Message.objects.filter(
        pk=message.pk, state__in=Message.UNDELIVERED, trouble_dismissed_at=None
    )
    if undelivered.update(trouble_dismissed_at=now):
        settle(case)
        record(case.key, "dismissed", by=by, topics=case.topics, at=now, message=message.pk)


def settle(case: Case) -> None:
    """Keep the case's undelivered mark true."""
    waiting = case.messages.filter(state__in=Message.UNDELIVERED, trouble_dismissed_at=None)
    case.undelivered = waiting.exists()
    case.save(update_fields=["undelivered"])


def addresses(typed: Sequence[str]) -> list[str]:
    """Check addresses and lower their case; raise NobodyToTell naming the one that is none."""
    checked: dict[str, None] = {}
    for one in typed:
        if not one.strip():
            continue
        try:
            valid = validate_email(one.strip(), check_deliverability=False, test_environment=True)
        except EmailNotValidError as wrong:
            raise NobodyToTell(
                _("%(address)s is not an email address.") % {"address": one.strip()}
            ) from wrong
        checked.setdefault(valid.normalized.lower())
    if len(checked) > MOST_RECIPIENTS:
        raise NobodyToTell(
            _("An answer goes to %(most)s people at most.") % {"most": MOST_RECIPIENTS}
        )
    return list(checked)


def may_write(told: Sequence[str]) -> None:
    """Raise Unreachable with the reasons when one of these must not be written to."""
    refused = refusals(told)
    if refused:
        reasons = (f"{one}: {explained(why)}" for one, why in sorted(refused.items()))
        raise Unreachable("; ".join(reasons))


def mailbox_of(case: Case) -> Mailbox | None:
    """The mailbox the customer wrote to last, if it still serves this queue; else the queue's."""
    mailboxes = Mailbox.objects.filter(queue=case.queue_id, active=True)
    last = (
        case.messages.filter(direction=Message.Direction.IN, mailbox__in=mailboxes)
        .select_related("mailbox")
        .order_by("-at", "-pk")
        .first()
    )
    return (
        last.mailbox if last else mailboxes.first() or Mailbox.objects.filter(active=True).first()
    )


def _party(case: Case, address: str) -> dict[str, str]:
    return {"name": case.who_name if address == case.who_address else "", "address": address}


def _answered(case: Case, message: Message, *, by: Person, wait: bool, now: datetime) -> None:
    contact = message.contact
    if contact.answered is None:
        contact.answered, contact.agent = now, by
        contact.save(update_fields=["answered", "agent"])
    before = {
        "state_before": case.state,
        "due_before": case.due_at.isoformat() if case.due_at else None,
        "snoozed_before": case.snoozed_until.isoformat() if case.snoozed_until else None,
        "last_inbound_before": case.last_inbound,
    }
    case.state = Case.State.WAITING if wait else Case.State.OPEN
    case.due_at = case.snoozed_until = None
    case.owner = case.owner or by
    case.last_words, case.last_at, case.last_inbound = words(message.text), now, False
    case.save(
        update_fields=[
            "state",
            "due_at",
            "snoozed_until",
            "owner",
            "last_words",
            "last_at",
            "last_inbound",
        ]
    )
    record(case.key, "replied", by=by, topics=case.topics, at=now, message=message.pk, **before)


def _open_again(message: Message, *, by: Person, now: datetime) -> None:
    """Open the case that stands for the message's one, if it was closed upon this answer."""
    case = standing_for(message.case_id)
    if case is None or case.state != Case.State.CLOSED:
        return
    last = last_said(case)
    if last is None or last.direction == Message.Direction.IN or last.pk < message.pk:
        reopen(case, by=by, now=now)


def _as_before(case: Case, message: Message) -> None:
    """Give the case back the words, state and clock it had before an answer was taken back.

    What came after the answer stays: the customer wrote again, somebody answered once more, or
    the case was closed, merged or put away.
    """
    if case.last_inbound:
        return
    last = last_said(case)
    answered_since = False
    if last is not None:
        case.last_words, case.last_at = words(last.text or last.subject), last.at
        case.save(update_fields=["last_words", "last_at"])
        answered_since = last.direction == Message.Direction.OUT and last.pk > message.pk
    entry = Entry.objects.filter(
        subject=case.key, verb="replied", particulars__message=message.pk
    ).first()
    if entry is None or answered_since or case.state not in (Case.State.OPEN, Case.State.WAITING):
        return
    _restore(case, entry.particulars)
    unanswered = Contact.objects.filter(pk=message.contact_id, answered=message.at)
    unanswered.update(answered=None, agent=None)


def _restore(case: Case, before: dict[str, Any]) -> None:
    case.state = before.get("state_before", case.state)
    case.due_at = _moment(before.get("due_before"))
    case.snoozed_until = _moment(before.get("snoozed_before"))
    if case.state == Case.State.SNOOZED and case.snoozed_until is None:
        case.state = Case.State.OPEN  # nothing would ever bring it back
    case.last_inbound = before.get("last_inbound_before", True)
    case.save(update_fields=["state", "due_at", "snoozed_until", "last_inbound"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
