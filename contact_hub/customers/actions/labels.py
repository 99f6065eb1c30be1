"""What people decided about a look-up: the labels that the weights learn from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contact_hub.journal.actions import record
from contact_hub.staff.models import Person


def label(
    found: dict[str, Any], *, customer: int, confirmed: bool, by: Person | None, now: datetime
) -> None:
    """Keep that `customer`, one of the candidates of a look-up, was meant or was not.

    found  `Found.as_json()` as it was shown
    """
    verb = "confirmed_as_meant" if confirmed else "ruled_out"
    record(f"customer.{customer}", verb, by=by, at=now, candidates=len(found["candidates"]))
