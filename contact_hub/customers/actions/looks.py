"""Writing down who looked at whom: every list of candidates, every page and every export."""

from __future__ import annotations

from collections.abc import Sequence

from contact_hub.customers.models import Customer
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person


def looked_for(*, by: Person, kinds: Sequence[str], customers: Sequence[int]) -> None:
    """A search showed these customers.

    kinds  what was asked by: names, phones, …; never what was typed
    """
    topic = f"look.{by.pk}"
    record(topic, "looked_for", by=by, kinds=list(kinds), customers=list(customers))


def looked_at(customer: Customer, *, by: Person, what: str, case: int | None = None) -> None:
    """Somebody opened what we know of a customer; screens need not be told.

    what  "page" or "panel"
    """
    topics = [f"look.{by.pk}"]
    record(customer.key, "viewed", by=by, topics=topics, what=what, case=case)


def exported(customer: Customer, *, by: Person, level: int, rows: int, case: int | None) -> None:
    """Somebody took the facts away as a file, as far as `level` opened them."""
    topics = [f"look.{by.pk}"]
    record(customer.key, "exported", by=by, topics=topics, level=level, rows=rows, case=case)
