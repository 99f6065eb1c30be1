"""The hub's own answer when an episode begins, and the caps that end a loop of machines."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from contact_hub.inbox.actions import outgoing
from contact_hub.inbox.models import AutoReply, Case, Message
from contact_hub.inbox.queries.recognising import language_of
from contact_hub.inbox.rules import autoreply
from contact_hub.journal.actions import record


def acknowledge(
    case: Case, message: Message, *, automatic: str, own: bool, begins: bool, now: datetime
) -> Message | None:
    """Answer a customer by itself when the queue says so and no loop threatens.

    begins  the mail begins an episode: a new case, or one that was wrapped up before
    """
    wording = _wording(case)
    if not wording or not begins or message.mailbox is None:
        return None
    since = now - timedelta(minutes=settings.AUTO_REPLY_WINDOW_MINUTES)
    sent = AutoReply.objects.filter(at__gte=since)
    why_not = autoreply.allowed(
        automatic=automatic,
        sender=message.from_address,
        own=own,
        address=sent.filter(address=message.from_address).count(),
        case=sent.filter(case=case).count(),
        caps=autoreply.Caps(settings.AUTO_REPLY_PER_ADDRESS, settings.AUTO_REPLY_PER_CASE),
    )
    if why_not:
        if why_not == autoreply.MUTED:
            mute(case, now=now)
        return None
    AutoReply.objects.create(case=case, address=message.from_address, at=now)
    return outgoing.queue_message(
        case,
        author=None,
        to=[{"name": message.from_name, "address": message.from_address}],
        body=wording,
        mailbox=message.mailbox,
        automatic=True,
        send_at=now,
        now=now,
    )


def mute(case: Case, *, now: datetime) -> None:
    """Stop automatic answers in a case, visibly."""
    if case.muted_at is None:
        case.muted_at = now
        case.save(update_fields=["muted_at"])
        record(case.key, "muted", by=None, topics=case.topics, at=now)


def _wording(case: Case) -> str:
    if not case.queue.auto_reply:
        return ""
    spanish = language_of(case) == "es"
    return (spanish and case.queue.auto_reply_es) or case.queue.auto_reply
