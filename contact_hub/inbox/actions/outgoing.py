"""A message to a customer, made complete and queued in the transaction of what it is about."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from contact_hub.inbox.actions.guard import open_contact
from contact_hub.inbox.actions.sending import send
from contact_hub.inbox.actions.thread_keys import remember
from contact_hub.inbox.models import Case, Mailbox, Message
from contact_hub.inbox.rules.wording import answer_subject
from contact_hub.jobs.actions import enqueue
from contact_hub.staff.models import Person

MOST_REFERENCES = 30
TRIES = 1000  # the message itself says when to give up; see `sending`


def queue_message(
    case: Case,
    *,
    author: Person | None,
    to: Sequence[dict[str, str]],
    body: str,
    mailbox: Mailbox | None,
    send_at: datetime,
    now: datetime,
    cc: Sequence[dict[str, str]] = (),
    subject: str = "",
    automatic: bool = False,
    resend_of: Message | None = None,
) -> Message:
    """Store a message to go out at `send_at` and enqueue the job that carries it.

    to, cc  [{"name": …, "address": …}], addresses lower case
    """
    parent = _parent(case)
    references = [*parent.references, parent.message_id] if parent and parent.message_id else []
    message = Message.objects.create(
        case=case,
        contact=open_contact(case, channel="email"),
        kind=Message.Kind.EMAIL,
        direction=Message.Direction.OUT,
        state=Message.State.QUEUED,
        author=author,
        mailbox=mailbox,
        at=now,
        from_name=mailbox.name if mailbox else settings.SITE_NAME,
        from_address=mailbox.address if mailbox else "",
        to=list(to),
        cc=list(cc),
        subject=(subject or answer_subject(case.subject or "…"))[:300],
        text=body,
        automatic=automatic,
        message_id=f"{uuid.uuid4()}@{settings.MAIL_DOMAIN}",
        in_reply_to=parent.message_id if parent else "",
        references=references[-MOST_REFERENCES:],
        send_at=send_at,
        resend_of=resend_of,
    )
    remember(case, message)
    enqueue(send, message.pk, run_at=send_at, queue="mail", max_attempts=TRIES)
    return message


def _parent(case: Case) -> Message | None:
    """The mail being answered: the customer's last one, or ours when they wrote none."""
    mails = case.messages.filter(kind=Message.Kind.EMAIL).exclude(message_id="")
    mails = mails.exclude(state=Message.State.CANCELLED)
    return (
        mails.filter(direction=Message.Direction.IN).order_by("-at", "-pk").first()
        or mails.order_by("-at", "-pk").first()
    )
