"""Who could this be: everything that is known of somebody against everybody on file."""

from __future__ import annotations

from contact_hub.customers.queries import exact
from contact_hub.customers.rules.matching import Candidate, Found, Told


def find(told: Told, *, limit: int = 5) -> Found:
    """Look for whom `told` could mean; nobody is attached, and unknown stays unknown."""
    found = exact.match(emails=told.emails, phones=told.phones, numbers=told.numbers)
    candidates = tuple(
        Candidate(one.customer, one.name, one.account, one.number, 1 / (len(found) + 1), 0.0, ())
        for one in found[:limit]
    )
    return Found(candidates, None, "possible" if candidates else "unknown", "")
