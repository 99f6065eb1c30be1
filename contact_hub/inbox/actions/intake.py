"""The way in: keep the envelope, then make a message of it in a case."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.carriers.base import Unreadable
from contact_hub.carriers.email import fingerprint, is_nameless, parse
from contact_hub.carriers.email.stubs import without_body
from contact_hub.carriers.registry import CARRIERS
from contact_hub.inbox import vault
from contact_hub.inbox.actions import filing
from contact_hub.inbox.errors import NotAllowed, NotWaiting
from contact_hub.inbox.models import Envelope, Mailbox, Message
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person

log = structlog.get_logger()
TRIES = 6  # then a person looks at it
GRACE = timedelta(seconds=30)  # the door that stored an envelope files it within this time
HAND_OVER = timedelta(minutes=15)  # within it a mail without a name is still the same one
TEND_TOPIC = "tend"
TOO_LARGE = "larger than %d MB; it is still in the mailbox"
CANNOT_OPEN = "the kept mail cannot be opened: it is lost, damaged, or sealed with another key"
LEFT = "This mail is larger than %d MB. It was left in the mailbox %s."


def receive(
    raw: bytes,
    *,
    door: str,
    mail_from: str = "",
    recipients: Sequence[str] = (),
    mailbox: Mailbox | None = None,
    place: str = "",
    now: datetime | None = None,
) -> Envelope:
    """Keep one mail durably, then try to file it; the same mail again changes nothing.

    place  in the mailbox it was read from; "" for mail that was handed over

    Returns once the envelope is committed, so the door may acknowledge. Trouble in filing is
    kept with the envelope and tried again later; trouble in keeping it raises, and the door must
    answer "try again".
    """
    envelope, created = _keep(
        raw,
        door=door,
        mail_from=mail_from,
        recipients=recipients,
        mailbox=mailbox,
        place=place,
        now=now,
    )
    if created:
        _file(envelope, raw, now=now or timezone.now())
    return envelope


@transaction.atomic
def note_large(
    header: bytes, *, size: int, door: str, mailbox: Mailbox, now: datetime | None = None
) -> Envelope:
    """Set aside what is known of a mail that is too large to be fetched; the same again is a no-op.

    size    bytes of the whole mail, which stays where it is

    Released, it is filed as a message that says so, for somebody to ask the customer.
    """
    limit = settings.MAIL_MAX_BYTES >> 20
    raw = without_body(header, f"[{LEFT % (limit, mailbox.address)}]")
    inbound = parse(raw)
    envelope, created = _keep(
        raw,
        door=door,
        mail_from=inbound.sender.address,
        recipients=(),
        mailbox=mailbox,
        now=now,
    )
    if created:
        told = [inbound.subject, f"{inbound.sent_at:%Y-%m-%d %H:%M %Z}" if inbound.sent_at else ""]
        envelope.size, envelope.attempts, envelope.state = size, 1, Envelope.State.QUARANTINED
        envelope.error = ": ".join([TOO_LARGE % limit, *filter(None, told)])[:2000]
        envelope.save(update_fields=["size", "attempts", "state", "error"])
        record(envelope_key(envelope), "quarantined", by=None, topics=[TEND_TOPIC])
    return envelope


def take_in(pk: int, *, now: datetime | None = None) -> Message | None:
    """File a pending envelope; None when it is not pending or could not be filed yet."""
    envelope = Envelope.objects.filter(pk=pk, state=Envelope.State.PENDING).first()
    if envelope is None:
        return None
    now = now or timezone.now()
    try:
        raw = vault.fetch(envelope.raw, envelope.blob)
    except vault.CLOSED as trouble:
        told = f"{CANNOT_OPEN} ({type(trouble).__name__})"
        _set_aside(envelope, told, now=now, give_up=True)
    except OSError as trouble:  # the disk is away: no fault of this mail
        _set_aside(envelope, _where(trouble), now=now, give_up=False, count=False)
    else:
        return _file(envelope, raw, now=now)
    return None


def sweep(now: datetime, *, limit: int = 200) -> int:
    """Try again every pending envelope that is due; how many are now filed."""
    due = Envelope.objects.filter(state=Envelope.State.PENDING, next_try_at__lte=now)
    pks = list(due.order_by("next_try_at").values_list("pk", flat=True)[:limit])
    return sum(_tried(pk, now=now) for pk in pks)


def release(envelope: Envelope, *, by: Person, now: datetime | None = None) -> Message | None:
    """Try a quarantined envelope again at once."""
    _may_tend(envelope, by)
    with transaction.atomic():
        _leave_quarantine(envelope, to=Envelope.State.PENDING, attempts=0)
        record(envelope_key(envelope), "released", by=by, topics=[TEND_TOPIC])
    return take_in(envelope.pk, now=now)


@transaction.atomic
def discard(envelope: Envelope, *, by: Person, reason: str, now: datetime | None = None) -> None:
    """Give a quarantined envelope up for good; its raw bytes stay until the purge."""
    _may_tend(envelope, by)
    _leave_quarantine(envelope, to=Envelope.State.DISCARDED, finished_at=now or timezone.now())
    record(envelope_key(envelope), "discarded", by=by, topics=[TEND_TOPIC], reason=reason)


def purge(now: datetime, *, keep_days: int) -> int:
    """Delete raw mail that was filed or discarded more than `keep_days` days ago."""
    finished = (Envelope.State.FILED, Envelope.State.DISCARDED)
    end = now - timedelta(days=keep_days)
    old = Envelope.objects.filter(
        state__in=finished,
        finished_at__lt=end,
        received_at__lt=end,  # which follows, and has an index
    ).exclude(raw=b"", blob="")
    hashes = set(old.exclude(blob="").values_list("blob", flat=True))
    count = old.update(raw=b"", blob="")
    still_used = set(Envelope.objects.filter(blob__in=hashes).values_list("blob", flat=True))
    for blob in hashes - still_used:
        filing.forget_blob(blob)
    return count


def envelope_key(envelope: Envelope) -> str:
    """The envelope's name in the journal."""
    return f"envelope.{envelope.pk}"


