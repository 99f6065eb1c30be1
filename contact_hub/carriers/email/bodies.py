"""What a mail says and what it carries: text, HTML and files, gathered from its parts."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from contact_hub.carriers.base import File
from contact_hub.carriers.email import naming
from contact_hub.carriers.email.flowed import unfold
from contact_hub.carriers.email.mime import Part
from contact_hub.carriers.email.parameters import parameters
from contact_hub.carriers.email.sanitising import LIMIT, TooTangled, sanitised
from contact_hub.carriers.email.transfer import undone, uuencoded
from contact_hub.lib import charsets
from contact_hub.lib.html_text import to_text

MOST_TEXT = 1_000_000  # bytes; what is longer is shown in part and kept whole as a file
MOST_HTML = 8 * 1024 * 1024  # bytes read, for pictures written into the page; not more is shown
MOST_FILES = 300
SPOKEN = {"text/plain", "text/html"}
UNSEEN = {"text/watch-html", "text/x-amp-html"}  # second copies for special readers


@dataclass(slots=True)
class Said:
    """One stretch of a mail, as text, as HTML, or as both."""

    text: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Room:
    """How much of a mail is still to be read for show; many long parts share it."""

    text: int = MOST_TEXT  # bytes
    html: int = LIMIT  # characters


@dataclass(slots=True)
class Body:
    """Everything in a mail but its headers."""

    said: list[Said] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    file_limit: int | None = None  # bytes of one file that may be kept
    room: Room = field(default_factory=Room)

    @property
    def text(self) -> str:
        pieces = [as_text(said) for said in self.said]
        text = "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())
        return text[:MOST_TEXT]

    @property
    def html(self) -> str:
        """The whole mail as a page; "" when no part of it is one."""
        if not any(said.html for said in self.said):
            return ""
        pieces = [said.html or as_html(said.text or "") for said in self.said]
        return "<hr>".join(piece for piece in pieces if piece)

    def note(self, defect: str) -> None:
        if defect and defect not in self.defects:
            self.defects.append(defect)


def gather(root: Part, defects: Sequence[str], *, file_limit: int | None) -> Body:
    """Collect what is said and carried below `root`."""
    body = Body(defects=list(dict.fromkeys(defects)), file_limit=file_limit)
    _take(root, body, whole=True)
    return body


def as_text(said: Said) -> str:
    if said.text is not None and (said.text.strip() or not said.html):
        return said.text
    return to_text(said.html or "")


def as_html(text: str) -> str:
    return "<p>" + html.escape(text.strip()).replace("\n", "<br>") + "</p>" if text.strip() else ""


def _take(part: Part, body: Body, *, whole: bool = False) -> None:
    if part.children:
        _take_many(part, body)
    elif part.kind in UNSEEN and not _named(part):
        return
    elif _speaks(part, whole=whole) and not _is_file(part, whole=whole):
        _say(part, body)
    else:
        _keep(part, body)


def _speaks(part: Part, *, whole: bool) -> bool:
    """Any kind of text is what is said when there is nothing else."""
    return part.kind in SPOKEN or (whole and part.kind.startswith("text/"))


def _take_many(part: Part, body: Body) -> None:
    if part.kind == "multipart/alternative":
        _alternative(part, body)
    elif part.kind == "multipart/related":
        first, *others = part.children
        _take(first, body)
        for child in others:
            _keep_all(child, body)
    else:
        for child in part.children:
            _take(child, body)


def _alternative(part: Part, body: Body) -> None:
    """One thing said in several ways: the first text and the last HTML; other kinds are files."""
    inner = Body(file_limit=body.file_limit, room=body.room)
    for child in part.children:
        _take(child, inner)
    texts = [said.text for said in inner.said if said.text is not None]
    pages = [said.html for said in inner.said if said.html is not None]
    if texts or pages:
        text = next((text for text in texts if text.strip()), None)
        body.said.append(Said(text, pages[-1] if pages else None))
    body.files += inner.files
    for defect in inner.defects:
        body.note(defect)


def _keep_all(part: Part, body: Body) -> None:
    for one in part.walk():
        if not one.children:
            _keep(one, body)


def _named(part: Part) -> str:
    disposition = parameters(part.first("content-disposition"))[1]
    return disposition.get("filename") or part.params.get("name", "")


def _is_file(part: Part, *, whole: bool) -> bool:
    """Tell a text that came as a file from one that is the mail itself."""
    kind, own = parameters(part.first("content-disposition"))
    if kind == "attachment":
        return True
    return bool(own.get("filename") or (part.params.get("name") and not whole))


def _say(part: Part, body: Body) -> None:
    """Read one text or page; what there is no room for stays a file."""
    raw, defect = undone(part.body, part.first("content-transfer-encoding"))
    body.note(defect)
    label = part.params.get("charset", "")
    if part.kind == "text/html":
        text, defect = charsets.decode(raw[:MOST_HTML], label or _charset_inside(raw))
        body.note(defect)
        body.said.append(_page(text, raw, body))
        return
    raw = _unpack(raw, body)
    if len(raw) > body.room.text:
        body.note("the text is too long to be shown: it is kept whole as a file")
        body.files.append(File(name="message.txt", content_type="text/plain", content=raw))
    text, defect = charsets.decode(raw[: body.room.text], label)
    body.room.text -= min(len(raw), body.room.text)
    body.note(defect)
    if part.params.get("format", "").lower() == "flowed":
        text = unfold(text, delete_space=part.params.get("delsp", "no"))
    body.said.append(Said(text=text))


def _unpack(raw: bytes, body: Body) -> bytes:
    """Take uuencoded files out of a text."""
    words, since = [], 0
    for name, content, start, end in uuencoded(raw):
        body.files.append(_unpacked(naming.safe(charsets.decode(name)[0]), content))
        words.append(raw[since:start])
        since = end
    return b"\n".join([*words, raw[since:]]) if since else raw


def _unpacked(name: str, content: bytes) -> File:
    return File(name=name, content_type=naming.kind_of(name), content=content)


def _page(text: str, raw: bytes, body: Body) -> Said:
    try:
        if len(raw) > MOST_HTML:
            raise TooTangled
        page = sanitised(text, limit=body.room.html)
        body.room.html -= min(len(text), body.room.html)
        return Said(html=page)
    except TooTangled:
        body.note("the HTML is too long or too tangled to be shown: it is kept as a file")
        body.files.append(File(name="message.html", content_type="text/html", content=raw))
        words = html.unescape(re.sub(r"<[^<>]*>", " ", text[: body.room.text]))
        body.room.text -= min(len(text), body.room.text)
        return Said(text=re.sub(r"[ \t]+", " ", words).strip())


def _charset_inside(raw: bytes) -> str:
    found = re.search(rb"<meta[^>]{1,200}?charset=[\"']?([\w.:-]{1,40})", raw[:4000], re.IGNORECASE)
    return found[1].decode() if found else ""


def _keep(part: Part, body: Body) -> None:
    raw, defect = undone(part.body, part.first("content-transfer-encoding"))
    body.note(defect)
    given = _named(part)
    if not raw and not given:
        return
    name = naming.safe(given) if given else naming.invented(part.kind, raw, len(body.files) + 1)
    if refusal := _refusal(name, raw, body):
        body.note(refusal)
        return
    content_id = part.first("content-id").strip().strip(b"<>").decode("utf-8", "replace")
    shown = parameters(part.first("content-disposition"))[0]
    kind = part.kind if part.kind not in naming.VAGUE else naming.kind_of(name)
    body.files.append(
        File(
            name=name,
            content_type=kind,
            content=raw,
            content_id=charsets.clean(content_id)[:255],
            inline=shown == "inline" or bool(content_id and shown != "attachment"),
        )
    )


def _refusal(name: str, raw: bytes, body: Body) -> str:
    """Say why a file is not kept; "" when it is."""
    if body.file_limit is not None and len(raw) > body.file_limit:
        size, limit = (f"{count / 1024 / 1024:.1f} MB" for count in (len(raw), body.file_limit))
        return f"“{name}” was not kept: it has {size}, and {limit} is the most for one file"
    if len(body.files) >= MOST_FILES:
        return f"only the first {MOST_FILES} files were kept"
    return ""
