"""What the context column shows beside a case: who this is, and what else we have with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone

from contact_hub.customers.models import Account, Consent, Customer, Point
from contact_hub.customers.queries import refusals
from contact_hub.inbox.models import Case, Contact
from contact_hub.inbox.queries.case import family_of
from contact_hub.inbox.rules.wording import alike, plain_subject
from contact_hub.staff.models import Person

OTHERS = 6  # other open cases shown
RECENT = 5  # contacts shown
NEAR = timedelta(days=14)  # two cases with like subjects this close may be the same matter


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody this may be, and why."""

    customer: int
    name: str
    account: int | None
    number: str
    reasons: list[str]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach the customer, and what they allowed there."""

    point: Point
    refused: str  # why we must not write there, "" when we may
    allowed: bool | None  # the latest consent for service messages; None: never asked


@dataclass(slots=True)
class Identity:
    """Who a case is taken to be about, and who else it could be; as the case itself holds it."""

    customer: Customer | None
    account: Account | None
    reasons: list[str]  # why it is taken for this customer
    candidates: list[Candidate]


@dataclass(slots=True)
class History:
    """What else we have with whom the case is about."""

    accounts: list[Account]
    ways: list[Way]
    others: list[Case]
    duplicates: list[Case]
    recent: list[Contact]


def identity(case: Case) -> Identity:
    """Read from the case, without a statement of its own."""
    candidates = candidates_of(case)
    return Identity(
        customer=case.customer,
        account=case.account,
        reasons=next((one.reasons for one in candidates if one.confirmed), []),
        candidates=[one for one in candidates if not one.confirmed],
    )


def history(case: Case, person: Person) -> History:
    """Read the rest of the column: at most eight statements, whatever there is."""
    accounts: list[Account] = []
    if case.customer:
        accounts = list(
            case.customer.accounts.exclude(pk=case.account_id or 0).select_related("premise")
        )
    others = _other_open(case, person)
    return History(
        accounts=accounts,
        ways=_ways(case.customer) if case.customer else [],
        others=[other for other in others if not is_duplicate(case, other)],
        duplicates=[other for other in others if is_duplicate(case, other)],
        recent=_recent(case, person),
    )


def candidates_of(case: Case) -> list[Candidate]:
    """The candidates as the match left them with the case, best first."""
    return [_candidate(row, case) for row in case.match if isinstance(row, dict)]


def is_duplicate(case: Case, other: Case) -> bool:
    """Whether two open cases may be the same matter: one customer, and subjects that say so."""
    if are_of_two(case, other):
        return False
    if plain_subject(case.subject) and plain_subject(case.subject) == plain_subject(other.subject):
        return True
    return alike(case.subject, other.subject) and abs(case.opened_at - other.opened_at) < NEAR


def are_of_two(case: Case, other: Case) -> bool:
    """Whether two cases are about different customers, or of different senders nobody knows."""
    if case.customer_id and other.customer_id:
        return case.customer_id != other.customer_id
    return bool(case.who_address and other.who_address) and case.who_address != other.who_address


def _candidate(row: dict[str, Any], case: Case) -> Candidate:
    return Candidate(
        customer=row["customer"],
        name=row.get("name", ""),
        account=row.get("account"),
        number=row.get("number", ""),
        reasons=list(row.get("reasons", [])),
        confirmed=row["customer"] == case.customer_id,
    )


def _ways(customer: Customer) -> list[Way]:
    consents = Consent.objects.filter(purpose=Consent.Purpose.SERVICE).order_by("-at", "-pk")
    points = list(
        customer.points.order_by("kind", "value").prefetch_related(
            Prefetch("consents", consents, to_attr="service")
        )
    )
    refused = refusals([point.value for point in points])
    return [
        Way(
            point=point,
            refused=refused.get(point.value, ""),
            allowed=next((consent.granted for consent in _service(point)), None),
        )
        for point in points
    ]


def _service(point: Point) -> Iterable[Consent]:
    return getattr(point, "service", ())


def _of_same(case: Case, prefix: str = "") -> Q:
    same = Q()
    if case.customer_id:
        same |= Q(**{f"{prefix}customer": case.customer_id})
    if case.who_address:
        same |= Q(**{f"{prefix}who_address": case.who_address})
    return same


def _other_open(case: Case, person: Person) -> list[Case]:
    same = _of_same(case)
    if not same:
        return []
    cases = Case.objects.visible_to(person).unfinished().filter(same).exclude(pk=case.pk)
    return list(cases.select_related("queue", "owner").order_by("-last_at")[:OTHERS])


def _recent(case: Case, person: Person) -> list[Contact]:
    same = _of_same(case, "case__")
    if not same:
        return []
    visible = Case.objects.visible_to(person).values("pk")
    contacts = Contact.objects.filter(same, case__in=visible, arrived__lte=timezone.now())
    contacts = contacts.exclude(case__in=family_of(case)).select_related("case", "code", "agent")
    return list(contacts.order_by("-arrived")[:RECENT])