def _keep(
    raw: bytes,
    *,
    door: str,
    mail_from: str,
    recipients: Sequence[str],
    mailbox: Mailbox | None,
    now: datetime | None,
    place: str = "",
) -> tuple[Envelope, bool]:
    received_at = now or timezone.now()
    external_id = _name(raw, place=place, at=received_at)
    sealed, blob = vault.keep(raw)
    envelope = Envelope(
        carrier="email",
        external_id=external_id,
        door=door,
        mailbox=mailbox,
        mail_from=mail_from[:320],
        recipients=[address.lower()[:320] for address in recipients],
        received_at=received_at,
        next_try_at=received_at + GRACE,
        size=len(raw),
        raw=sealed,
        blob=blob,
    )
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            envelope.save(force_insert=True)  # one statement is a transaction of its own
    except IntegrityError:
        return Envelope.objects.get(carrier="email", external_id=external_id), False
    return envelope, True


def _name(raw: bytes, *, place: str, at: datetime) -> str:
    """What a mail is known by when it comes again.

    Some devices write neither Message-ID nor Date, and the same words each time. Such a mail is
    known by its place in the mailbox, or else for as long as one hand-over of it may take.
    """
    name = fingerprint(raw)
    if not name.startswith("none|") or not is_nameless(raw):
        return name
    if place:
        return f"{name}|{place}"
    window = int(at.timestamp() // HAND_OVER.total_seconds())
    lately = Envelope.objects.filter(
        carrier="email", external_id=f"{name}|{window - 1}", received_at__gt=at - HAND_OVER
    )
    return f"{name}|{window - 1 if lately.exists() else window}"


def _tried(pk: int, *, now: datetime) -> bool:
    """Whether this envelope is filed now; its trouble never reaches the next one."""
    try:
        return take_in(pk, now=now) is not None
    except Exception as trouble:  # noqa: BLE001  # whatever it is, the others wait behind it
        log.warning("envelope left pending", envelope=pk, error=type(trouble).__name__)
        return False


def _file(envelope: Envelope, raw: bytes, *, now: datetime) -> Message | None:
    """Parse and file; whatever goes wrong is kept with the envelope and never leaves here."""
    try:
        with structlog.contextvars.bound_contextvars(envelope=envelope.pk):
            inbound = CARRIERS[envelope.carrier].parse(raw)
            message = filing.file(envelope, inbound, now=now)
    except filing.AlreadyFiled:
        envelope.refresh_from_db()
        return envelope.message
    except Unreadable as unreadable:
        _set_aside(envelope, str(unreadable), now=now, give_up=True)
    except Exception as trouble:  # noqa: BLE001  # one poison mail must not stop the next
        log.warning("filing failed", envelope=envelope.pk, error=type(trouble).__name__)
        busy = isinstance(trouble, DatabaseError) and not isinstance(trouble, IntegrityError)
        _set_aside(envelope, _where(trouble), now=now, give_up=False, count=not busy)
    else:
        return message
    return None


def _set_aside(
    envelope: Envelope, error: str, *, now: datetime, give_up: bool, count: bool = True
) -> None:
    """Note the trouble; after TRIES of them, or when nothing can help, ask a person."""
    envelope.attempts += count
    envelope.error = error.replace("\x00", "")[:2000]
    envelope.next_try_at = now + timedelta(seconds=30 * 2**envelope.attempts)
    give_up = give_up or envelope.attempts >= TRIES
    fields = ["attempts", "error", "next_try_at"]
    try:
        with transaction.atomic():
            if give_up:
                envelope.state = Envelope.State.QUARANTINED
                envelope.mailbox = envelope.mailbox or filing.mailbox_of(envelope.recipients)
                fields += ["state", "mailbox"]
                record(envelope_key(envelope), "quarantined", by=None, topics=[TEND_TOPIC])
            envelope.save(update_fields=fields)
    except DatabaseError:
        log.warning("envelope left pending", envelope=envelope.pk)  # the sweep finds it again


def _where(trouble: Exception) -> str:
    """Name the kind of trouble and the place it arose, never the mail's own words."""
    frames = traceback.extract_tb(trouble.__traceback__)
    last = frames[-1] if frames else None
    place = f" at {last.filename.rsplit('/', 1)[-1]}:{last.lineno}" if last else ""
    return f"{type(trouble).__name__}{place}"


def _may_tend(envelope: Envelope, by: Person) -> None:
    if not Envelope.objects.visible_to(by).filter(pk=envelope.pk).exists():
        raise NotAllowed(_("Only leads tend the quarantine."))


def _leave_quarantine(envelope: Envelope, *, to: str, **fields: Any) -> None:
    quarantined = Envelope.objects.filter(pk=envelope.pk, state=Envelope.State.QUARANTINED)
    if quarantined.update(state=to, **fields) != 1:
        raise NotWaiting(_("This mail is no longer in quarantine."))
