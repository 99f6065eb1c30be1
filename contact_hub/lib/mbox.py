"""Mail in files: one message to a file, or many in the mbox way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SEPARATOR = re.compile(
    rb"From \S+.*\d\d:\d\d.*\d{4}"
)  # From rosa@example.com Mon Nov  2 09:00:00 2026
QUOTED_FROM = re.compile(rb">+From ")
FROM = re.compile(rb"From (\S+)")


def messages(lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield (envelope sender, message) for each message in `lines`.

    Lines that do not begin with an mbox separator are one message with an unknown sender (""),
    whatever is in it. Empty input has no message.
    """
    found = iter(lines)
    first = next(found, None)
    if first is None:
        return
    if not FROM.match(first):
        yield "", first + b"".join(found)
        return
    yield from _split(_sender(first), found)


def single(content: bytes) -> tuple[str, bytes]:
    """Part the line "From rosa@… Mon Nov 2 …" off that some programs put before one message."""
    first, _line_end, rest = content.partition(b"\n")
    return (_sender(first), rest) if FROM.match(first) else ("", content)


def _split(sender: str, lines: Iterator[bytes]) -> Iterator[tuple[str, bytes]]:
    message: list[bytes] = []
    after_blank = False
    for line in lines:
        if after_blank and SEPARATOR.match(line):
            yield sender, b"".join(message[:-1])  # the blank line belongs to the separator
            sender, message = _sender(line), []
        else:
            message.append(line[1:] if QUOTED_FROM.match(line) else line)
        after_blank = not line.strip(b"\r\n")
    if message:
        yield sender, b"".join(message)


def _sender(separator: bytes) -> str:
    match = FROM.match(separator)
    sender = match.group(1).decode("ascii", "replace") if match else ""
    return sender if "@" in sender else ""  # MAILER-DAEMON, "-" and the like name nobody
