"""Account numbers in what somebody wrote."""

from __future__ import annotations

import re

DIGITS = 5  # fewer are a street number or a year
MOST = 20  # candidates looked up for one mail
SCAN = 20_000  # characters read


def candidates(text: str) -> list[str]:
    """List what may be account numbers: letters and digits only, upper case, each once.

    Separators inside a number (space, hyphen, dash) are dropped; a run must hold five digits.
    """
    found: dict[str, None] = {}
    for token in re.findall(r"[0-9A-Za-z][0-9A-Za-z\-‑–]{4,40}|\d(?: ?\d){4,20}", text[:SCAN]):
        plain = re.sub(r"[^0-9A-Za-z]", "", token).upper()
        if sum(map(str.isdigit, plain)) >= DIGITS and len(plain) <= 32:
            found.setdefault(plain)
        if len(found) == MOST:
            break
    return list(found)
