"""Whose account a case is about: suggested by the hub, decided by people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.customers.actions.labels import label
from contact_hub.customers.models import Account, Customer
from contact_hub.customers.queries import find
from contact_hub.customers.rules.matching import Found, Told
from contact_hub.inbox.actions.guard import hold
from contact_hub.inbox.errors import Refused
from contact_hub.inbox.models import Case, Contact, ContactAccountLink
from contact_hub.inbox.queries import recognising
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person

State = ContactAccountLink.State


def suggest(contact: Contact, rows: list[dict[str, Any]], *, now: datetime) -> None:
    """Keep the best of those found as a suggestion, when it is at least possible."""
    best = rows[0] if rows else {}
    if recognising.band(best.get("probability", 0.0)) == "unknown":
        return
    link = ContactAccountLink(
        contact=contact,
        customer_id=best["customer"],
        account_id=best["account"],
        probability=best["probability"],
        evidence={"version": Found.VERSION, "fields": best["fields"]},
        at=now,
    )
    ContactAccountLink.objects.bulk_create([link], ignore_conflicts=True)


@transaction.atomic
def look_up(case: Case, told: Told, *, by: Person | None, now: datetime | None = None) -> Case:
    """Look for whom `told` could mean and show them with the case; nobody is attached.

    Whoever was ruled out for this case stays out. The journal says that it was looked, and by
    what kinds of facts; never the facts.
    """
    now = now or timezone.now()
    found = find(told)
    held = hold(case, by=by)
    out = set(
        ContactAccountLink.objects.filter(contact__case=held, state=State.REJECTED).values_list(
            "customer", flat=True
        )
    )
    rows = recognising.rows_of(found, without=out)
    chosen = [row for row in held.match if row.get("customer") == held.customer_id]
    kept = [*chosen, *(row for row in rows if row["customer"] != held.customer_id)]
    if kept == held.match:
        return held
    held.match = kept
    held.save(update_fields=["match"])
    contact = held.contacts.order_by("-arrived", "-pk").first()
    if contact is not None and held.customer_id is None:
        suggest(contact, rows, now=now)
    kinds = sorted(name for name in Told.__dataclass_fields__ if getattr(told, name))
    shown = [row["customer"] for row in rows]
    record(held.key, "looked_up", by=by, topics=held.topics, at=now, by_what=kinds, shown=shown)
    return held


@transaction.atomic
def confirm(
    case: Case,
    *,
    by: Person,
    customer: Customer,
    account: Account | None = None,
    now: datetime | None = None,
) -> Case:
    """Say whose case this is; a match is never a verification. The same again is a no-op."""
    now = now or timezone.now()
    held = hold(case, by=by)
    if account is not None and account.customer_id != customer.pk:
        raise Refused(_("That account is another customer's."))
    if (held.customer_id, held.account_id) == (customer.pk, account.pk if account else None):
        return held
    _decide(held, customer=customer.pk, account=account, state=State.CONFIRMED, by=by, now=now)
    held.customer, held.account, held.who_name = customer, account, customer.name[:200]
    held.save(update_fields=["customer", "account", "who_name"])
    record(
        held.key,
        "matched",
        by=by,
        topics=held.topics,
        at=now,
        customer=customer.pk,
        account=account.pk if account else None,
    )
    return held


@transaction.atomic
def rule_out(case: Case, *, by: Person, customer: int, now: datetime | None = None) -> None:
    """Take a candidate off the case's list, and off the case; twice is once.

    The case then bears the name that the sender gave.
    """
    now = now or timezone.now()
    case = hold(case, by=by)
    gone = [row for row in case.match if row.get("customer") == customer]
    if not gone and case.customer_id != customer:
        return
    if Customer.objects.filter(pk=customer).exists():
        _decide(case, customer=customer, account=None, state=State.REJECTED, by=by, now=now)
    case.match = [row for row in case.match if row.get("customer") != customer]
    if case.customer_id == customer:
        case.customer = case.account = None
        case.who_name = _own_name(case)
    case.save(update_fields=["match", "customer", "account", "who_name"])
    name = gone[0].get("name", "") if gone else ""
    record(case.key, "ruled_out", by=by, topics=case.topics, at=now, customer=customer, name=name)


def _decide(
    case: Case,
    *,
    customer: int,
    account: Account | None,
    state: str,
    by: Person,
    now: datetime,
) -> None:
    """Write the decision down for every contact that goes on, and let matching learn of it."""
    contacts = list(case.contacts.filter(wrapped=None)) or list(case.contacts.order_by("-pk")[:1])
    shown = recognising.found_in(case.match)
    row: dict[str, Any] = next((one for one in case.match if one.get("customer") == customer), {})
    for contact in contacts:
        link, _created = ContactAccountLink.objects.get_or_create(
            contact=contact,
            customer_id=customer,
            defaults={"probability": row.get("probability", 0.0)},
        )
        link.state, link.account, link.by, link.at = state, account, by, now
        link.evidence = shown
        link.save(update_fields=["state", "account", "by", "at", "evidence"])
    others = ContactAccountLink.objects.filter(contact__in=contacts, state=State.CONFIRMED)
    if state == State.CONFIRMED:  # one contact is about one customer
        others.exclude(customer=customer).update(state=State.REJECTED, by=by, at=now)
    if row:
        confirmed = state == State.CONFIRMED
        label(shown, customer=customer, confirmed=confirmed, by=by, now=now)


def _own_name(case: Case) -> str:
    """What whoever wrote first called themselves."""
    names = case.messages.filter(direction="in").order_by("at", "pk")
    return names.values_list("from_name", flat=True).first() or ""
