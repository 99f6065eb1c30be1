"""Carrying a queued message out: the job behind every mail that leaves."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from django_tasks import task

from contact_hub.carriers.base import (
    Accepted,
    Bounce,
    File,
    Outbound,
    Party,
    Server,
    Undeliverable,
    Unsure,
)
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
from contact_hub.jobs.effects import Effect, effect
from contact_hub.jobs.errors import Later, LostLease, Permanent
from contact_hub.journal.actions import record

log = structlog.get_logger()
HALF_SENT = (Message.State.FAILED, Message.State.BOUNCED)  # of messages with some put off
GIVE_UP_AFTER = timedelta(hours=48)  # of temporary trouble; then the sender is told
SENDABLE = (Message.State.QUEUED, Message.State.SENDING, Message.State.FAILED)


@task(queue_name="mail")
def send(pk: int) -> str:
    """Carry out message `pk`; returns what it is now. Safe to run twice and to kill."""
    message = _claim(pk)
    if message is None:
        return "nothing to send"
    about = {"case": message.case_id, "contact": message.contact_id, "message": message.pk}
    with structlog.contextvars.bound_contextvars(**about):
        return _brought(message)


def _brought(message: Message) -> str:
    """Bring a claimed message to its carrier; what it is then."""
    reason = _refused(message)
    if reason:
        _refusal(message, Undeliverable(reason, permanent=True), now=timezone.now())
        return message.state
    try:
        accepted = _carried(message)
    except Undeliverable as refusal:
        _refusal(message, refusal, now=timezone.now())
    else:
        _accepted(message, accepted, now=timezone.now())
        log.info("sent", put_off=len(message.put_off))
        if message.put_off:
            raise Later(message.trouble)
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
        only=tuple(message.put_off),
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


def _carried(message: Message) -> Accepted:
    """Hand the message to its carrier once; whatever broke, the writer must learn of it."""
    try:
        with effect(_key(message), refusals=Undeliverable) as call:
            if call.accepted:  # by an earlier try whose worker died before it could say so
                accepted = _remembered(call)
            else:  # when the outcome is uncertain, the same Message-ID makes the second harmless
                accepted = CARRIERS["email"].send(outbound(message))
            call.external_id, call.note = accepted.external_id, accepted.note
            call.particulars = {"refused": [asdict(one) for one in accepted.refused]}
    except (Undeliverable, Permanent, Later, LostLease, DatabaseError):
        raise
    except Unsure as broken:
        raise Undeliverable(str(broken), permanent=False) from broken
    except Exception as trouble:  # whatever broke, the writer must learn of it
        reason = f"the hub could not send it ({type(trouble).__name__})"
        raise Undeliverable(reason, permanent=False) from trouble
    return accepted


@transaction.atomic
def _claim(pk: int) -> Message | None:
    """Take the message to be sent; None when it was taken back, or has left already."""
    due = Message.objects.filter(pk=pk, send_at__lte=timezone.now())
    partly = due.filter(state__in=HALF_SENT).exclude(put_off=[])
    whole = due.filter(state__in=SENDABLE, put_off=[])
    if not partly.exists() and whole.update(state=Message.State.SENDING) != 1:
        return None
    return Message.objects.select_related("mailbox", "author", "case__customer").get(pk=pk)


def _refused(message: Message) -> str:
    """Why nothing may be written to these addresses, asked again at the last moment."""
    told = message.put_off or {party["address"] for party in [*message.to, *message.cc]}
    refused = refusals(told)
    return "; ".join(f"{address}: {reason}" for address, reason in sorted(refused.items()))


def _key(message: Message) -> str:
    """What one call is known by: the message, and at a later one whom it is still for."""
    if not message.put_off:
        return message.message_id
    rest = hashlib.sha256(" ".join(sorted(message.put_off)).encode()).hexdigest()[:16]
    return f"{message.message_id} to {rest}"


def _remembered(call: Effect) -> Accepted:
    """What the server answered to the earlier try."""
    refused = tuple(Bounce(**one) for one in call.particulars.get("refused", ()))
    return Accepted(external_id=call.external_id, note=call.note, refused=refused)


def _given_up(message: Message, *, now: datetime) -> bool:
    return now - (message.send_at or now) > GIVE_UP_AFTER


def _look_again(message: Message) -> None:
    """See under a lock what became of the message while it was on its way."""
    Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    message.refresh_from_db(fields=["state", "missed", "put_off", "trouble", "sent_at"])


def _refusal(message: Message, refusal: Undeliverable, *, now: datetime) -> None:
    if refusal.permanent or _given_up(message, now=now):
        if message.put_off:
            _missed_at_last(message, refusal, now=now)
        else:
            _undeliverable(message, refusal.reason)
        return  # the writer's tray has it, so it is no job for whoever tends the jobs
    with transaction.atomic():
        waiting = Message.objects.filter(
            pk=message.pk, state__in=[Message.State.SENDING, Message.State.FAILED]
        )
        told = waiting.update(state=Message.State.FAILED, trouble=refusal.reason[:500])
        if told and message.trouble != refusal.reason[:500]:  # once for each reason, not each try
            case = Case.objects.get(pk=message.case_id)
            record(
                case.key,
                "send_failed",
                by=None,
                topics=case.topics,
                message=message.pk,
                reason=refusal.reason[:300],
            )
    log.warning("not sent yet")
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
        encryption=mailbox.imap_encryption,
        user=mailbox.imap_user,
        password=vault.sealer().open(secret).decode() if secret else "",
        ca_file=settings.MAIL_CA_FILE,
    )


@transaction.atomic
def _accepted(message: Message, accepted: Accepted, *, now: datetime) -> None:
    """Note who has it now; whoever was put off is tried again until it is time to give up."""
    _look_again(message)
    if message.state not in (Message.State.SENDING, *HALF_SENT):
        message.put_off = []
        return
    first = message.sent_at is None
    gone = [one for one in accepted.refused if one.permanent or _given_up(message, now=now)]
    later = [one for one in accepted.refused if one not in gone]
    message.sent_at, message.external_id = message.sent_at or now, accepted.external_id[:300]
    message.put_off = [one.recipient for one in later]
    if message.state != Message.State.BOUNCED:
        message.state = Message.State.FAILED if later else Message.State.ACCEPTED
        message.trouble = "; ".join(f"{one.recipient}: {one.reason}" for one in later)[:500]
    message.save(update_fields=["state", "sent_at", "external_id", "put_off", "trouble"])
    if first:
        case = Case.objects.get(pk=message.case_id)
        record(case.key, "sent", by=None, topics=case.topics, at=now, message=message.pk)
        has_left(message)
        if message.mailbox and message.mailbox.sent_folder:
            enqueue(keep_copy, message.pk, queue="mail")
    for bounce in gone:
        receipts.missed(message, bounce, now=now)


@transaction.atomic
def _missed_at_last(message: Message, refusal: Undeliverable, *, now: datetime) -> None:
    """Give up those who were put off; the others have the message."""
    _look_again(message)
    named = {one.recipient: one for one in refusal.refused}
    for address in message.put_off:
        plain = Bounce(
            message_id=message.message_id,
            recipient=address,
            status="4.0.0",
            permanent=False,
            reason=refusal.reason,
        )
        receipts.missed(message, named.get(address, plain), now=now)
    message.put_off = []
    message.save(update_fields=["put_off"])


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
