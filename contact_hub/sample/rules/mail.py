"""Letters as real mail: the bytes a customer's mail program, or a mail server, would send."""

from __future__ import annotations

import html
import random
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any

from contact_hub.sample.rules.data import Letter
from contact_hub.sample.rules.town import Citizen

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
DIAS = ("lunes", "martes", "miércoles", "jueves", "viernes")
FILES = {
    "photo": ("meter.png", "image", "png"),
    "pdf": ("receipt.pdf", "application", "pdf"),
    "table": ("list.csv", "text", "csv"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A mail of ours that somebody answers, or that a server sends back."""

    message_id: str  # without <>
    subject: str
    reply_to: str  # where answers go: the address with our mark in it
    text: str
    references: tuple[str, ...] = ()


def filled(text: str, citizen: Citizen, dice: random.Random) -> str:
    """Put somebody's own particulars into a letter's text."""
    account = citizen.accounts[0] if citizen.accounts else None
    balance = account.balance if account else dice.randint(4000, 21000) / 100
    days = DIAS if citizen.language == "es" else DAYS
    particulars: dict[str, Any] = {
        "name": citizen.name,
        "first": citizen.name.split()[0],
        "account": account.number if account else "that is on my bill",
        "street": citizen.place.street if citizen.place else "14 Depot Road",
        "amount": f"${balance:,.2f}",
        "day": dice.choice(days),
    }
    return text.format(**particulars)


def written(
    letter: Letter, citizen: Citizen, *, to: str, at: datetime, dice: random.Random
) -> bytes:
    """A first mail."""
    mail = _mail(citizen, to=to, at=at, dice=dice)
    mail["Subject"] = letter.subject
    text = filled(letter.body, citizen, dice)
    mail.set_content(text)
    if letter.html:
        mail.add_alternative(_as_html(text), subtype="html")
    if letter.attach:
        name, kind, subtype = FILES[letter.attach]
        mail.add_attachment(_file(letter.attach, dice), kind, subtype, filename=name)
    for part in mail.walk():  # the library would throw dice of its own
        if part.is_multipart():
            part.set_boundary(f"=_{dice.getrandbits(64):016x}")
    return bytes(mail)


def answered(
    text: str, citizen: Citizen, ours: Ours, *, at: datetime, dice: random.Random
) -> bytes:
    """What somebody writes back, with our words quoted under it as mail programs do."""
    mail = _mail(citizen, to=ours.reply_to, at=at, dice=dice)
    mail["Subject"] = _re(ours.subject)
    _thread(mail, ours)
    quoted = "\n".join(f"> {line}".rstrip() for line in ours.text.splitlines())
    mail.set_content(f"{text}\n\nOn {at:%a, %b %d, %Y at %H:%M} Alder Creek wrote:\n{quoted}\n")
    return bytes(mail)


def out_of_office(citizen: Citizen, ours: Ours, *, at: datetime, dice: random.Random) -> bytes:
    """What a machine answers while its owner is away."""
    mail = _mail(citizen, to=ours.reply_to, at=at, dice=dice)
    mail["Subject"] = f"Automatic reply: {ours.subject}"
    mail["Auto-Submitted"] = "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    _thread(mail, ours)
    mail.set_content("I am away until Monday and read no mail. I will answer when I am back.\n")
    return bytes(mail)


def sent_back(recipient: str, ours: Ours, *, to: str, at: datetime, dice: random.Random) -> bytes:
    """A mail server's report (RFC 3464) that there is nobody of that name."""
    domain = recipient.rpartition("@")[2]
    report = (
        f"Reporting-MTA: dns; mx.{domain}\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\n"
        "Action: failed\r\n"
        "Status: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user here\r\n"
    )
    original = f"Message-ID: <{ours.message_id}>\r\nTo: {recipient}\r\nSubject: {ours.subject}\r\n"
    mark = f"=_{dice.getrandbits(64):016x}"
    parts = (
        ("text/plain; charset=utf-8", f"Your message to {recipient} could not be delivered.\r\n"),
        ("message/delivery-status", report),
        ("text/rfc822-headers", original),
    )
    body = "".join(f"--{mark}\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    head = (
        f"From: Mail Delivery System <mailer-daemon@mx.{domain}>\r\n"
        f"To: {to}\r\n"
        f"Date: {format_datetime(at)}\r\n"
        f"Message-ID: <{dice.getrandbits(96):024x}@mx.{domain}>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{mark}"\r\n'
    )
    return f"{head}\r\n{body}--{mark}--\r\n".encode()


def _mail(citizen: Citizen, *, to: str, at: datetime, dice: random.Random) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = formataddr((citizen.name, citizen.email))
    mail["To"] = to
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{dice.getrandbits(96):024x}@{citizen.email.rpartition('@')[2]}>"
    return mail


def _thread(mail: EmailMessage, ours: Ours) -> None:
    mail["In-Reply-To"] = f"<{ours.message_id}>"
    mail["References"] = " ".join(f"<{one}>" for one in (*ours.references, ours.message_id))


def _re(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _as_html(text: str) -> str:
    paragraphs = (html.escape(part).replace("\n", "<br>") for part in text.strip().split("\n\n"))
    return "<div>" + "".join(f"<p>{part}</p>" for part in paragraphs) + "</div>"


def _file(kind: str, dice: random.Random) -> bytes:
    if kind == "photo":
        return _picture(dice)
    if kind == "pdf":
        return _page(f"Receipt {dice.randint(10000, 99999)}: paid, thank you.")
    rows = (f"Item {number},{dice.randint(3, 90)}.{dice.randint(10, 99)}" for number in range(1, 9))
    return ("what,dollars\r\n" + "\r\n".join(rows) + "\r\n").encode()


def _picture(dice: random.Random) -> bytes:
    """A small PNG: a dial with a hand."""
    size, hand = 96, dice.randint(20, 76)
    rows = b""
    for y in range(size):
        row = bytearray()
        for x in range(size):
            inside = (x - 48) ** 2 + (y - 48) ** 2 < 44**2
            on_hand = inside and y < 50 and abs((x - 48) * 48 - (hand - 48) * (48 - y)) < 130
            row += b"\xc0\x30\x30" if on_hand else b"\xf4\xf4\xee" if inside else b"\x6b\x70\x78"
        rows += b"\0" + bytes(row)
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _page(line: str) -> bytes:
    """A PDF of one line."""
    stream = f"BT /F1 18 Tf 60 720 Td ({line}) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    page, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(page))
        page += b"%d 0 obj%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(page)
    return page + b"xref\n0 6\n0000000000 65535 f \n" + table + end
