"""Ruling out somebody whom a case was taken to be about."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from contact_hub.inbox.actions.guard import hold
from contact_hub.inbox.models import Case
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person


@transaction.atomic
def rule_out(case: Case, *, by: Person, customer: int, now: datetime | None = None) -> None:
    """Take a candidate off the case's list, and off the case; twice is once."""
    case = hold(case, by=by)
    gone = [row for row in case.match if row.get("customer") == customer]
    if not gone:
        return
    case.match = [row for row in case.match if row.get("customer") != customer]
    if case.customer_id == customer:
        case.customer = case.account = None
    case.save(update_fields=["match", "customer", "account"])
    name = gone[0].get("name", "")
    record(case.key, "ruled_out", by=by, topics=case.topics, at=now, customer=customer, name=name)
