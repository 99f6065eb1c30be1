"""What the customer page shows beside the account panel, and the facts as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from contact_hub.customers.models import (
    Account,
    Bankruptcy,
    Citation,
    Consent,
    Customer,
    CustomerNote,
    Enrolment,
    Flag,
    Licence,
    Point,
)
from contact_hub.customers.queries.panel import Choice, Panel

MOST = 50  # rows of each
FIELD_OF_POINT = {
    Point.Kind.EMAIL: "email",
    Point.Kind.PHONE: "phone",
    Point.Kind.POST: "mailing_address",
}


@dataclass(slots=True)
class Record:
    """All that is on file about a customer, over all lines this person may see."""

    consents: list[Consent]
    past_flags: list[Flag]
    past_notes: list[CustomerNote]
    bankruptcies: list[Bankruptcy]
    citations: list[Citation]
    licences: list[Licence]
    enrolments: list[Enrolment]


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the export.

    field    names what the verified level has to open
    account  the account whose level that is; None: the customer's own
    """

    about: str
    name: str
    field: str
    value: object
    source: str = ""
    as_of: datetime | None = None
    account: Account | None = None


def record_of(customer: Customer, choice: Choice, *, closed: set[str], lead: bool) -> Record:
    """Read it in seven statements.

    closed  business lines that are not this person's to see
    lead    whether flags for leads only are told
    """
    accounts = [account.pk for account in choice.accounts]
    visible = Q(account=None) | ~Q(account__line__in=closed)
    flags = Flag.objects.filter(Q(customer=customer) | Q(account__in=accounts))
    if not lead:
        flags = flags.filter(leads_only=False)
    return Record(
        consents=list(_consents(customer)[:MOST]),
        past_flags=list(flags.exclude(ends_on=None).order_by("-ends_on")[:MOST]),
        past_notes=list(_past_notes(customer)[:MOST]),
        bankruptcies=list(customer.bankruptcies.order_by("-filed_on")[:MOST]),
        citations=list(customer.citations.filter(visible).order_by("-issued_at")[:MOST]),
        licences=list(customer.licences.filter(visible).order_by("-expires_on")[:MOST]),
        enrolments=list(
            Enrolment.objects.filter(account__in=accounts)
            .select_related("account")
            .order_by("-enrolled_on")[:MOST]
        ),
    )


def facts(panel: Panel, choice: Choice) -> Iterator[Fact]:
    """The facts of a customer and of each account, in the order in which they are read."""
    customer = panel.customer
    for name, field, value in (
        ("name", "name", customer.name),
        ("preferred name", "name", customer.preferred_name),
        ("language", "general", customer.language),
        ("customer since", "general", customer.since),
    ):
        yield Fact("customer", name, field, value, customer.source, customer.as_of)
    for point in panel.people.points:
        field = FIELD_OF_POINT[Point.Kind(point.kind)]
        yield Fact("point", point.kind, field, point.value, point.source, point.as_of)
    for flag in panel.warnings:
        yield Fact("flag", flag.code, "general", flag.words, flag.source, flag.as_of)
    for account in choice.accounts:
        yield from _account(account)


def _account(account: Account) -> Iterator[Fact]:
    for name, field, value in (
        ("line", "general", account.line),
        ("status", "general", account.status),
        ("opened on", "general", account.opened_on),
        ("closed on", "general", account.closed_on),
        ("service address", "service_address", account.premise),
        ("balance", "balance", account.balance),
        ("past due", "past_due", account.past_due),
        ("due on", "due", account.due_on),
    ):
        about = f"account ending in {account.number[-4:]}"
        yield Fact(about, name, field, value, account.source, account.as_of, account)


def _consents(customer: Customer) -> QuerySet[Consent]:
    """Every decision ever made, newest first: the history is the list."""
    consents = Consent.objects.filter(point__customer=customer)
    return consents.select_related("point", "by").order_by("-at", "-pk")


def _past_notes(customer: Customer) -> QuerySet[CustomerNote]:
    return customer.notes.exclude(expires_on=None).select_related("by").order_by("-at")
