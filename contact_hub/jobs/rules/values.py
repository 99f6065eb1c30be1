"""Values that both databases can keep as JSON and as text."""

from __future__ import annotations

import json
import re
from typing import Any

NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # an escaped NUL, not a backslash followed by "u0000"


def as_json(value: Any) -> Any:
    """Return `value` as it will come back from the database.

    Raises TypeError for what JSON has no form for, ValueError for what a database refuses: NaN
    and infinity, NUL characters, halves of surrogate pairs.
    """
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    text.encode()
    if NUL.search(text):
        raise ValueError("NUL characters cannot be kept")
    return json.loads(text)


def as_text(value: str, *, longest: int) -> str:
    """Return `value` without what a text column refuses, its end kept when it is too long."""
    plain = value.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    return plain if len(plain) <= longest else "…" + plain[len(plain) - longest + 1 :]
