"""Who a case is about, when a person decides among the candidates."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from contact_hub.customers.models import Customer
from contact_hub.inbox.actions.guard import hold
from contact_hub.inbox.errors import NotCandidate
from contact_hub.inbox.models import Case
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person


@transaction.atomic
def confirm(case: Case, *, by: Person, customer: int) -> None:
    """Say that the case is about this candidate; saying it twice is a no-op."""
    case = hold(case, by=by)
    if case.customer_id == customer:
        return
    row = _row(case, customer)
    chosen = Customer.objects.get(pk=customer)
    case.customer, case.account_id, case.who_name = chosen, row.get("account"), chosen.name
    case.save(update_fields=["customer", "account", "who_name"])
    record(case.key, "identified", by=by, topics=case.topics, customer=customer, name=chosen.name)


@transaction.atomic
def reject(case: Case, *, by: Person, customer: int) -> None:
    """Say that the case is not about this candidate; rejecting twice is a no-op."""
    case = hold(case, by=by)
    rest = [row for row in case.match if row.get("customer") != customer]
    if len(rest) == len(case.match):
        return
    name = _row(case, customer).get("name", "")
    case.match = rest
    fields = ["match"]
    if case.customer_id == customer:
        case.customer = case.account = None
        fields += ["customer", "account"]
    case.save(update_fields=fields)
    record(case.key, "ruled_out", by=by, topics=case.topics, customer=customer, name=name)


def _row(case: Case, customer: int) -> dict[str, object]:
    row = next((row for row in case.match if row.get("customer") == customer), None)
    if row is None or not Customer.objects.filter(pk=customer).exists():
        raise NotCandidate(_("This customer is no longer among the candidates."))
    return row
