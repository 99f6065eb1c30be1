"""The parts of a mail, read from its bytes however broken they are.

A reader of our own: it cuts at boundaries with the speed of the bytes type (the standard library
reads line by line, and a mail of short lines takes it many seconds), bounds depth and number of
parts, and never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from contact_hub.carriers.email.parameters import Parameters, parameters

DEEPEST = 30  # nested multiparts; more is an attack
MOST_PARTS = 500
REST = b"Content-Type: application/octet-stream; name=rest-of-mail.txt\n\n"
HEAD_LIMIT = 512 * 1024  # bytes of headers that are read
FIELD_LIMIT = 64 * 1024  # bytes of one header, when all of them are more than that

_NEW_FIELD = re.compile(rb"\r?\n(?![ \t])")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_KNOWN = re.compile(
    rb"(?:content-|mime-version|from|to|cc|reply-to|sender|subject|date|message-id|in-reply-to|"
    rb"references|received|return-path|delivered-to|x-|dkim-|authentication-|list-|precedence|"
    rb"auto-submitted|importance|thread-|final-|action|status|diagnostic-|reporting-|original-)"
    rb"[!-9;-~]*[ \t]*:",
    re.IGNORECASE,
)
_FIRST_DASHES = re.compile(rb"(?:\A|\n)--([^\r\n]{1,100}?)[ \t]*\r?\n")
OVER_LONG = "an over-long header was left out"
GUESS_LIMIT = 100_000  # bytes in which a boundary nobody announced is looked for


@dataclass(slots=True)
class Part:
    """One part: its headers raw but unfolded, its body still encoded."""

    fields: dict[str, list[bytes]]  # by lower-case name, in order
    body: bytes
    kind: str = "text/plain"
    params: Parameters = field(default_factory=dict)
    children: list[Part] = field(default_factory=list)

    def first(self, name: str) -> bytes:
        """The first header called `name` (lower case); b"" when there is none."""
        return next(iter(self.fields.get(name, ())), b"")

    def walk(self) -> Iterator[Part]:
        """The part and everything inside it; attached messages stay closed."""
        yield self
        for child in self.children:
            yield from child.walk()


def read(raw: bytes, defects: list[str]) -> Part:
    """Read a whole mail; what is wrong with it is added to `defects`, in words."""
    raw = raw.lstrip(b"\r\n \t\x00\xef\xbb\xbf")
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    beginning = raw[:HEAD_LIMIT]
    if b"\r" in beginning and b"\n" not in beginning:
        raw = raw.replace(b"\r", b"\n")
    root = _part(raw, "text/plain", defects)
    if not root.fields:
        defects.append("no headers")
    _open(root, _Room(defects))
    return root


def read_head(raw: bytes) -> Part:
    """Read the headers of `raw` only; the body stays as it is."""
    return _part(raw.lstrip(b"\r\n"), "text/plain", [])


@dataclass(slots=True)
class _Room:
    """What may still be opened in this mail."""

    defects: list[str]
    parts: int = MOST_PARTS
    depth: int = 0


def _part(raw: bytes, default: str, defects: list[str]) -> Part:
    head, body = _cut(raw)
    fields, loose = _fields(_shortened(head, defects), defects)
    if loose:
        body = loose + b"\n\n" + body
    part = Part(fields, body)
    kind, part.params = parameters(part.first("content-type"))
    part.kind = (
        kind if re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind, re.ASCII) else _odd_kind(kind, default)
    )
    return part


def _odd_kind(kind: str, default: str) -> str:
    return {"text": "text/plain", "html": "text/html"}.get(kind, default)


def _cut(raw: bytes) -> tuple[bytes, bytes]:
    """Part head and body at the first empty line."""
    if raw.startswith((b"\n", b"\r\n")):
        return b"", raw.partition(b"\n")[2]
    ends = [(raw.find(empty), empty) for empty in (b"\n\n", b"\n\r\n")]
    ends = [end for end in ends if end[0] >= 0]
    if not ends:
        return raw[:HEAD_LIMIT], raw[HEAD_LIMIT:]
    at, empty = min(ends)
    return raw[:at], raw[at + len(empty) :]


def _shortened(head: bytes, defects: list[str]) -> bytes:
    """Leave over-long fields out, and what is then still too much."""
    if len(head) <= HEAD_LIMIT:
        return head
    kept: list[bytes] = []
    size = at = 0
    for end in (*(found.start() for found in _NEW_FIELD.finditer(head)), len(head)):
        field_size = end - at
        if field_size > FIELD_LIMIT:
            if OVER_LONG not in defects:
                defects.append(OVER_LONG)
        elif size + field_size > HEAD_LIMIT:
            defects.append("more headers than can be read: the headers were cut off")
            break
        else:
            kept.append(head[at:end])
            size += field_size
        at = end
    return b"".join(kept).lstrip(b"\r\n")


def _fields(head: bytes, defects: list[str]) -> tuple[dict[str, list[bytes]], bytes]:
    """Read header fields; a line that is none is skipped, or begins the body when none follows."""
    fields: dict[str, list[bytes]] = {}
    lines = _NEW_FIELD.split(head)
    for at, line in enumerate(lines):
        found = _FIELD.match(line)
        if found and (fields or _KNOWN.match(line) or not _prose(lines, at)):
            name = found[1].decode("ascii").lower()
            fields.setdefault(name, []).append(_unfolded(found[2]))
        elif line.strip():
            if not any(_KNOWN.match(later) for later in lines[at + 1 : at + 50]):
                defects.append("text where a header should be")
                return fields, b"\n".join(lines[at:])
            defects.append("a line among the headers is none")
    return fields, b""


def _prose(lines: list[bytes], at: int) -> bool:
    """Tell whether "Note: …" at the very beginning is text of a mail without headers."""
    return not any(_KNOWN.match(line) for line in lines[at : at + 50])


def _unfolded(value: bytes) -> bytes:
    return re.sub(rb"\r?\n[ \t]", b" ", value).strip() if b"\n" in value else value.strip()


def _open(part: Part, room: _Room) -> None:
    """Find the parts inside a multipart; one that cannot be opened becomes plain text."""
    if not part.kind.startswith("multipart/"):
        return
    if room.depth >= DEEPEST or room.parts <= 0:
        room.defects.append("parts nested too deep or too many: not opened")
        part.kind = "application/octet-stream"
        return
    pieces = _pieces(part, room)
    if not pieces:
        room.defects.append("a multipart without parts: read as text")
        part.kind = "text/html" if _looks_like_html(part.body) else "text/plain"
        return
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    room.parts -= len(pieces)
    room.depth += 1
    for piece in pieces:
        child = _part(piece, default, room.defects)
        part.children.append(child)
        _open(child, room)
    room.depth -= 1
    part.body = b""


def _pieces(part: Part, room: _Room) -> list[bytes]:
    boundary = part.params.get("boundary", "").encode("utf-8", "surrogateescape").rstrip()
    pieces = _split(part.body, boundary, room) if boundary else None
    if pieces is None:
        guess = _FIRST_DASHES.search(part.body, 0, GUESS_LIMIT)
        room.defects.append("boundary missing or wrong: guessed" if guess else "boundary missing")
        pieces = _split(part.body, guess[1], room) if guess else None
    return pieces or []


def _split(body: bytes, boundary: bytes, room: _Room) -> list[bytes] | None:
    """Cut `body` at the lines "--boundary"; None when there is none."""
    line = re.compile(rb"\n--%s(--)?[ \t]*\r?(?=\n|\Z)" % re.escape(boundary))
    text = b"\n" + body  # a boundary may stand at the very beginning
    pieces: list[bytes] = []
    since = -1
    for mark in islice(line.finditer(text), room.parts + 1):
        if since >= 0:
            pieces.append(_without_line_end(text[since : mark.start()]))
        since = mark.end() + 1
        if mark[1]:
            return pieces
    if since < 0:
        return None
    if len(pieces) >= room.parts:
        room.defects.append("too many parts: the rest was not opened")
        return [*pieces, REST + text[since:]]
    room.defects.append("the last boundary is missing: the mail may be cut off")
    return [*pieces, text[since:]]


def _without_line_end(piece: bytes) -> bytes:
    return piece[:-1] if piece.endswith(b"\r") else piece


def _looks_like_html(body: bytes) -> bool:
    return b"<html" in body[:2000].lower() or b"<body" in body[:2000].lower()
