"""The people the utility serves: customers, premises, accounts, points and consents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import Account, Consent, Customer, Point, Premise
from contact_hub.sample.rules.town import Citizen


def move_in(citizens: Sequence[Citizen], *, now: datetime) -> None:
    """Put everybody on file."""
    renew([_enter(citizen, now=now) for citizen in citizens])


def _enter(citizen: Citizen, *, now: datetime) -> int:
    customer = Customer.objects.create(
        name=citizen.name, kind=citizen.kind, language=citizen.language
    )
    premise = None
    if citizen.place:
        premise, _new = Premise.objects.get_or_create(
            street=citizen.place.street,
            unit=citizen.place.unit,
            city="Alder Creek",
            state="WA",
            zip_code=citizen.place.zip_code,
        )
    for holding in citizen.accounts:
        Account.objects.create(
            number=holding.number,
            line=holding.line,
            status=holding.status,
            customer=customer,
            premise=premise,
            balance=holding.balance,
            past_due=holding.past_due,
            due_on=holding.due_on,
            as_of=now,
        )
    _reach(customer, citizen, now=now)
    return customer.pk


def _reach(customer: Customer, citizen: Citizen, *, now: datetime) -> None:
    email = Point.objects.create(
        customer=customer, kind=Point.Kind.EMAIL, value=citizen.email, label="billing"
    )
    Point.objects.create(
        customer=customer, kind=Point.Kind.PHONE, value=citizen.phone, label="mobile"
    )
    if citizen.place:
        where = f"{citizen.place.street} {citizen.place.unit}".strip()
        Point.objects.create(
            customer=customer, kind=Point.Kind.POST, value=f"{where}, Alder Creek WA"
        )
    for purpose, granted in (
        (Consent.Purpose.SERVICE, citizen.reachable),
        (Consent.Purpose.PROMOTION, citizen.promotions),
    ):
        Consent.objects.create(
            point=email,
            channel="email",
            purpose=purpose,
            granted=granted,
            source="billing system",
            at=now - timedelta(days=200),
        )
