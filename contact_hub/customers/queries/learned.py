"""The weights that were learned here, if any are in use."""

from __future__ import annotations

import time
from collections.abc import Mapping

from contact_hub.customers.models import MatchWeights

FOR = 60.0  # seconds until another process's decision is heard of

_known: tuple[float, dict[str, float]] | None = None  # until when


def factors() -> Mapping[str, float]:
    """For each field how much of its bits counts; empty where the shipped weights hold."""
    global _known  # noqa: PLW0603  # one process, one memory of one row
    if _known is None or _known[0] < time.monotonic():
        latest = MatchWeights.objects.filter(in_use=True).order_by("-pk").first()
        _known = time.monotonic() + FOR, dict(latest.factors) if latest else {}
    return _known[1]


def forget() -> None:
    """Read them anew: they were changed here."""
    global _known  # noqa: PLW0603
    _known = None
