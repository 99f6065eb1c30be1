"""Our own addresses and numbers: nobody's, whoever's file they stand in."""

from __future__ import annotations

import time

from contact_hub.customers.queries import parameter
from contact_hub.inbox.models import Mailbox
from contact_hub.lib import phones

FOR = 5.0  # seconds until another process's change of a mailbox is seen here

_known: tuple[float, frozenset[str]] | None = None  # until when


def own_points() -> frozenset[str]:
    """What the office decided is its own, its mailboxes' addresses, and the phones they sign with.

    Email addresses are in lower case; phones are E.164 or as they were written down.
    """
    decided = [str(one).strip() for one in parameter("points.own") or ()]
    return _of_mailboxes().union(decided, (one.lower() for one in decided if "@" in one))


def forget() -> None:
    """Read the mailboxes anew."""
    global _known  # noqa: PLW0603  # one process, one memory of a small table
    _known = None


def _of_mailboxes() -> frozenset[str]:
    global _known  # noqa: PLW0603
    if _known is None or _known[0] < time.monotonic():
        region, area = parameter("phones.region"), parameter("phones.area")
        points: set[str] = set()
        for address, *signatures in Mailbox.objects.values_list(
            "address", "signature", "signature_es"
        ):
            points.add(address.lower())
            for text in signatures:
                points |= {one.number for one in phones.find(text, region=region, area=area)}
        _known = time.monotonic() + FOR, frozenset(points)
    return _known[1]
