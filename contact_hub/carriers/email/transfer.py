"""Bodies as they were before the way: base64, quoted-printable, uuencode, damaged or whole."""

from __future__ import annotations

import binascii
import re

WHITE = b" \t\r\n\v\f"
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
MOST_CHUNKS = 1000  # padded pieces of base64, one after the other
_PADDING = re.compile(rb"=+")
_IDENTITY = {b"", b"7bit", b"8bit", b"binary", b"7-bit", b"8-bit", b"7bits", b"8bits", b"none"}
_UUENCODED = {b"x-uuencode", b"uuencode", b"x-uue", b"uue"}

_BEGIN = re.compile(rb"(?:\A|\n)begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})\r?\n")
_END = re.compile(rb"\nend[ \t]*(?:\r?\n|\Z)")
MOST_UUENCODED = 50  # files in one text


def undone(body: bytes, encoding: bytes) -> tuple[bytes, str]:
    """Undo a Content-Transfer-Encoding; gives the bytes and what was wrong, in words."""
    name = encoding.strip().strip(b"\"'").split(b";")[0].split(b" ")[0].lower()
    if name in _IDENTITY:
        return body, ""
    if name == b"quoted-printable":
        return binascii.a2b_qp(body), ""
    if name == b"base64":
        return from_base64(body)
    if name in _UUENCODED:
        for _file_name, content, _start, _end in uuencoded(b"\n" + body):
            return content, ""
        return body, "damaged uuencode"
    shown = name[:30].decode("ascii", "replace")
    return body, f"unknown transfer encoding “{shown}”"


def from_base64(body: bytes) -> tuple[bytes, str]:
    """Decode as much as there is: strange characters skipped, missing padding added."""
    data = body.translate(None, WHITE)
    defect = ""
    if strange := data.translate(None, BASE64):
        data, defect = data.translate(None, strange), "damaged base64"
    content = data.rstrip(b"=")
    chunks = _PADDING.split(content, MOST_CHUNKS) if b"=" in content else [content]
    decoded = b"".join(map(_chunk, chunks))
    if len(content) % 4 == 1 or (len(data) % 4 and not defect):
        defect = defect or "base64 cut off"
    return decoded, defect


def _chunk(data: bytes) -> bytes:
    data = data.replace(b"=", b"")
    data = data[:-1] if len(data) % 4 == 1 else data
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def uuencoded(text: bytes) -> list[tuple[bytes, bytes, int, int]]:
    """Find the uuencoded files in a text: name, content, and from where to where each reaches."""
    found: list[tuple[bytes, bytes, int, int]] = []
    at = 0
    while len(found) < MOST_UUENCODED and (begin := _BEGIN.search(text, at)):
        end = _END.search(text, begin.end() - 1)
        if end is None:
            break
        content = _lines(text[begin.end() : end.start()])
        if content is not None:
            found.append((begin[1].strip(), content, begin.start(), end.end()))
        at = end.end() - 1
    return found


def _lines(body: bytes) -> bytes | None:
    pieces = []
    for line in body.split(b"\n"):
        line = line.rstrip(b"\r")  # noqa: PLW2901
        try:
            pieces.append(binascii.a2b_uu(line) if line else b"")
        except binascii.Error:
            length = ((line[0] - 32) & 63) * 4 // 3 + 2 if line else 0
            try:  # some encoders pad the line too much
                pieces.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return None
    return b"".join(pieces)
