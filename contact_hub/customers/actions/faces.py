"""Keeping what matching searches in step with customers, accounts, points and premises."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from django.db import transaction
from django.db.models import Exists, OuterRef

from contact_hub.customers.actions import words
from contact_hub.customers.actions.rows import add, by_pieces, read
from contact_hub.customers.models import Account, Customer, Face, Point
from contact_hub.customers.queries import vocabulary
from contact_hub.customers.queries.concerned import at_premises
from contact_hub.customers.rules.faces import Place, Shown, Who, by_post, shown

_FACES = (
    "SELECT id, customer_id, account_id, name, last, first, house, street, zip, city, unit, number,"
    " phones, emails, is_open FROM customers_face WHERE customer_id IN ({})"
)
_CUSTOMERS = (
    "SELECT id, kind, name, first_name, last_name, preferred_name FROM customers_customer"
    " WHERE id IN ({})"
)
_HOLDERS = (
    "SELECT a.customer_id, a.id, a.number, a.status, coalesce(p.street, ''),"
    " coalesce(p.unit, ''), coalesce(p.zip_code, ''), coalesce(p.city, '') FROM customers_account a"
    " LEFT JOIN customers_premise p ON p.id = a.premise_id WHERE a.customer_id IN ({})"
)
_ROLES = (
    "SELECT r.customer_id, a.id, coalesce(a.number, ''), a.status, coalesce(p.street, ''),"
    " coalesce(p.unit, ''), coalesce(p.zip_code, ''), coalesce(p.city, '') FROM customers_role r"
    " LEFT JOIN customers_account a ON a.id = r.account_id"
    " LEFT JOIN customers_premise p ON p.id = coalesce(a.premise_id, r.premise_id)"
    " WHERE r.customer_id IN ({})"
)
_POINTS = "SELECT customer_id, kind, value FROM customers_point WHERE customer_id IN ({})"
_PARTIES = "SELECT customer_id, name FROM customers_authorisedparty WHERE customer_id IN ({})"
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
    renew([*at_premises(premises)])


def catch_up() -> int:
    """Make faces for customers who have none; says for how many."""
    return sum(making_up())


def making_up() -> Iterator[int]:
    """Make faces for customers who have none, some in each transaction; tells for how many."""
    without = Customer.objects.filter(~Exists(Face.objects.filter(customer=OuterRef("pk"))))
    last = 0
    while True:
        with transaction.atomic():
            some = without.filter(pk__gt=last).order_by("pk").select_for_update(no_key=True)
            customers = list(some.values_list("pk", flat=True)[:AT_ONCE])
            renew(customers)
        if not customers:
            return
        last = customers[-1]
        yield len(customers)


def _renew(customers: Sequence[int]) -> None:
    wanted = _wanted(customers)
    gone: list[int] = []
    changes: words.Words = Counter()
    for pk, customer, *row in read(_FACES, customers):
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
    if words.count(changes):
        vocabulary.forget()
        transaction.on_commit(vocabulary.forget)


def _carry(changes: words.Words, face: Shown, more: int) -> None:
    for key in (
        ("l", face.last),
        ("f", face.first),
        ("s", face.street),
        ("z", face.zip),
        ("c", face.city),
    ):
        if key[1]:
            changes[key] = changes.get(key, 0) + more


def _wanted(customers: Sequence[int]) -> defaultdict[int, set[Shown]]:
    places, (phones, emails, post) = _places(customers), _points(customers)
    others: dict[int, list[str]] = defaultdict(list)
    for customer, name in read(_PARTIES, customers):
        others[customer].append(name)
    wanted: defaultdict[int, set[Shown]] = defaultdict(set)
    for pk, kind, name, first, last, preferred in read(_CUSTOMERS, customers):
        there = places.get(pk, [])
        wanted[pk] = shown(
            Who(name, first, last, preferred, kind == Customer.Kind.ORGANISATION),
            others=others.get(pk, ()),
            places=_with_post(there, post[pk]) if pk in post else there,
            phones=phones.get(pk, ()),
            emails=emails.get(pk, ()),
        )
    return wanted


def _places(customers: Sequence[int]) -> dict[int, list[Place]]:
    """Where each is met: at what they hold, and at what they have a role in."""
    found: dict[int, list[Place]] = defaultdict(list)
    for customer, *place in chain(read(_HOLDERS, customers), read(_ROLES, customers)):
        account, number, status, *there = place
        is_open = account is not None and status not in Account.GONE
        found[customer].append(Place(account, number, is_open, *there))
    return found


def _points(customers: Sequence[int]) -> tuple[dict[int, list[str]], ...]:
    found: dict[str, dict[int, list[str]]] = {
        kind: defaultdict(list) for kind in (Point.Kind.PHONE, Point.Kind.EMAIL, Point.Kind.POST)
    }
    for customer, kind, value in read(_POINTS, customers):
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
