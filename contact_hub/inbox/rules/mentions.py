"""Colleagues named in a note."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAMED = re.compile(r"(?<![\w@.])@([\w.'\-]+(?: [\w.'\-]+){0,2})")


def mentioned(text: str, people: Mapping[str, int]) -> list[int]:
    """List who is named with an @, each once, in order.

    people  full and first names in lower case → ids; the longest name that fits counts
    """
    found: dict[int, None] = {}
    for named in NAMED.finditer(text):
        parts = named.group(1).rstrip(".'-").lower().split(" ")
        for length in range(len(parts), 0, -1):
            name = " ".join(parts[:length]).rstrip(".'-,")
            if name in people:
                found.setdefault(people[name])
                break
    return list(found)
