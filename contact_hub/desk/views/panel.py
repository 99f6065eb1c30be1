"""The account panel beside a case, and what the customer page shares with it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from contact_hub.customers.actions.looks import looked_at
from contact_hub.customers.models import Customer, Flag
from contact_hub.customers.queries.panel import Panel, choose, panel
from contact_hub.desk.rules.waterfall import bars
from contact_hub.desk.views.access import allowed, case_for, person_of
from contact_hub.desk.views.case import number
from contact_hub.inbox.models import Case
from contact_hub.inbox.queries.context import history
from contact_hub.inbox.queries.sight import sight
from contact_hub.staff.rules import CUSTOMERS, TEND, WORK

serving = allowed(CUSTOMERS)


@login_required
@require_GET
def case_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about whom the case is about, and what else we have with them."""
    case = case_for(request, pk)
    person = person_of(request)
    parts: dict[str, Any] = {
        "case": case,
        "history": history(case, person),
        "may_work": person.may(WORK),
        "where": request.path,
    }
    if case.customer is not None and person.may(CUSTOMERS):
        asked = number(request.GET.get("account", "")) or case.account_id
        parts |= account_parts(request, case.customer, asked=asked, case=case)
        if watched(parts["panel"]):
            looked_at(case.customer, by=person, what="panel", case=case.pk)
    template = "panel/_panel.html" if request.headers.get("HX-Request") else "panel/panel.html"
    return render(request, template, parts)


def account_parts(
    request: HttpRequest, customer: Customer, *, asked: int | None, case: Case | None
) -> dict[str, Any]:
    """One account of a customer as this person may see it now.

    asked  the account's number in the database; one they may not see is passed over
    case   the case in whose running contact somebody was verified, if any
    """
    person, now = person_of(request), timezone.now()
    choice = choose(customer, person, on=timezone.localdate(now), account=asked)
    seen = sight(person, customer=customer, account=choice.account, case=case)
    languages = (get_language() or "en", customer.language)
    found = panel(
        customer,
        choice.account,
        lead=person.may(TEND),
        may=seen.may,
        now=now,
        on=timezone.localdate(now),
        languages=languages,
    )
    return {
        "customer": customer,
        "choice": choice,
        "sight": seen,
        "panel": found,
        "account": choice.account,
        "waterfalls": [(one, waterfall(one)) for one in found.bills.explained],
        "today": timezone.localdate(now),
        "may_work": person.may(WORK),
    }


def waterfall(explained: Any) -> dict[str, Any]:
    """The bars of one explanation, with the height that they take."""
    change = explained.change
    rows = bars(change.before, change.now, [(step.name, step.amount) for step in change.steps])
    units = {step.name: step for step in change.steps}
    return {
        "bars": [(bar, units.get(bar.name)) for bar in rows],
        "height": rows[-1].y + rows[-1].height + 6,
    }


def watched(found: Panel) -> bool:
    """Whether every look at this customer is to be written down: colleagues and officials."""
    return any(one.code == Flag.Code.EMPLOYEE for one in found.warnings)
