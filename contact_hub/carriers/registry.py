"""Which carrier moves which channel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contact_hub.carriers.base import Carrier
from contact_hub.carriers.email import Email

CARRIERS: dict[str, Carrier] = {"email": Email()}


@contextmanager
def use(name: str, carrier: Carrier) -> Iterator[Carrier]:
    """Let `carrier` move the channel `name` for a while; tests swap the outside world so."""
    before = CARRIERS.get(name)
    CARRIERS[name] = carrier
    try:
        yield carrier
    finally:
        if before is None:
            del CARRIERS[name]
        else:
            CARRIERS[name] = before
