"""Making a message of what was understood: match, thread, route, record, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import BigIntegerField, Func, QuerySet, TextField, Value

from contact_hub.carriers.base import File, Inbound, Party
from contact_hub.carriers.email import tokens
from contact_hub.carriers.email.automatic import is_machine
from contact_hub.inbox import vault
from contact_hub.inbox.actions import acknowledging, identifying, looking, receipts
from contact_hub.inbox.actions.guard import standing_for
from contact_hub.inbox.actions.thread_keys import remember
from contact_hub.inbox.models import (
    Attachment,
    Case,
    Contact,
    Envelope,
    Mailbox,
    Message,
    Queue,
)
from contact_hub.inbox.queries import recognising
from contact_hub.inbox.queries.known import known
from contact_hub.inbox.rules import threading
from contact_hub.inbox.rules.wording import words
from contact_hub.journal.actions import record

log = structlog.get_logger()
BIG = BigIntegerField()
TEXT_CHARACTERS = 200_000  # of one message; the raw mail keeps the rest
HTML_CHARACTERS = 1_000_000
ROUTED = (  # what filing reads of a mailbox: the rest is secrets and servers
    "address",
    "name",
    "queue__name",
    "queue__key",
    "queue__first_reply_minutes",
    "queue__auto_reply",
    "queue__auto_reply_es",
)
NOT_WAITING_FOR_THE_DISK = Func(
    Value("synchronous_commit"),
    Value("off"),
    Value(True),  # noqa: FBT003  # for this transaction alone
    function="set_config",
    output_field=TextField(),
)
MOST_REFERENCES = 50  # nearest ancestors kept as thread keys


class AlreadyFiled(Exception):
    """Somebody else filed this envelope meanwhile."""


class NoQueue(Exception):
    """The office has no queue yet, so there is nowhere to put a message."""


@dataclass(slots=True)
class Route:
    """Where a mail arrived, and what its addresses say."""

    queue: Queue
    mailbox: Mailbox | None
    own_sender: bool  # it comes from one of our own addresses
    token: int | None


@dataclass(slots=True)
class Place:
    """The case a message goes to, and the episode in it."""

    case: Case
    contact: Contact
    reason: str  # why this one; "" for a new case
    begins: bool  # the message begins this episode
    reopened: bool = False


def file(envelope: Envelope, inbound: Inbound, *, now: datetime) -> Message | None:
    """File one understood message; raises AlreadyFiled when another taker was quicker."""
    files = _put_away(inbound.files)
    inbound = _spoken_for(inbound)
    with transaction.atomic():
        if inbound.bounce is not None:
            bounced = receipts.bounced(inbound.bounce, now=now)
            if bounced is not None:
                _filed(envelope, bounced, now=now)
                return bounced
        route = _route(envelope, inbound)
        place = _place(inbound, route, now=now)
        message = _write(inbound, place, route, files, now=now)
        _filed(envelope, message, now=now)
        record(
            place.case.key,
            "received",
            by=None,
            topics=place.case.topics,
            at=now,
            message=message.pk,
            channel=message.kind,
            threaded_by=place.reason,
            reopened=place.reopened,
            automatic=inbound.automatic,
        )
        acknowledging.acknowledge(
            place.case,
            message,
            automatic=inbound.automatic,
            own=route.own_sender,
            begins=place.begins,
            now=now,
        )
    log.info("filed", case=message.case_id, contact=message.contact_id, message=message.pk)
    return message


def forget_blob(sha256: str) -> None:
    """Delete stored bytes that nothing refers to any more."""
    if not Attachment.objects.filter(sha256=sha256).exists():
        vault.blobs().remove(sha256)


def _spoken_for(inbound: Inbound) -> Inbound:
    """A form writes from a machine's address in somebody's name: that person is who speaks."""
    asked = [party for party in inbound.reply_to if party.address]
    if inbound.automatic or not asked or not is_machine(inbound.sender.address):
        return inbound
    return replace(inbound, sender=asked[0])


def mailbox_of(addresses: Sequence[str]) -> Mailbox | None:
    """The mailbox in use that the first of these addresses means, whatever mark it bears."""
    plain = [tokens.without_tag(address) for address in addresses]
    ours = {
        mailbox.address: mailbox
        for mailbox in Mailbox.objects.filter(address__in={*plain, *addresses}, active=True)
    }
    return next((ours[one] for one in (*plain, *addresses) if one in ours), None)


def _put_away(files: Sequence[File]) -> list[Attachment]:
    """Keep the bytes outside the database before the transaction begins."""
    kept = []
    for file in files:
        attachment = Attachment(
            name=file.name[:255],
            content_type=file.content_type[:127],
            size=len(file.content),
            content_id=file.content_id[:255],
            inline=file.inline,
        )
        if len(file.content) > settings.ATTACHMENT_MAX_BYTES:
            limit = settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)
            attachment.refused = f"larger than {limit} MB; it is still in the raw mail"
        else:
            attachment.sha256 = vault.blobs().put(file.content)
        kept.append(attachment)
    return kept


def _one_at_a_time(sender: str) -> None:
    """Let two first mails of one sender not open two cases at once (SQLite has one writer)."""
    if sender and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [sender])


def _in_turn(boxes: QuerySet[Mailbox], sender: str) -> list[Mailbox]:
    """Read mailboxes and wait for one's turn (see above), in one statement where there are any.

    That statement also lets this transaction return before its commit is on the disk. The
    envelope already is, as pending: should the server lose the filing, the mail is filed again.
    Whatever is done about the message commits later, and takes this with it to the disk.
    """
    if not sender or connection.vendor != "postgresql":
        return list(boxes)
    hashed = Func(Value(sender), Value(7), function="hashtextextended", output_field=BIG)
    turn = Func(hashed, function="pg_advisory_xact_lock", output_field=TextField())
    found: list[Mailbox] = [*boxes.annotate(turn=turn, later=NOT_WAITING_FOR_THE_DISK)]
    if not found:
        _one_at_a_time(sender)
    return found


def _route(envelope: Envelope, inbound: Inbound) -> Route:
    parties = [Party(address) for address in envelope.recipients] + [*inbound.to, *inbound.cc]
    addresses = [party.address for party in parties]
    plain = [tokens.without_tag(address) for address in addresses]
    sender = inbound.sender.address
    boxes = Mailbox.objects.filter(address__in={*plain, *addresses, sender}, active=True)
    boxes = boxes.select_related("queue").only(*ROUTED)
    ours = {mailbox.address: mailbox for mailbox in _in_turn(boxes, sender)}
    found = next((ours[one] for one in (*plain, *addresses) if one in ours), None)
    mailbox = envelope.mailbox or found
    key = settings.SECRET_KEY
    token = next((case for one in addresses if (case := tokens.case_of(one, key))), None)
    queue = mailbox.queue if mailbox else Queue.objects.first()
    if queue is None:
        raise NoQueue
    return Route(queue, mailbox, sender in ours, token)


def _place(inbound: Inbound, route: Route, *, now: datetime) -> Place:
    pk, reason = _thread(inbound, route)
    case = standing_for(pk) if pk else None
    if case is None:
        return _open_case(inbound, route, now=now)
    reopened = _hear(case, inbound, now=now)
    running = case.contacts.filter(channel="email", wrapped=None).first()
    contact = running or _begin(case, now=now)
    return Place(case, contact, reason, begins=running is None, reopened=reopened)


def _thread(inbound: Inbound, route: Route) -> tuple[int | None, str]:
    sender = inbound.sender.address
    references = inbound.references[-MOST_REFERENCES:]
    mail = threading.Mail(
        sender=sender,
        own=threading.digest(inbound.message_id),
        in_reply_to=threading.digest(inbound.in_reply_to),
        references=tuple(map(threading.digest, references)),
        token=route.token,
        tag=tokens.tagged_case(inbound.subject),
    )
    ids = {inbound.message_id, inbound.in_reply_to, *references} - {""}
    by_name = bool(sender) and not (inbound.automatic and inbound.bounce is None)
    met = known(ids, sender=sender, in_queue=route.queue if by_name else None)
    found = threading.find(mail, threading.Known(met.keys))
    if found is None and by_name:
        found = threading.find(mail, replace(met, of_sender=_part_of(mail)))
    return found or (None, "")


def _part_of(mail: threading.Mail) -> frozenset[int]:
    """The case that the subject names, if its sender wrote it."""
    if not mail.tag:
        return frozenset()
    theirs = Case.objects.filter(pk=mail.tag, who_address=mail.sender)
    return frozenset(theirs.values_list("pk", flat=True))


def _open_case(inbound: Inbound, route: Route, *, now: datetime) -> Place:
    """Begin a case; whom it may be about is suggested, and for people to confirm."""
    told = recognising.read(f"{inbound.subject}\n{inbound.text}")
    rows = recognising.at_first_sight(inbound.sender.address, told)
    named = "" if recognising.is_ours(inbound.sender.address) else inbound.sender.name
    case = Case(
        queue=route.queue,
        subject=inbound.subject[:300],
        channel="email",
        opened_at=now,
        due_at=now + timedelta(minutes=route.queue.first_reply_minutes),
        priority=Case.Priority.LOW if inbound.automatic else Case.Priority.NORMAL,
        who_name=inbound.sender.name[:200],
        who_address=inbound.sender.address[:254],
        match=rows,
    )
    _hears(case, inbound, now=now)
    case.save(force_insert=True)
    contact = _begin(case, now=now)
    if rows:
        identifying.suggest(contact, rows, now=now)
    elif not inbound.automatic and looking.worth_looking(named, told):
        looking.later(case)
    return Place(case, contact, "", begins=True)


def _hear(case: Case, inbound: Inbound, *, now: datetime) -> bool:
    """Let a further message change the case; true when it was closed before."""
    reopened = False
    _hears(case, inbound, now=now)
    fields = ["last_words", "last_at", "last_inbound"]
    if not inbound.automatic:
        reopened = case.state == Case.State.CLOSED
        if case.state in (Case.State.CLOSED, Case.State.WAITING, Case.State.SNOOZED):
            case.state = Case.State.OPEN
        case.outcome = case.closed_at = case.snoozed_until = None
        case.due_at = case.due_at or now + timedelta(minutes=case.queue.first_reply_minutes)
        fields += ["state", "outcome", "closed_at", "snoozed_until", "due_at"]
    case.save(update_fields=fields)
    return reopened


def _hears(case: Case, inbound: Inbound, *, now: datetime) -> None:
    case.last_words = words(inbound.text or inbound.subject)
    case.last_at = now
    case.last_inbound = True


def _write(
    inbound: Inbound, place: Place, route: Route, files: list[Attachment], *, now: datetime
) -> Message:
    message = Message.objects.create(
        case=place.case,
        contact=place.contact,
        kind=Message.Kind.EMAIL,
        direction=Message.Direction.IN,
        state=Message.State.RECEIVED,
        mailbox=route.mailbox,
        at=now,
        sent_at=inbound.sent_at,
        from_name=inbound.sender.name[:200],
        from_address=inbound.sender.address[:254],
        to=_parties(inbound.to),
        cc=_parties(inbound.cc),
        answer_to=_parties([one for one in inbound.reply_to if one.address]),
        subject=inbound.subject[:300],
        text=inbound.text[:TEXT_CHARACTERS],
        quoted=inbound.quoted[:TEXT_CHARACTERS],
        html=inbound.html[:HTML_CHARACTERS],
        automatic=bool(inbound.automatic),
        message_id=inbound.message_id[:998],
        in_reply_to=inbound.in_reply_to[:998],
        references=[one[:998] for one in inbound.references[-MOST_REFERENCES:]],
    )
    remember(place.case, message)
    for attachment in files:
        attachment.message = message
    if files:
        Attachment.objects.bulk_create(files)
    return message


def _begin(case: Case, *, now: datetime) -> Contact:
    return Contact.objects.create(
        case=case, channel="email", queue_id=case.queue_id, arrived=now, queued=now
    )


def _parties(parties: Sequence[Party]) -> list[dict[str, str]]:
    return [{"name": party.name[:200], "address": party.address[:254]} for party in parties]


def _filed(envelope: Envelope, message: Message, *, now: datetime) -> None:
    """Close the envelope; exactly one taker gets here."""
    pending = Envelope.objects.filter(pk=envelope.pk, state=Envelope.State.PENDING)
    filed = {"state": Envelope.State.FILED, "message": message, "finished_at": now}
    if pending.update(**filed, error="") != 1:
        raise AlreadyFiled
    envelope.state, envelope.message = Envelope.State.FILED, message
