"""What became of a message after it left: bounces flip it, and its address falls silent."""

from __future__ import annotations

from datetime import datetime

from contact_hub.carriers.base import Bounce
from contact_hub.carriers.email.status import address_is_dead
from contact_hub.customers.actions import suppress
from contact_hub.customers.models import Point
from contact_hub.inbox.models import Case, Message
from contact_hub.journal.actions import record

SENT = (
    Message.State.SENDING,
    Message.State.ACCEPTED,
    Message.State.DELIVERED,
    Message.State.FAILED,
    Message.State.BOUNCED,
)


def bounced(bounce: Bounce, *, now: datetime) -> Message | None:
    """Apply a delivery report to the message it is about; None when that is none of ours.

    A second report about the same address changes nothing. A report that the provider still
    tries is only recorded.
    """
    message = _ours(bounce)
    if message is None:
        return None
    if bounce.delayed:
        case = message.case
        record(case.key, "delayed", by=None, topics=case.topics, at=now, message=message.pk)
        return message
    missed(message, bounce, now=now)
    return message


def missed(message: Message, bounce: Bounce, *, now: datetime) -> None:
    """Note that a message did not reach some of its addresses; told once for each of them."""
    told = {party["address"].lower() for party in [*message.to, *message.cc]}
    gone = [one.lower() for one in (bounce.recipient, *bounce.others) if one.lower() in told]
    if message.state == Message.State.BOUNCED and set(gone) <= set(message.missed):
        return
    case = Case.objects.select_for_update(of=("self",)).get(pk=message.case_id)
    message.state = Message.State.BOUNCED
    message.trouble = bounce.reason[:500]
    message.missed = sorted({*message.missed, *gone})
    message.trouble_dismissed_at = None
    message.save(update_fields=["state", "trouble", "missed", "trouble_dismissed_at"])
    case.undelivered = True
    case.save(update_fields=["undelivered"])
    if bounce.permanent and address_is_dead(bounce.status):
        for address in gone:
            suppress(address, kind=Point.Kind.EMAIL, reason=bounce.reason, by=None)
    record(
        case.key,
        "bounced",
        by=None,
        topics=[*case.topics, *_author(message)],
        at=now,
        message=message.pk,
        status=bounce.status,
        reason=bounce.reason[:300],
    )


def _ours(bounce: Bounce) -> Message | None:
    """The message of ours that a report names: only who got it knows its id.

    The report may speak of an address that we never wrote to, when ours was forwarded there.
    """
    if not bounce.message_id:
        return None
    messages = Message.objects.select_for_update(of=("self",)).filter(
        message_id=bounce.message_id, direction=Message.Direction.OUT, state__in=SENT
    )
    return messages.first()


def _author(message: Message) -> list[str]:
    return [f"person.{message.author_id}"] if message.author_id else []
