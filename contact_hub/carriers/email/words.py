"""Unstructured header text: encoded words (RFC 2047, kept or broken), raw 8-bit, folding."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode

from contact_hub.lib import charsets

LIMIT = 20_000  # bytes of one header that are decoded

_WORD = re.compile(
    rb"=\?([^\s?*]{1,40})(?:\*[^\s?]{0,20})?\?([BbQq])\?([^?]*(?:\?(?!=)[^?]*){0,5})\?="
)
_SPACES = re.compile(r"[\s\xa0]+")


def decoded(raw: bytes, charset: str = "") -> str:
    """Decode a header's text to one clean line.

    charset  of the mail's body: the best guess for raw 8-bit bytes that are not UTF-8
    """
    raw = raw[:LIMIT]
    if b"=?" not in raw:
        return one_line(_raw(raw, charset))
    pieces: list[str] = []
    waiting: tuple[str, bytes] | None = None  # words of one charset may share a character
    end = 0
    for word in _WORD.finditer(raw):
        between = raw[end : word.start()]
        label, data = word[1].decode("ascii", "replace").lower(), _word(word[2], word[3])
        if waiting and not between.strip() and waiting[0] == label:
            waiting = (label, waiting[1] + data)
        else:
            pieces += _said(waiting)
            if between.strip() or not waiting:
                pieces.append(_raw(between, charset))
            waiting = (label, data)
        end = word.end()
    pieces += _said(waiting)
    pieces.append(_raw(raw[end:], charset))
    return one_line("".join(pieces))


def one_line(text: str) -> str:
    """Collapse every run of white space to one blank."""
    return _SPACES.sub(" ", text).strip()


def _said(waiting: tuple[str, bytes] | None) -> list[str]:
    return [charsets.decode(waiting[1], waiting[0])[0]] if waiting else []


def _word(encoding: bytes, data: bytes) -> bytes:
    if encoding in b"Qq":
        return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    data = data[:-1] if len(data) % 4 == 1 else data
    return b64decode(data + b"=" * (-len(data) % 4))


def _raw(data: bytes, charset: str) -> str:
    return charsets.decode(data, charset)[0]
