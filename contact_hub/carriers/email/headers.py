"""Headers that say who, when, and in answer to what."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz

from contact_hub.lib import charsets

LONGEST_ID = 998
MOST_IDS = 100  # of References: the first, and the last ones
EARLIEST, LATEST = 1980, 2100

_ID = re.compile(r"<([^<>]{1,2000})>")
_BARE = re.compile(r"[^\s<>,;\"'()]{1,990}@[^\s<>,;\"'()]{1,990}")
_COMMENT = re.compile(r"\([^()]{0,200}\)")


def ids(values: list[bytes]) -> tuple[str, ...]:
    """Read message ids, without their <>, each once."""
    text = " ".join(charsets.decode(value[:64_000])[0] for value in values)
    found = ["".join(one.split()) for one in _ID.findall(text)] or _BARE.findall(text)
    unique = list(dict.fromkeys(one for one in found if one and len(one) <= LONGEST_ID))
    return tuple(unique if len(unique) <= MOST_IDS else unique[:1] + unique[1 - MOST_IDS :])


def date(value: bytes) -> datetime | None:
    """Read a date; None when it is no date, or one before there was mail."""
    text = _COMMENT.sub("", value[:200].decode("ascii", "replace"))
    try:
        parsed = parsedate_tz(text)
        if parsed is None:
            return _iso(text)
        when = datetime.fromtimestamp(mktime_tz(parsed), UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError, OSError):
        return None
    return when if EARLIEST <= when.year <= LATEST else None


def _iso(text: str) -> datetime | None:
    when = datetime.fromisoformat(text.strip())
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return when if EARLIEST <= when.year <= LATEST else None
