"""The bus: tells every process that holds screens what has changed; best effort by design.

The truth is in the database, so a message only names topics, verbs and numbers, and whoever may
have missed one (a broken link, a full pipe) is told so and looks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import transaction

from contact_hub.journal.bus import wire
from contact_hub.journal.bus.choosing import transport

LONGEST = 2**63 - 1  # a number of as many digits as any
END = "}]"


def publish(topics: Sequence[str], message: dict[str, Any]) -> None:
    """Tell all screens watching one of `topics`, once the current transaction has committed.

    message    {"subject": "case.42", "verb": "received", "seq": 7}; ids and words, no contents
    """
    bus = transport()
    for line in wire.pack(topics, message, limit=bus.LIMIT):
        if bus.COMMITS:
            bus.send(line)
        else:
            transaction.on_commit(partial(bus.send, line), robust=True)


def unnumbered(topics: Sequence[str], message: dict[str, Any]) -> str:
    """The line of `message` as far as its number, for the statement that finds it to send.

    What is missing is the number and END. "" when this bus or this message must be sent apart.
    """
    bus = transport()
    if not bus.COMMITS:
        return ""
    first, *others = wire.pack(topics, message | {"seq": LONGEST}, limit=bus.LIMIT)
    whole = first.endswith(f"{LONGEST}{END}") and not others
    return first.removesuffix(f"{LONGEST}{END}") if whole else ""
