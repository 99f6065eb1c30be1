"""Who has to do with a customer, and how each is reached: roles, parties, points, household."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from contact_hub.customers.models import (
    Account,
    AuthorisedParty,
    Consent,
    Customer,
    Point,
    Role,
    Suppression,
)

FEW = 20  # of each


@dataclass(slots=True)
class People:
    """Those on an account beside its holder, and who else has the same points.

    roles      of the customer, and of others on the account or at its premise
    authorised who may speak for the customer, those whose time is over left out
    household  points that others have as well, with their customers
    """

    roles: list[Role] = field(default_factory=list)
    authorised: list[AuthorisedParty] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    household: list[Point] = field(default_factory=list)


def people_of(customer: Customer, account: Account | None, *, on: date) -> People:
    """Read them in at most four statements."""
    points = list(points_of(customer)[:FEW])
    shared = [point.value for point in points if getattr(point, "shared", False)]
    return People(
        roles=list(_roles(customer, account, on)[:FEW]),
        authorised=list(
            customer.authorised.filter(Q(ends_on=None) | Q(ends_on__gte=on)).order_by("name")[:FEW]
        ),
        points=points,
        household=_household(customer, shared) if shared else [],
    )


def points_of(customer: Customer) -> QuerySet[Point]:
    """A customer's points: `allowed` for service messages, `suppressed` and why, `shared`."""
    latest = Consent.objects.filter(point=OuterRef("pk"), purpose=Consent.Purpose.SERVICE)
    suppressed = Suppression.objects.filter(kind=OuterRef("kind"), value=OuterRef("value"))
    others = Point.objects.filter(kind=OuterRef("kind"), value=OuterRef("value"))
    return customer.points.order_by("kind", "pk").annotate(
        allowed=Subquery(latest.order_by("-at", "-pk").values("granted")[:1]),
        suppressed=Subquery(suppressed.values("reason")[:1]),
        shared=Exists(others.exclude(customer=OuterRef("customer"))),
    )


def _roles(customer: Customer, account: Account | None, on: date) -> QuerySet[Role]:
    """What holds today, of the customer anywhere and of anybody here."""
    about = Q(customer=customer)
    if account is not None:
        about |= Q(account=account)
        if account.premise_id:
            about |= Q(premise=account.premise_id)
    begun = Q(starts_on=None) | Q(starts_on__lte=on)
    running = Q(ends_on=None) | Q(ends_on__gte=on)
    roles = Role.objects.filter(about, begun, running)
    return roles.select_related("customer", "account", "premise").order_by("kind", "pk")


def _household(customer: Customer, values: list[str]) -> list[Point]:
    others = Point.objects.filter(kind__in=(Point.Kind.PHONE, Point.Kind.EMAIL), value__in=values)
    return list(others.exclude(customer=customer).select_related("customer").order_by("pk")[:FEW])
