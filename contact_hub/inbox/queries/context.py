"""What the context column shows beside a case: who this is, and what else we have with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from contact_hub.customers.models import Account, Customer
from contact_hub.inbox.models import Case, Contact
from contact_hub.inbox.models.case import CaseQuerySet
from contact_hub.staff.models import Person

OTHERS = 6  # other open cases shown
RECENT = 5  # contacts shown
NEAR = timedelta(days=14)  # two cases of one sender this close may be the same matter
PREFIX = re.compile(r"^\s*((re|fw|fwd|aw|rv|tr)\s*:\s*|\[[^\]]*#\d+\]\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody this may be, and why."""

    customer: int
    name: str
    account: int | None
    number: str
    reasons: list[str]
    confirmed: bool


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
    """Read what else there is with whom the case is about: at most three statements."""
    visible = Case.objects.visible_to(person)
    others = _other_open(case, visible)
    return History(
        others=[other for other in others if not is_duplicate(case, other)],
        duplicates=[other for other in others if is_duplicate(case, other)],
        recent=_recent(case, visible),
    )


def candidates_of(case: Case) -> list[Candidate]:
    """The candidates as the match left them with the case, best first."""
    return [_candidate(row, case) for row in case.match if isinstance(row, dict)]


def is_duplicate(case: Case, other: Case) -> bool:
    """Whether two open cases of one sender may be the same matter: same words, or close in time."""
    if plain_subject(case.subject) and plain_subject(case.subject) == plain_subject(other.subject):
        return True
    same_sender = bool(case.who_address) and case.who_address == other.who_address
    return same_sender and abs(case.opened_at - other.opened_at) < NEAR


def plain_subject(subject: str) -> str:
    """A subject without Re:, Fwd: and case tags, in one case of letters."""
    return " ".join(PREFIX.sub("", subject).casefold().split())


def _candidate(row: dict[str, Any], case: Case) -> Candidate:
    return Candidate(
        customer=row["customer"],
        name=row.get("name", ""),
        account=row.get("account"),
        number=row.get("number", ""),
        reasons=list(row.get("reasons", [])),
        confirmed=row["customer"] == case.customer_id,
    )


def _of_same(case: Case, prefix: str = "") -> Q:
    same = Q()
    if case.customer_id:
        same |= Q(**{f"{prefix}customer": case.customer_id})
    if case.who_address:
        same |= Q(**{f"{prefix}who_address": case.who_address})
    return same


def _other_open(case: Case, visible: CaseQuerySet) -> list[Case]:
    same = _of_same(case)
    if not same:
        return []
    cases = visible.unfinished().filter(same).exclude(pk=case.pk)
    return list(cases.select_related("queue", "owner").order_by("-last_at")[:OTHERS])


def _recent(case: Case, visible: CaseQuerySet) -> list[Contact]:
    same = _of_same(case, "case__")
    if not same:
        return []
    contacts = Contact.objects.filter(
        same, case__in=visible.values("pk"), arrived__lte=timezone.now()
    )
    contacts = contacts.exclude(case=case.pk).select_related("case", "code", "agent")
    return list(contacts.order_by("-arrived")[:RECENT])


def contacts_of(customer: Customer, person: Person) -> QuerySet[Contact]:
    """A customer's contacts over all channels and years, as far as this person may see them."""
    visible = Case.objects.visible_to(person).filter(customer=customer)
    contacts = Contact.objects.filter(case__in=visible.values("pk"), arrived__lte=timezone.now())
    return contacts.select_related("case", "case__queue", "code", "agent").order_by("-arrived")
