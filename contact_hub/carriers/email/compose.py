"""Outgoing mail as bytes: headers that thread everywhere, text with HTML beside it, files.

Written out by hand rather than through the standard library's message class, which wraps long
Message-IDs into encoded words that no other program recognises.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime

from contact_hub.carriers.base import File, Outbound, Party, Undeliverable
from contact_hub.carriers.email import encoding
from contact_hub.carriers.email.automatic import WRITTEN_BY_A_PERSON
from contact_hub.carriers.email.encoding import CRLF

MOST_REFERENCES = 20  # the first, and the last ones: enough for every program to thread by

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,75}")
_BREAK = re.compile(r"[\r\n\0]")
_ID = re.compile(r"[^\s<>\x00-\x1f\x7f-\uffff]{1,990}")
_ADDRESS = re.compile(r"[^\s<>@,;:()\"\x00-\x1f]{1,64}@[^\s<>@,;:()\"\x00-\x1f]{1,255}")
OURS = {
    *("from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id"),
    *("in-reply-to", "references", "mime-version", "auto-submitted", "x-contact-hub-loop"),
    *("return-path", "received"),
}


def compose(outbound: Outbound) -> bytes:
    """Write `outbound` as an RFC 5322 message; raise Undeliverable when it cannot be one.

    The same Outbound gives the same bytes, but for the Date when it has no `written_at`.
    """
    _check(outbound)
    headers = list(_headers(outbound, outbound.written_at or datetime.now(UTC)))
    head = b"".join(encoding.header(name, value) for name, value in headers)
    return head + _body(outbound)


def _headers(outbound: Outbound, now: datetime) -> Iterable[tuple[str, bytes]]:
    site = outbound.message_id.rpartition("@")[2]
    yield "From", _mailboxes([outbound.sender])
    yield "To", _mailboxes(outbound.to)
    if outbound.cc:
        yield "Cc", _mailboxes(outbound.cc)
    if outbound.reply_to:
        yield "Reply-To", _mailboxes([outbound.reply_to])
    yield "Subject", encoding.words(outbound.subject)
    yield "Date", format_datetime(now).encode()
    yield "Message-ID", _ids([outbound.message_id])
    if outbound.in_reply_to:
        yield "In-Reply-To", _ids([outbound.in_reply_to])
    if outbound.references or outbound.in_reply_to:
        yield "References", _ids(_ancestors(outbound))
    author = "automatic" if outbound.automatic else WRITTEN_BY_A_PERSON
    yield "X-Contact-Hub-Loop", f"{site}; {author}".encode()
    if outbound.automatic:
        yield "Auto-Submitted", b"auto-replied" if outbound.in_reply_to else b"auto-generated"
        yield "X-Auto-Response-Suppress", b"All"
        yield "Precedence", b"bulk"
    for name, value in outbound.headers:
        yield name, encoding.words(value)
    yield "MIME-Version", b"1.0"


def _ancestors(outbound: Outbound) -> list[str]:
    """The thread so far, the direct parent last."""
    ids = [one for one in outbound.references if one != outbound.in_reply_to]
    ids += [outbound.in_reply_to] if outbound.in_reply_to else []
    ids = [one for one in dict.fromkeys(ids) if _ID.fullmatch(one)]
    return ids if len(ids) <= MOST_REFERENCES else ids[:1] + ids[1 - MOST_REFERENCES :]


def _ids(ids: Iterable[str]) -> bytes:
    """Each on its own line: an id is never cut, whatever its length."""
    return (CRLF + b" ").join(f"<{one}>".encode() for one in ids if _ID.fullmatch(one))


def _mailboxes(parties: Iterable[Party]) -> bytes:
    return (b"," + CRLF + b" ").join(map(_mailbox, parties))


def _mailbox(party: Party) -> bytes:
    address = f"<{encoding.ascii_domain(party.address)}>".encode()
    return encoding.phrase(party.name) + b" " + address if party.name else address


def _body(outbound: Outbound) -> bytes:
    said = _text("text/plain", outbound.text)
    seed = outbound.message_id
    inline = [file for file in outbound.files if file.inline and file.content_id]
    if outbound.html:
        page = _text("text/html", outbound.html)
        if inline:
            page = _multipart("related", seed, [page, *map(_file, inline)])
        said = _multipart("alternative", seed, [said, page])
    else:
        inline = []
    others = [file for file in outbound.files if file not in inline]
    return _multipart("mixed", seed, [said, *map(_file, others)]) if others else said


def _text(kind: str, text: str) -> bytes:
    name, body = encoding.text(text)
    return (
        encoding.header("Content-Type", f'{kind}; charset="utf-8"'.encode())
        + encoding.header("Content-Transfer-Encoding", name.encode())
        + CRLF
        + body
    )


def _file(file: File) -> bytes:
    kind = file.content_type if re.fullmatch(r"[\w.+-]+/[\w.+-]+", file.content_type) else ""
    if not kind or kind.startswith(("multipart/", "message/")):
        kind = "application/octet-stream"  # those may not be base64
    shown = b"inline" if file.inline and file.content_id else b"attachment"
    content_id = re.sub(r"[^!-;=?-~]", "", file.content_id)
    return (
        encoding.header("Content-Type", kind.encode())
        + encoding.header("Content-Transfer-Encoding", b"base64")
        + encoding.header("Content-Disposition", shown + encoding.parameter("filename", file.name))
        + (encoding.header("Content-ID", f"<{content_id}>".encode()) if content_id else b"")
        + CRLF
        + encoding.base64_lines(file.content)
    )


def _multipart(kind: str, seed: str, parts: list[bytes]) -> bytes:
    """Join parts; the boundary holds "=_", which neither base64 nor quoted-printable can make."""
    boundary = f"=_{kind[:3]}_{hashlib.sha256(seed.encode()).hexdigest()[:24]}".encode()
    head = encoding.header(
        "Content-Type", b"multipart/%s;%s boundary=%s" % (kind.encode(), CRLF, b'"%s"' % boundary)
    )
    opening = b"--" + boundary + CRLF
    return (
        head
        + CRLF
        + b"".join(opening + part + (b"" if part.endswith(CRLF) else CRLF) for part in parts)
        + b"--"
        + boundary
        + b"--"
        + CRLF
    )


def _check(outbound: Outbound) -> None:
    """Refuse what would make another message of it than was meant."""
    parties = [outbound.sender, *outbound.to, *outbound.cc]
    parties += [outbound.reply_to] if outbound.reply_to else []
    texts = [outbound.subject, *(party.name for party in parties)]
    texts += [value for _name, value in outbound.headers]
    if any(_BREAK.search(text) for text in texts):
        raise Undeliverable("a line break in a header", permanent=True)
    for party in parties:
        if not _ADDRESS.fullmatch(party.address):
            raise Undeliverable(f"“{party.address[:100]}” is no mail address", permanent=True)
    if not outbound.to and not outbound.cc:
        raise Undeliverable("nobody to send it to", permanent=True)
    if not _ID.fullmatch(outbound.message_id) or "@" not in outbound.message_id:
        raise Undeliverable("the message has no usable Message-ID", permanent=True)
    for name, _value in outbound.headers:
        if not _NAME.fullmatch(name) or name.lower() in OURS | {"content-type"}:
            raise Undeliverable(f"“{name[:50]}” may not be set as a header", permanent=True)
