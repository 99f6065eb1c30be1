"""Deciding what an office may decide for itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from contact_hub.customers.models import Parameter
from contact_hub.customers.queries.parameters import forget
from contact_hub.customers.rules.parameters import default
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person


@transaction.atomic
def decide(name: str, *, value: Any, starts_on: date, by: Person | None, note: str = "") -> None:
    """Let `name` be `value` from a day on, or replace that day's; raise NoSuchParameter."""
    default(name)
    Parameter.objects.update_or_create(
        name=name, starts_on=starts_on, defaults={"value": value, "by": by, "note": note[:200]}
    )
    record(f"parameter.{name}", "decided", by=by, value=value, starts_on=starts_on.isoformat())
    forget()
    transaction.on_commit(forget)
