"""What stands for a mail of which only the headers are known."""

from __future__ import annotations

import re

# the fields that describe a body, with the lines they run on to
_OF_THE_BODY = re.compile(
    rb"(?im)^(?:content-[^\s:]*|mime-version)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*"
)


def without_body(header: bytes, words: str) -> bytes:
    """A mail with these headers, and `words` in place of what it said."""
    ended = header.rstrip(b"\0 \t\r\n") + b"\n"
    return (
        _OF_THE_BODY.sub(b"", ended)
        + b"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        + b"Content-Transfer-Encoding: 8bit\n\n"
        + words.encode()
        + b"\n"
    )
