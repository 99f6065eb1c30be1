"""Whom a change of mirrored rows concerns, and what is kept about them to be found by."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from contact_hub.customers.actions import faces
from contact_hub.customers.models import Account, AuthorisedParty, Role

MANY = 500  # numbers in one statement


def touched_by(name: str, pks: Sequence[int]) -> set[int]:
    """The customers whom rows of that file are about."""
    if name == "customers":
        return set(pks)
    found: set[int] = set()
    for start in range(0, len(pks), MANY):
        some = pks[start : start + MANY]
        rows = {
            "accounts": Account.objects.filter(pk__in=some).values_list("customer"),
            "premises": Account.objects.filter(premise__in=some)
            .order_by()
            .values_list("customer")
            .union(Role.objects.filter(premise__in=some).values_list("customer")),
            "authorized_parties": AuthorisedParty.objects.filter(pk__in=some).values_list(
                "customer"
            ),
            "roles": Role.objects.filter(pk__in=some).values_list("customer"),
        }[name]
        found.update(customer for (customer,) in rows)
    return found


def renew(customers: Collection[int]) -> None:
    """Let matching find these customers as they are now, in the caller's transaction."""
    if customers:
        faces.renew(list(customers))
