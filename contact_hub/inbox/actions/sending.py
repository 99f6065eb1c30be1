"""Carrying a queued message out: the job behind every mail that leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from django_tasks import task

from contact_hub.carriers.base import Accepted, File, Outbound, Party, Server, Undeliverable
from contact_hub.carriers.email import tokens
from contact_hub.carriers.email.compose import compose
from contact_hub.carriers.email.imap import keep_sent
from contact_hub.carriers.registry import CARRIERS
from contact_hub.customers.queries import refusals
from contact_hub.inbox import vault
from contact_hub.inbox.actions import receipts
from contact_hub.inbox.actions.enclosing import has_left, with_code
from contact_hub.inbox.models import Case, Mailbox, Message
from contact_hub.inbox.queries.recognising import language_of
from contact_hub.inbox.rules.html import as_html
from contact_hub.jobs.actions import enqueue
from contact_hub.jobs.effects import effect
from contact_hub.jobs.errors import Later, LostLease, Permanent
from contact_hub.journal.actions import record

GIVE_UP_AFTER = timedelta(hours=48)  # of temporary trouble; then the sender is told
SENDABLE = (Message.State.QUEUED, Message.State.SENDING, Message.State.FAILED)


@task(queue_name="mail")
def send(pk: int) -> str:
    """Carry out message `pk`; returns what it is now. Safe to run twice and to kill."""
    message = _claim(pk)
    if message is None:
        return "nothing to send"
    reason = _refused(message)
    if reason:
        _undeliverable(message, reason)
        return message.state
    try:
        with effect(message.message_id, refusals=Undeliverable) as call:
            if call.accepted:  # by an earlier try whose worker died before it could say so
                accepted = Accepted(external_id=call.external_id, note=call.note)
            else:  # when the outcome is uncertain, the same Message-ID makes the second harmless
                accepted = CARRIERS["email"].send(outbound(message))
            call.external_id, call.note = accepted.external_id, accepted.note
    except Undeliverable as refusal:
        _refusal(message, refusal, now=timezone.now())
    except (Permanent, Later, LostLease, DatabaseError):
        raise
    except Exception as trouble:  # noqa: BLE001  # whatever broke, the writer must learn of it
        reason = f"the hub could not send it ({type(trouble).__name__})"
        _refusal(message, Undeliverable(reason, permanent=False), now=timezone.now())
    else:
        _accepted(message, accepted, now=timezone.now())
    return message.state


def outbound(message: Message) -> Outbound:
    """The message as the carrier needs it, with a reply address that names its case."""
    mailbox = message.mailbox
    address = message.from_address
    reply_to = tokens.reply_address(address, message.case_id, settings.SECRET_KEY)
    text = with_code(message, message.text if message.automatic else _signed(message))
    return Outbound(
        channel="email",
        message_id=message.message_id,
        sender=Party(address, message.from_name),
        to=_parties(message.to),
        cc=_parties(message.cc),
        reply_to=Party(reply_to, message.from_name),
        subject=tokens.tag_subject(message.subject, message.case_id),
        text=text,
        html=as_html(text),
        in_reply_to=message.in_reply_to,
        references=tuple(message.references),
        files=tuple(
            File(
                name=attachment.name,
                content_type=attachment.content_type,
                content=vault.blobs().get(attachment.sha256),
            )
            for attachment in message.attachments.exclude(sha256="")
        ),
        automatic=message.automatic,
        server=server(mailbox) if mailbox else None,
        written_at=message.send_at,
    )


def server(mailbox: Mailbox) -> Server | None:
    """The mailbox's own way out, or None for the site's."""
    if not mailbox.smtp_host:
        return None
    secret = bytes(mailbox.smtp_secret)
    return Server(
        host=mailbox.smtp_host,
        port=mailbox.smtp_port,
        encryption=mailbox.smtp_tls,
        user=mailbox.smtp_user,
        password=vault.sealer().open(secret).decode() if secret else "",
    )


@transaction.atomic
def _claim(pk: int) -> Message | None:
    """Take the message to be sent; None when it was taken back, or has left already."""
    due = Message.objects.filter(pk=pk, state__in=SENDABLE, send_at__lte=timezone.now())
    if due.update(state=Message.State.SENDING) != 1:
        return None
    return Message.objects.select_related("mailbox", "author", "case__customer").get(pk=pk)


def _refused(message: Message) -> str:
    """Why nothing may be written to these addresses, asked again at the last moment."""
    told = {party["address"] for party in [*message.to, *message.cc]}
    refused = refusals(told)
    return "; ".join(f"{address}: {reason}" for address, reason in sorted(refused.items()))


def _refusal(message: Message, refusal: Undeliverable, *, now: datetime) -> None:
    given_up = now - (message.send_at or now) > GIVE_UP_AFTER
    if refusal.permanent or given_up:
        _undeliverable(message, refusal.reason)
        return  # the writer's tray has it, so it is no job for whoever tends the jobs
    with transaction.atomic():
        Message.objects.filter(pk=message.pk, state=Message.State.SENDING).update(
            state=Message.State.FAILED, trouble=refusal.reason[:500]
        )
        case = Case.objects.get(pk=message.case_id)
        if message.trouble != refusal.reason[:500]:  # once for each reason, not for each try
            record(
                case.key,
                "send_failed",
                by=None,
                topics=case.topics,
                message=message.pk,
                reason=refusal.reason[:300],
            )
    raise Later(refusal.reason, seconds=refusal.retry_after)


@task(queue_name="mail")
def keep_copy(pk: int) -> str:
    """Put a copy of a sent message into the mailbox's own sent folder, once."""
    message = Message.objects.select_related("mailbox", "author", "case__customer").get(pk=pk)
    mailbox = message.mailbox
    if mailbox is None or not (mailbox.sent_folder and mailbox.imap_host):
        return "no folder"
    raw = compose(outbound(message))
    keep_sent(imap_server(mailbox), mailbox.sent_folder, raw, message.message_id)
    return "kept"


