"""Whom the find page shows: what matching says, and what carries exactly the number typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, F, Prefetch, Q, Value, When

from contact_hub.customers.models import Account, Citation, Customer, Flag, Licence, Service
from contact_hub.customers.queries.matching import find
from contact_hub.customers.queries.panel import lines_closed_to
from contact_hub.customers.queries.parameters import parameter
from contact_hub.customers.rules.asking import Asked
from contact_hub.customers.rules.masks import initial_and_surname, street_alone
from contact_hub.customers.rules.matching import Evidence
from contact_hub.staff.models import Person

FEW = 4  # accounts named with each


@dataclass(frozen=True, slots=True)
class Chip:
    """One reason why somebody is shown: the field, how well it fits, and what was typed."""

    field: str
    level: str  # exact, nickname, near, similar, differs
    told: str


@dataclass(slots=True)
class Hit:
    """Somebody who could be meant, masked: nothing is proven yet.

    name    initial and surname of a person; the whole name of an organisation
    street  without its house number; "" where addresses are confidential
    """

    customer: int
    name: str = ""
    kind: str = ""
    street: str = ""
    city: str = ""
    accounts: list[Account] = field(default_factory=list)
    account: int | None = None
    probability: float = 0.0
    chips: list[Chip] = field(default_factory=list)


@dataclass(slots=True)
class Looked:
    """What was found: people best first, and citations that nobody is known to own.

    band  of the best: suggested, possible or unknown
    ask   the field that would help most, "" when the answer is clear
    more  more were found than are shown
    """

    hits: list[Hit] = field(default_factory=list)
    orphans: list[Citation] = field(default_factory=list)
    band: str = "unknown"
    ask: str = ""
    more: bool = False


def look(asked: Asked, *, person: Person, on: date) -> Looked:
    """Look for whom `asked` could mean; at most nine statements beside those of matching."""
    if asked.is_empty:
        return Looked()
    most = int(parameter("find.most"))
    found = find(asked.told, limit=most + 1)
    hits: dict[int, Hit] = {}
    orphans: list[Citation] = []
    for customer, account, chip in _exact(asked, orphans, most):
        hit = hits.setdefault(customer, Hit(customer, account=account, probability=1.0))
        hit.chips.append(chip)
    for one in found.candidates:
        hit = hits.setdefault(one.customer, Hit(one.customer, account=one.account))
        hit.probability = max(hit.probability, one.probability)
        hit.account = hit.account or one.account
        hit.chips += [_chip(evidence) for evidence in one.fields]
    shown = sorted(hits.values(), key=lambda hit: -hit.probability)
    _fill(shown[:most], person=person, on=on)
    return Looked(
        hits=[hit for hit in shown[:most] if hit.name],
        orphans=orphans,
        band=found.band if found.candidates else "suggested" if hits else "unknown",
        ask=found.ask,
        more=len(shown) > most,
    )


def _chip(evidence: Evidence) -> Chip:
    return Chip(evidence.field, evidence.level, evidence.told)


def _exact(
    asked: Asked, orphans: list[Citation], most: int
) -> Iterable[tuple[int, int | None, Chip]]:
    """Meters, plates, citations and licences as they stand: each one look into an index."""
    if asked.meters:
        services = Service.objects.filter(meter__in=asked.meters).order_by(
            F("ends_on").desc(nulls_first=True)
        )
        for customer, account, meter in services.values_list(
            "account__customer", "account", "meter"
        )[:most]:
            yield customer, account, Chip("meter", "exact", meter)
    if asked.plates or asked.citations:
        cited = Q(plate__in=asked.plates) | Q(number__in=asked.citations)
        for citation in Citation.objects.filter(cited).order_by("-issued_at")[:most]:
            by_plate = citation.plate in asked.plates
            told = citation.plate if by_plate else citation.number
            if citation.customer_id is None:
                orphans.append(citation)
            else:
                chip = Chip("plate" if by_plate else "citation", "exact", told)
                yield citation.customer_id, citation.account_id, chip
    if asked.licences:
        licences = Licence.objects.filter(number__in=asked.licences)
        for licence in licences[:most]:
            yield licence.customer_id, licence.account_id, Chip("licence", "exact", licence.number)


def _fill(hits: Collection[Hit], *, person: Person, on: date) -> None:
    """Put to each hit what may be shown of it; those no longer on file stay without a name."""
    gone = Case(When(status__in=Account.GONE, then=Value(1)), default=Value(0))
    seen = Account.objects.exclude(line__in=lines_closed_to(person)).select_related("premise")
    first = Prefetch("accounts", seen.order_by(gone, "number")[:FEW], to_attr="first")
    customers = Customer.objects.prefetch_related(first).in_bulk([hit.customer for hit in hits])
    named = seen.in_bulk([hit.account for hit in hits if hit.account is not None])
    for hit in hits:
        customer = customers.get(hit.customer)
        if customer is None:
            continue
        person_like = customer.kind == Customer.Kind.PERSON
        hit.name = initial_and_surname(customer.name) if person_like else customer.name
        hit.kind = customer.kind
        own: list[Account] = getattr(customer, "first", [])
        meant = named.get(hit.account or 0)
        if meant is None or meant.customer_id != hit.customer:
            meant = next(iter(own), None)
        hit.account = meant.pk if meant else None
        hit.accounts = own if meant is None or meant in own else [meant, *own[: FEW - 1]]
    _place(hits, on=on)


def _place(hits: Collection[Hit], *, on: date) -> None:
    """Say where each lives, by street alone, unless the address is confidential."""
    meant = {hit.customer: one for hit in hits for one in hit.accounts if one.pk == hit.account}
    premises = {one.premise_id: customer for customer, one in meant.items() if one.premise_id}
    accounts = {one.pk: customer for customer, one in meant.items()}
    about = Q(customer__in=[hit.customer for hit in hits])
    about |= Q(account__in=accounts) | Q(premise__in=premises)
    flags = Flag.objects.filter(about, code=Flag.Code.CONFIDENTIAL).on(on)
    hidden: set[int | None] = set()
    for customer, account, premise in flags.values_list("customer", "account", "premise"):
        hidden |= {customer, accounts.get(account), premises.get(premise)}
    for hit in hits:
        lived = meant[hit.customer].premise if hit.customer in meant else None
        if lived is not None and hit.customer not in hidden:
            hit.street, hit.city = street_alone(lived.street), lived.city
