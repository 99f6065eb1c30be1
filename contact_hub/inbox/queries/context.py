"""What the context column shows beside a case: who this is, and what else we have with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from contact_hub.customers.models import Account, Customer, Flag
from contact_hub.customers.rules.masks import initial_and_surname, street_alone
from contact_hub.inbox.models import Case, Contact
from contact_hub.inbox.models.case import CaseQuerySet
from contact_hub.inbox.queries import recognising
from contact_hub.inbox.queries.case import family_of
from contact_hub.inbox.rules.wording import alike, plain_subject
from contact_hub.staff.models import Person

CHOICES = 12  # accounts of one customer to choose from
FIELDS: dict[str, str | Promise] = {
    "last": gettext_lazy("Last name"),
    "first": gettext_lazy("First name"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("Email"),
    "number": gettext_lazy("Account number"),
    "last4": gettext_lazy("Last 4 of the account"),
    "house": gettext_lazy("House number"),
    "street": gettext_lazy("Street"),
    "zip": gettext_lazy("ZIP code"),
    "unit": gettext_lazy("Unit"),
    "meter": gettext_lazy("Meter"),
    "plate": gettext_lazy("Licence plate"),
    "citation": gettext_lazy("Citation"),
}
LEVELS: dict[str, str | Promise] = {
    "exact": gettext_lazy("fits"),
    "nickname": gettext_lazy("is a short form"),
    "near": gettext_lazy("nearly fits"),
    "similar": gettext_lazy("is alike"),
    "differs": gettext_lazy("differs"),
}
OTHERS = 6  # other open cases shown
RECENT = 5  # contacts shown
NEAR = timedelta(days=14)  # two cases with like subjects this close may be the same matter


@dataclass(frozen=True, slots=True)
class Chip:
    """What one field says for or against somebody; a value on file is never in it."""

    words: str
    bits: int  # rounded; 0: it is not weighed

    @property
    def kind(self) -> str:
        return "late" if self.bits < 0 else "ok" if self.bits >= 10 else "info"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody this may be, and why; as much of them as may be shown before anything is proven.

    beside  the best of those who were not likely enough, for comparison
    """

    customer: int
    name: str
    where: str
    account: int | None
    number: str
    reasons: list[str]
    chips: list[Chip]
    percent: int
    band: str  # suggested, possible, unknown
    beside: bool
    confirmed: bool


@dataclass(slots=True)
class Identity:
    """Who a case is taken to be about, and who else it could be; as the case itself holds it."""

    customer: Customer | None
    account: Account | None
    reasons: list[str]  # why it is taken for this customer
    candidates: list[Candidate]
    choices: list[Account]  # whose number is still to be chosen, when the customer has several
    ask: str  # the field that would help most

    @property
    def ask_words(self) -> str:
        return str(FIELDS.get(self.ask, self.ask))


@dataclass(slots=True)
class History:
    """What else we have with whom the case is about."""

    others: list[Case]
    duplicates: list[Case]
    recent: list[Contact]


def identity(case: Case) -> Identity:
    """Read from the case; one statement more while there are candidates or an open choice."""
    rows = [row for row in case.match if isinstance(row, dict)]
    confirmed = [row for row in rows if row["customer"] == case.customer_id]
    others = [row for row in rows if row["customer"] != case.customer_id]
    choices: list[Account] = []
    if case.customer and not case.account:
        choices = list(case.customer.accounts.exclude(status__in=Account.GONE)[:CHOICES])
    return Identity(
        customer=case.customer,
        account=case.account,
        reasons=list(confirmed[0].get("reasons", [])) if confirmed else [],
        candidates=candidates_of(case, others),
        choices=choices,
        ask=next((row["ask"] for row in others if row.get("ask")), ""),
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


def candidates_of(case: Case, rows: list[dict[str, Any]] | None = None) -> list[Candidate]:
    """The candidates as the match left them with the case, best first."""
    some = rows if rows is not None else [row for row in case.match if isinstance(row, dict)]
    streets = _streets([row["customer"] for row in some])
    return [_candidate(row, case, streets) for row in some]


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


def _candidate(row: dict[str, Any], case: Case, streets: dict[int, str]) -> Candidate:
    fields = row.get("fields", [])
    said_number = any(one["field"] == "number" and one["level"] == "exact" for one in fields)
    number = row.get("number") or ""
    probability = row.get("probability", 0.0)
    return Candidate(
        customer=row["customer"],
        name=initial_and_surname(row.get("name", "")),
        where=streets.get(row["customer"], ""),
        account=row.get("account"),
        number=number if said_number or not number else f"•••• {number[-4:]}",
        reasons=list(row.get("reasons", [])),
        chips=[_chip(one) for one in fields] if not row.get("reasons") else [],
        percent=min(99, round(100 * probability)),
        band=recognising.band(probability),
        beside=bool(row.get("beside")),
        confirmed=row["customer"] == case.customer_id,
    )


def _chip(evidence: dict[str, Any]) -> Chip:
    """What was told, and whether it fits: the other side of the comparison stays unsaid."""
    level = LEVELS.get(evidence["level"], evidence["level"])
    field = FIELDS.get(evidence["field"], evidence["field"])
    told = evidence.get("told", "")
    named = f"{field} {told}".strip() if evidence["level"] != "differs" else str(field)
    return Chip(f"{named} {level}", round(evidence["bits"]))


def _streets(customers: list[int]) -> dict[int, str]:
    """The streets where these are served, without house numbers; confidential ones are left out."""
    if not customers:
        return {}
    today = timezone.localdate()
    flagged = Flag.objects.filter(code=Flag.Code.CONFIDENTIAL).on(today)
    served = (
        Account.objects.filter(customer__in=customers)
        .exclude(premise=None)
        .annotate(
            hidden=Exists(
                flagged.filter(
                    Q(customer=OuterRef("customer"))
                    | Q(account=OuterRef("pk"))
                    | Q(premise=OuterRef("premise"))
                )
            )
        )
    )
    rows = served.order_by("-number").values_list("customer", "premise__street", "hidden")
    hidden = {customer for customer, _street, secret in rows if secret}
    return {
        customer: street_alone(street)
        for customer, street, _secret in rows
        if street and customer not in hidden
    }


def _of_same(case: Case) -> Q:
    same = Q()
    if case.customer_id:
        same |= Q(customer=case.customer_id)
    if case.who_address:
        same |= Q(who_address=case.who_address)
    return same


def _other_open(case: Case, visible: CaseQuerySet) -> list[Case]:
    same = _of_same(case)
    if not same:
        return []
    cases = visible.unfinished().filter(same).exclude(pk=case.pk)
    return list(cases.select_related("queue", "owner").order_by("-last_at")[:OTHERS])


def _recent(case: Case, visible: CaseQuerySet) -> list[Contact]:
    same = _of_same(case)
    if not same:
        return []
    theirs = visible.filter(same).order_by().values("pk")
    contacts = Contact.objects.filter(case__in=theirs, arrived__lte=timezone.now())
    contacts = contacts.exclude(case__in=family_of(case)).select_related("case", "code", "agent")
    return list(contacts.order_by("-arrived")[:RECENT])


def contacts_of(customer: Customer, person: Person) -> QuerySet[Contact]:
    """A customer's contacts over all channels and years, as far as this person may see them."""
    visible = Case.objects.visible_to(person).filter(customer=customer)
    contacts = Contact.objects.filter(case__in=visible.values("pk"), arrived__lte=timezone.now())
    return contacts.select_related("case", "case__queue", "code", "agent").order_by("-arrived")
