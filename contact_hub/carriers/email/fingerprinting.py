"""A name for what a mail says: the same for every copy of it, another for every other mail."""

from __future__ import annotations

import hashlib
import re

SAID = (b"from", b"to", b"cc", b"subject", b"date", b"message-id")  # not the traces of its way
TELLING = (b"message-id", b"date")
LONGEST_ID = 200  # characters; the hash alone tells longer ones apart

HEAD_LIMIT = 512 * 1024  # bytes of headers that are looked at

_END_OF_HEAD = re.compile(rb"\n[ \t]*\n")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:((?:.*\n[ \t])*.*)", re.MULTILINE)
_ID = re.compile(rb"<\s*([^<>]+?)\s*>")
_UNPRINTABLE = re.compile(rb"[^!-~]+")


def fingerprint(raw: bytes) -> str:
    """Name a mail "<message-id or none>|<hash>", at most 300 characters; never raises.

    Two copies that came by different ways, with other trace headers or line ends, have one name.
    A mail with neither Message-ID nor Date is told from the next of its kind by the newest line
    of its way.
    """
    text = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n \t\xef\xbb\xbf\x00")
    end = _END_OF_HEAD.search(text, 0, HEAD_LIMIT)
    head, at = (text[: end.start()], end.end()) if end else (text[:HEAD_LIMIT], HEAD_LIMIT)
    fields = [
        (name.lower(), b" ".join(value.split()))
        for name, value in _FIELD.findall(head)
        if name.lower() in SAID
    ]
    hashed = hashlib.sha256()
    for name, value in sorted(fields):
        hashed.update(b"%s:%d:%s\n" % (name, len(value), value))
    if not fields:
        hashed.update(head)
    if not any(name in TELLING for name, _value in fields):
        hashed.update(_newest_trace(head))
    hashed.update(b"\n")
    hashed.update(memoryview(text)[at : max(at, len(text.rstrip(b"\n \t")))])
    return f"{_message_id(dict(fields)) or 'none'}|{hashed.hexdigest()[:32]}"


def is_nameless(raw: bytes) -> bool:
    """Tell whether nothing in a mail tells it from another that says the same."""
    text = raw[:HEAD_LIMIT].replace(b"\r\n", b"\n").lstrip(b"\n \t\xef\xbb\xbf\x00")
    end = _END_OF_HEAD.search(text)
    names = {name.lower() for name, _value in _FIELD.findall(text[: end.start()] if end else text)}
    return not names & {*TELLING, b"received"}


def _newest_trace(head: bytes) -> bytes:
    traces = (value for name, value in _FIELD.findall(head) if name.lower() == b"received")
    return b" ".join(next(traces, b"").split())


def _message_id(fields: dict[bytes, bytes]) -> str:
    value = fields.get(b"message-id", b"")
    found = _ID.search(value)
    return _UNPRINTABLE.sub(b"?", found[1] if found else value)[:LONGEST_ID].decode()
