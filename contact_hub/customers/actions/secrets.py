"""Setting and checking the secrets that customers have with us."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from django.db import transaction
from django.utils import timezone

from contact_hub.customers.models import Customer, Secret
from contact_hub.customers.vault import keys
from contact_hub.journal.actions import record
from contact_hub.lib.keyed import keyed
from contact_hub.staff.models import Person

COLUMNS = {Secret.Kind.PIN: "pin_set", Secret.Kind.PASSWORD: "password_set"}

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_nobody = _hasher.hash("nobody's secret")  # compared with where none is set: it takes as long


@transaction.atomic
def set_secret(
    customer: Customer, *, kind: str, value: str, by: Person | None, now: datetime | None = None
) -> None:
    """Let a customer's PIN or password be `value`; what was before is gone."""
    now = now or timezone.now()
    hashed = _hasher.hash(_peppered(value, customer=customer.pk, kind=kind, key=keys()[0]))
    Secret.objects.update_or_create(
        customer=customer, kind=kind, defaults={"hashed": hashed, "set_at": now, "by": by}
    )
    setattr(customer, COLUMNS[Secret.Kind(kind)], True)
    customer.save(update_fields=[COLUMNS[Secret.Kind(kind)]])
    record(customer.key, "secret_set", by=by, at=now, kind=kind)


def is_secret(value: str, *, customer: Customer, kind: str) -> bool:
    """Whether `value` is the customer's; takes as long when there is none."""
    stored = Secret.objects.filter(customer=customer, kind=kind).values_list("hashed", flat=True)
    hashed = stored.first() or _nobody
    right = [
        _verifies(hashed, _peppered(value, customer=customer.pk, kind=kind, key=key))
        for key in keys()
    ]
    return any(right) and hashed != _nobody


def _peppered(value: str, *, customer: int, kind: str, key: str) -> str:
    return keyed(" ".join(value.split()), about=f"{kind}.{customer}", key=key)


def _verifies(hashed: str, value: str) -> bool:
    try:
        return _hasher.verify(hashed, value)
    except (VerifyMismatchError, InvalidHashError):
        return False
