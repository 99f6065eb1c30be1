"""Keeping what matching searches in step with customers, accounts, points and premises."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from contact_hub.customers.actions import words
from contact_hub.customers.actions.rows import add, by_pieces
from contact_hub.customers.models import Account, AuthorisedParty, Customer, Face, Point, Role
from contact_hub.customers.rules.faces import Place, Shown, Who, by_post, shown

COLUMNS = ("account_id", *Shown._fields[1:])
AT_ONCE = 5000


@transaction.atomic
def renew(customers: Sequence[int]) -> None:
    """Bring the search rows and the vocabulary of these customers up to date.

    customers  primary keys, thousands at once; call it in the transaction that changed them

    What did not change is not written, and a customer who is gone leaves nothing behind.
    """
    unique = sorted(set(customers))
    for piece in by_pieces(unique):
        _renew(piece)


def renew_at(premises: Collection[int]) -> None:
    """Renew everybody who has to do with these premises."""
    held = Account.objects.filter(premise__in=premises)
    roles = Role.objects.filter(premise__in=premises) | Role.objects.filter(account__in=held)
    renew([*held.values_list("customer", flat=True), *roles.values_list("customer", flat=True)])


def catch_up() -> int:
    """Make faces for customers who have none; says for how many."""
    faces = Face.objects.filter(customer=OuterRef("pk"))
    without = Customer.objects.filter(~Exists(faces)).order_by("pk").values_list("pk", flat=True)
    done = 0
    while customers := list(without[:AT_ONCE]):
        renew(customers)
        done += len(customers)
    return done


def _renew(customers: Sequence[int]) -> None:
    wanted = _wanted(customers)
    gone: list[int] = []
    changes: words.Words = Counter()
    for pk, customer, *row in (
        Face.objects.filter(customer__in=customers)
        .values_list("pk", "customer", *COLUMNS)
        .iterator(AT_ONCE)
    ):
        face = Shown(*row)
        if face in wanted[customer]:
            wanted[customer].remove(face)
        else:
            gone.append(pk)
            _carry(changes, face, -1)
    rows = []
    for customer, faces in wanted.items():
        for face in faces:
            rows.append((customer, *face))
            _carry(changes, face, 1)
    for piece in by_pieces(gone):
        Face.objects.filter(pk__in=piece).delete()
    add(Face, ("customer_id", *COLUMNS), rows)
    words.count(changes)


def _carry(changes: words.Words, face: Shown, more: int) -> None:
    for kind, word in (("l", face.last), ("f", face.first), ("s", face.street), ("z", face.zip)):
        if word:
            changes[kind, word] += more


def _wanted(customers: Sequence[int]) -> defaultdict[int, set[Shown]]:
    places, (phones, emails, post) = _places(customers), _points(customers)
    others: dict[int, list[str]] = defaultdict(list)
    parties = AuthorisedParty.objects.filter(customer__in=customers)
    for customer, name in parties.values_list("customer", "name"):
        others[customer].append(name)
    wanted: defaultdict[int, set[Shown]] = defaultdict(set)
    people = Customer.objects.filter(pk__in=customers).order_by()
    for pk, kind, name, first, last, preferred in people.values_list(
        "pk", "kind", "name", "first_name", "last_name", "preferred_name"
    ).iterator(AT_ONCE):
        wanted[pk] = shown(
            Who(name, first, last, preferred, kind == Customer.Kind.ORGANISATION),
            others=others.get(pk, ()),
            places=_with_post(places.get(pk, []), post.get(pk, ())),
            phones=phones.get(pk, ()),
            emails=emails.get(pk, ()),
        )
    return wanted


def _places(customers: Sequence[int]) -> dict[int, list[Place]]:
    """Where each is met: at what they hold, and at what they have a role in."""
    found: dict[int, list[Place]] = defaultdict(list)
    where = ("premise__street", "premise__unit", "premise__zip_code")
    held = Account.objects.filter(customer__in=customers).order_by()
    for customer, *place in held.values_list("customer", "pk", "number", "status", *where).iterator(
        AT_ONCE
    ):
        found[customer].append(_place(place))
    roles = Role.objects.filter(customer__in=customers)
    of_account = [f"account__{one}" for one in where]
    for customer, street, unit, zip_code, *place in roles.values_list(
        "customer", *where, "account", "account__number", "account__status", *of_account
    ):
        account, number, status, *there = place
        at = there if there[0] else [street, unit, zip_code]
        found[customer].append(_place([account, number, status, *at]))
    return found


def _place(values: Sequence[Any]) -> Place:
    account, number, status, *texts = values
    is_open = account is not None and status not in Account.GONE
    return Place(account, number or "", is_open, *(text or "" for text in texts))


def _points(customers: Sequence[int]) -> tuple[dict[int, list[str]], ...]:
    found: dict[str, dict[int, list[str]]] = {
        kind: defaultdict(list) for kind in (Point.Kind.PHONE, Point.Kind.EMAIL, Point.Kind.POST)
    }
    points = Point.objects.filter(customer__in=customers).order_by()
    for customer, kind, value in points.values_list("customer", "kind", "value").iterator(AT_ONCE):
        found[kind][customer].append(value)
    return tuple(found.values())


def _with_post(places: list[Place], addresses: Iterable[str]) -> list[Place]:
    """Postal addresses are places too, where they are not the premise's."""
    only = places[0] if len(places) == 1 else Place()
    known = {place.street.lower() for place in places}
    for address in addresses:
        post = by_post(address, at=only)
        if not any(post.street.lower().startswith(street) for street in known if street):
            places = [*places, post]
    return places
