"""What people decided about a look-up: the labels that the weights learn from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from contact_hub.customers.models import MatchLabel
from contact_hub.customers.queries.learned import factors
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person


class NotAmongThem(ValueError):
    """The customer is none of the candidates of that look-up."""


@transaction.atomic
def label(
    found: dict[str, Any], *, customer: int, confirmed: bool, by: Person | None, now: datetime
) -> MatchLabel:
    """Keep that `customer`, one of the candidates of a look-up, was meant or was not.

    found  `Found.as_json()` as it was shown

    Said twice, it counts once; said otherwise, the later word holds. Raises NotAmongThem.
    """
    candidate = next((one for one in found["candidates"] if one["customer"] == customer), None)
    if candidate is None:
        raise NotAmongThem(str(customer))
    before = MatchLabel.objects.filter(customer=customer, found=found).first()
    if before and before.confirmed == confirmed:
        return before
    verb = "confirmed_as_meant" if confirmed else "ruled_out"
    record(f"customer.{customer}", verb, by=by, at=now, bits=candidate["bits"])
    if before:
        before.confirmed, before.by, before.at = confirmed, by, now
        before.save(update_fields=["confirmed", "by", "at"])
        return before
    return MatchLabel.objects.create(
        customer_id=customer,
        confirmed=confirmed,
        evidence=_shipped(candidate["fields"]),
        found=found,
        by=by,
        at=now,
    )


def _shipped(fields: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Level and bits of each field, as the shipped weights have them."""
    learned = factors()
    return {
        one["field"]: [one["level"], round(one["bits"] / learned.get(one["field"], 1.0), 3)]
        for one in fields
    }
