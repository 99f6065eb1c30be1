"""How a message of the bus is written: one short line of JSON, whatever carries it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def pack(topics: Iterable[str], message: dict[str, Any], *, limit: int) -> list[str]:
    """Write a message as lines of at most `limit` bytes.

    One that is too long loses its particulars first (the screens then look at the whole topic)
    and is spread over several lines if its topics alone do not fit.
    Raises ValueError for a single topic longer than a line.
    """
    names = list(dict.fromkeys(topics))
    for content in (message, {}):
        line = json.dumps([names, content], separators=(",", ":"))  # ASCII: a byte a character
        if len(line) <= limit:
            return [line]
    if len(names) == 1:
        raise ValueError(f"a topic of {len(names[0])} characters does not fit the bus")
    half = len(names) // 2
    return pack(names[:half], {}, limit=limit) + pack(names[half:], {}, limit=limit)


def unpack(line: str) -> tuple[list[str], dict[str, Any]]:
    """Read a line again; raise ValueError when it is not one of ours."""
    match json.loads(line):
        case [list(topics), dict(message)]:
            return topics, message
    raise ValueError("not topics and a message")
