"""Whom a change of an account or a place concerns: whoever holds it, or has a role in it."""

from __future__ import annotations

from collections.abc import Collection

from contact_hub.customers.models import Account, Role


def with_accounts(accounts: Collection[int]) -> set[int]:
    """The customers of these accounts: holders, and those with a role."""
    held = Account.objects.filter(pk__in=accounts).values_list("customer", flat=True)
    return {*held, *Role.objects.filter(account__in=accounts).values_list("customer", flat=True)}


def at_premises(premises: Collection[int]) -> set[int]:
    """The customers of every account there, and those with a role in the place."""
    accounts = Account.objects.filter(premise__in=premises).values_list("pk", flat=True)
    roles = Role.objects.filter(premise__in=premises).values_list("customer", flat=True)
    return with_accounts(list(accounts)) | set(roles)
