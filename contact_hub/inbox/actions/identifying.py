"""Ruling out somebody whom a case was taken to be about."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from contact_hub.inbox.actions.guard import hold
from contact_hub.inbox.models import Case, Message
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person


@transaction.atomic
def rule_out(case: Case, *, by: Person, customer: int, now: datetime | None = None) -> None:
    """Take a candidate off the case's list, and off the case; twice is once.

    The case then bears the name that the sender gave.
    """
    case = hold(case, by=by)
    gone = [row for row in case.match if row.get("customer") == customer]
    if not gone:
        return
    case.match = [row for row in case.match if row.get("customer") != customer]
    if case.customer_id == customer:
        case.customer = case.account = None
        case.who_name = _sender(case)
    case.save(update_fields=["match", "customer", "account", "who_name"])
    name = gone[0].get("name", "")
    record(case.key, "ruled_out", by=by, topics=case.topics, at=now, customer=customer, name=name)


def _sender(case: Case) -> str:
    first = case.messages.filter(direction=Message.Direction.IN).order_by("at", "pk").first()
    return first.from_name if first else ""
