"""What the office has decided, as it holds on a day."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from django.utils import timezone

from contact_hub.customers.models import Parameter
from contact_hub.customers.rules.parameters import default

FOR = 5.0  # seconds until another process's decision is seen here

_known: tuple[float, list[tuple[str, date, Any]]] | None = None  # until when; newest first


def parameter(name: str, *, on: date | None = None) -> Any:
    """The value that holds on a day (today), or the default; raise NoSuchParameter."""
    otherwise = default(name)
    day = on or timezone.localdate()
    return next(
        (value for one, start, value in _decided() if one == name and start <= day), otherwise
    )


def forget() -> None:
    """Read the decisions anew: one was made here."""
    global _known  # noqa: PLW0603  # one process, one memory of a small table
    _known = None


def _decided() -> list[tuple[str, date, Any]]:
    global _known  # noqa: PLW0603
    if _known is None or _known[0] < time.monotonic():
        rows = Parameter.objects.order_by("-starts_on")
        _known = time.monotonic() + FOR, list(rows.values_list("name", "starts_on", "value"))
    return _known[1]
