"""Filling the variables of a canned reply, and naming those that have no value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE = re.compile(r"\{\s*([a-z_]+(?:\.[a-z_]+)?)\s*\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """The text with every known variable filled; `missing` stand in it as they were written."""

    text: str
    missing: tuple[str, ...]


def fill(body: str, values: Mapping[str, str]) -> Filled:
    """Replace `{customer.name}` and the like; an unknown or empty one stays and is listed."""
    missing: dict[str, None] = {}

    def value(variable: re.Match[str]) -> str:
        name = variable.group(1)
        found = values.get(name, "").strip()
        if not found:
            missing.setdefault(name)
            return "{" + name + "}"
        return found

    text = VARIABLE.sub(value, body)
    return Filled(text, tuple(missing))


def unfilled(text: str) -> tuple[str, ...]:
    """The variables still standing in a text that is about to be sent."""
    return tuple(dict.fromkeys(VARIABLE.findall(text)))
