"""Understanding a mail: bytes in, Inbound out, whatever the bytes are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from contact_hub.carriers.base import Inbound, Party, Unreadable
from contact_hub.carriers.email import automatic, bounces, headers
from contact_hub.carriers.email.addresses import parties
from contact_hub.carriers.email.bodies import Body, gather
from contact_hub.carriers.email.mime import Part, read
from contact_hub.carriers.email.words import decoded
from contact_hub.lib import quoting

LONGEST_SUBJECT = 998
MACHINE_HEADERS = (
    "auto-submitted",
    "in-reply-to",
    "list-id",
    "list-post",
    "list-unsubscribe",
    "precedence",
    "references",
    "return-path",
    "x-auto-reply",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-precedence",
    automatic.LOOP_HEADER,
    "reply-to",
)


def parse(raw: bytes, *, file_limit: int | None = None) -> Inbound:
    """Understand a mail as far as it can be; what is wrong with it stands in `defects`.

    file_limit  bytes; a larger file is left out and a defect says so. None keeps them all

    Raises Unreadable only when nothing at all can be made of it.
    """
    if not raw.strip(b"\0 \t\r\n"):
        raise Unreadable("the mail is empty")
    found: list[str] = []
    root = read(raw, found)
    body = gather(root, found, file_limit=file_limit)
    charset = _charset(root)
    sender, reply_to = _senders(root, charset, body)
    subject = decoded(root.first("subject"), charset)[:LONGEST_SUBJECT]
    whole = body.text
    text, quoted = quoting.split(whole)
    return Inbound(
        channel="email",
        message_id=next(iter(headers.ids(root.fields.get("message-id", []))), ""),
        in_reply_to=next(iter(headers.ids(root.fields.get("in-reply-to", []))), ""),
        references=headers.ids(root.fields.get("references", [])),
        sender=sender,
        reply_to=reply_to,
        to=parties(root.fields.get("to", []), charset),
        cc=parties(root.fields.get("cc", []), charset),
        subject=subject,
        text=text,
        quoted=quoted,
        html=body.html,
        sent_at=_sent_at(root, body),
        files=tuple(body.files),
        automatic=_automatic(root, sender, subject, text),
        bounce=bounces.read(root, sender=sender.address, subject=subject, text=whole),
        defects=tuple(body.defects),
    )


def _charset(root: Part) -> str:
    """The charset most likely used in headers that are raw 8-bit."""
    return next((label for part in root.walk() if (label := part.params.get("charset"))), "")


def _senders(root: Part, charset: str, body: Body) -> tuple[Party, tuple[Party, ...]]:
    """Who wrote, and whom to answer; of several authors the first who can be reached."""
    authors = parties(root.fields.get("from", []), charset)
    if len(authors) > 1:
        body.note("more than one sender: the first one counts")
    reachable = [party for party in authors if party.address]
    if not reachable:
        body.note("no sender address" if root.first("from") else "no From header")
        reachable = [
            party for party in parties(root.fields.get("sender", []), charset) if party.address
        ]
    unreachable = authors or (Party(""),)
    reply_to = tuple(
        party for party in parties(root.fields.get("reply-to", []), charset) if party.address
    )
    return (reachable or unreachable)[0], reply_to


def _sent_at(root: Part, body: Body) -> datetime | None:
    said = root.first("date")
    when = headers.date(said) if said else None
    if when is None:
        body.note("the date cannot be read" if said else "no date")
    return when


def _automatic(root: Part, sender: Party, subject: str, text: str) -> str:
    return automatic.reason(
        automatic.Mail(
            headers=_machine_headers(root.fields),
            sender=sender.address,
            subject=subject,
            text=text,
            kind=root.kind,
            report=root.params.get("report-type", ""),
        )
    )


def _machine_headers(fields: Mapping[str, Sequence[bytes]]) -> dict[str, list[str]]:
    return {
        name: [value.decode("utf-8", "replace") for value in fields[name]]
        for name in MACHINE_HEADERS
        if name in fields
    }
