"""How many tries failed for an account, and whether it is locked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from contact_hub.customers.models import Account, Customer
from contact_hub.customers.queries import parameter
from contact_hub.customers.rules import locks
from contact_hub.inbox.models import VerificationEvent


@dataclass(frozen=True, slots=True)
class Lock:
    """Until when an account is locked, None when it is not; and how many tries are left."""

    until: datetime | None
    left: int


def lock_of(customer: Customer, account: Account | None, *, now: datetime) -> Lock:
    """Look at the failed tries for one account, whatever the channel; one statement."""
    within = timedelta(hours=float(parameter("verification.lock_hours")))
    tries = int(parameter("verification.tries"))
    failed = VerificationEvent.objects.filter(
        customer=customer,
        account=account,
        result=VerificationEvent.Result.NO_MATCH,
        at__gt=now - 2 * within,
    )
    times = list(failed.values_list("at", flat=True))
    return Lock(
        until=locks.locked_until(times, tries=tries, within=within, now=now),
        left=locks.left(times, tries=tries, within=within, now=now),
    )