def imap_server(mailbox: Mailbox) -> Server:
    """Where a mailbox is read, with its password opened."""
    secret = bytes(mailbox.imap_secret)
    return Server(
        host=mailbox.imap_host,
        port=mailbox.imap_port,
        encryption="tls" if mailbox.imap_tls else "none",
        user=mailbox.imap_user,
        password=vault.sealer().open(secret).decode() if secret else "",
    )


@transaction.atomic
def _accepted(message: Message, accepted: Accepted, *, now: datetime) -> None:
    message.state, message.sent_at = Message.State.ACCEPTED, now
    message.external_id, message.trouble = accepted.external_id[:300], ""
    sent = Message.objects.filter(pk=message.pk, state=Message.State.SENDING)
    if sent.update(
        state=message.state,
        sent_at=now,
        external_id=message.external_id,
        trouble="",
    ):
        case = Case.objects.get(pk=message.case_id)
        record(case.key, "sent", by=None, topics=case.topics, at=now, message=message.pk)
        has_left(message)
        for bounce in accepted.refused:
            receipts.missed(message, bounce, now=now)
        if message.mailbox and message.mailbox.sent_folder:
            enqueue(keep_copy, message.pk, queue="mail")


@transaction.atomic
def _undeliverable(message: Message, reason: str) -> None:
    message.state, message.trouble = Message.State.UNDELIVERABLE, reason[:500]
    message.save(update_fields=["state", "trouble"])
    case = Case.objects.select_for_update(of=("self",)).get(pk=message.case_id)
    case.undelivered = True
    case.save(update_fields=["undelivered"])
    author = [f"person.{message.author_id}"] if message.author_id else []
    record(
        case.key,
        "undeliverable",
        by=None,
        topics=[*case.topics, *author],
        message=message.pk,
        reason=reason[:300],
    )


def _signed(message: Message) -> str:
    mailbox = message.mailbox
    spanish = mailbox is not None and language_of(message.case) == "es"
    ours = ((spanish and mailbox.signature_es) or mailbox.signature) if mailbox else ""
    theirs = message.author.signature if message.author else ""
    signature = "\n".join(part.strip() for part in (theirs, ours) if part.strip())
    return f"{message.text.rstrip()}\n\n-- \n{signature}" if signature else message.text


def _parties(parties: list[dict[str, str]]) -> tuple[Party, ...]:
    return tuple(Party(party["address"], party.get("name", "")) for party in parties)
