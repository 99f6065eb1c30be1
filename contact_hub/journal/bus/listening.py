"""Hearing the bus for as long as a process holds screens, whatever happens to the link."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Any, Protocol

from contact_hub.journal.bus import wire
from contact_hub.journal.bus.choosing import transport
from contact_hub.journal.bus.transport import Lines

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.1  # seconds before a broken link is tried again; doubles up to
LONGEST_PAUSE = 5.0


class Listener(Protocol):
    """Who wants to hear the bus."""

    def heard(self, topics: list[str], message: dict[str, Any]) -> None:
        """A message came."""

    def afresh(self) -> None:
        """From now on everything is heard; anything before may have been missed."""

    def lost(self) -> None:
        """Nothing is heard until `afresh`."""


async def listen(listener: Listener) -> None:
    """Hand everything to `listener` until cancelled; a broken link is made again."""
    pause = FIRST_PAUSE
    while True:
        try:
            async with transport().lines() as lines:
                pause = FIRST_PAUSE
                listener.afresh()
                await _hand_on(lines, listener)
        except Exception as trouble:  # noqa: BLE001  # whatever it was, screens must not stay deaf
            log.warning("the bus is away: %s", trouble)
        listener.lost()
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  # spreads, hides nothing
        pause = min(pause * 2, LONGEST_PAUSE)


async def _hand_on(lines: Lines, listener: Listener) -> None:
    async for line in lines:
        if line is None:
            listener.afresh()
            continue
        try:
            topics, message = wire.unpack(line)
        except ValueError:
            log.warning("a line on the bus that is not ours: %.80r", line)
        else:
            listener.heard(topics, message)
