"""Whom a change of mirrored rows concerns, and what is kept about them to be found by."""

from __future__ import annotations

from collections.abc import Collection

from contact_hub.customers.actions import faces
from contact_hub.customers.actions.importing.keeping import Keeper
from contact_hub.customers.actions.rows import by_pieces, read
from contact_hub.customers.models import Face
from contact_hub.customers.queries.concerned import at_premises, with_accounts

SHOWN = frozenset(
    {"customers", "premises", "accounts", "services", "roles", "authorized_parties"}
)  # files of what faces are made of
_KNOWN = "SELECT DISTINCT customer_id FROM customers_face WHERE customer_id IN ({})"


def touched_by(name: str, pks: Collection[int]) -> set[int]:
    """The customers who can be found and whom rows are about.

    name  what the numbers are: accounts, premises, else customers
    """
    if not pks or not Face.objects.exists():
        return set()
    found: set[int] = set()
    for some in by_pieces(sorted(pks)):
        if name == "accounts":
            found |= with_accounts(some)
        elif name == "premises":
            found |= at_premises(some)
        else:
            found.update(some)
    return {customer for some in by_pieces(sorted(found)) for (customer,) in read(_KNOWN, some)}


def renew(customers: Collection[int]) -> None:
    """Let matching find these customers as they are now, in the caller's transaction."""
    if customers:
        faces.renew(list(customers))


def welcome(keeper: Keeper) -> None:
    """Let matching find whoever is new: once, when all that they show by has been written.

    Raises TakenOver.
    """
    for _done in faces.making_up():
        keeper.beat()
        keeper.breathe()
