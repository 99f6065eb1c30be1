"""The page of a customer: accounts, contacts, consents, people; what is done from there."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from contact_hub.customers.actions import looks, notes
from contact_hub.customers.errors import Refused as NoteRefused
from contact_hub.customers.models import Account, Customer, CustomerNote
from contact_hub.customers.queries.panel import lines_closed_to
from contact_hub.customers.queries.record import facts, record_of
from contact_hub.desk.forms import first_error
from contact_hub.desk.views.access import allowed, case_for, person_of
from contact_hub.desk.views.answers import REFUSED
from contact_hub.desk.views.case import number
from contact_hub.desk.views.customer_forms import CaseForm, CustomerNoteForm
from contact_hub.desk.views.panel import account_parts
from contact_hub.inbox.actions import opening
from contact_hub.inbox.errors import Refused
from contact_hub.inbox.models import Case
from contact_hub.inbox.queries.context import contacts_of
from contact_hub.inbox.queries.sight import sight
from contact_hub.staff.rules import CUSTOMERS, TEND, WORK

PAGE = 25  # contacts

serving = allowed(CUSTOMERS)


@serving
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about a customer; every look is journalled."""
    customer = get_object_or_404(Customer, pk=pk)
    case = _case(request, customer)
    looks.looked_at(customer, by=person_of(request), what="page", case=case.pk if case else None)
    return render(request, "customers/customer.html", _parts(request, customer, case))


@serving
@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The facts as CSV, masked above the verified level; every export is journalled."""
    customer = get_object_or_404(Customer, pk=pk)
    case = _case(request, customer)
    parts = account_parts(request, customer, asked=_asked(request), case=case)
    text, own = io.StringIO(), parts["sight"]
    levels = {
        account.pk: sight(person_of(request), account=account, case=case)
        for account in parts["choice"].accounts
    }
    rows = list(facts(parts["panel"], parts["choice"]))
    writer = csv.writer(text)
    writer.writerow(["about", "fact", "value", "source", "as_of"])
    for fact in rows:
        seen = levels[fact.account.pk] if fact.account else own
        value = _harmless(seen.shown(fact.field, fact.value))
        as_of = fact.as_of.isoformat() if fact.as_of else ""
        writer.writerow([fact.about, fact.name, value, fact.source, as_of])
    looks.exported(
        customer,
        by=person_of(request),
        level=own.level,
        rows=len(rows),
        case=case.pk if case else None,
    )
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="customer-{customer.pk}.csv"'
    return response


@allowed(WORK)
@serving
@require_POST
def leave_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a note about a customer."""
    customer = get_object_or_404(Customer, pk=pk)
    form = CustomerNoteForm(request.POST)
    if not form.is_valid():
        return _refused(request, customer, first_error(form), note_form=form)
    try:
        notes.leave_note(customer, by=person_of(request), **form.cleaned_data)
    except NoteRefused as refusal:
        return _refused(request, customer, str(refusal), note_form=form)
    return _back(request, customer)


@allowed(WORK)
@serving
@require_POST
def end_note(request: HttpRequest, pk: int, note_pk: int) -> HttpResponse:
    """Let a note expire."""
    note = get_object_or_404(CustomerNote, pk=note_pk, customer=pk)
    notes.end_note(note, by=person_of(request))
    return _back(request, note.customer)


@allowed(WORK)
@serving
@require_POST
def open_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a case for this customer, and open it."""
    customer = get_object_or_404(Customer, pk=pk)
    person = person_of(request)
    form = CaseForm(request.POST, person=person, customer=customer)
    if not form.is_valid():
        return _refused(request, customer, first_error(form), case_form=form)
    try:
        case = opening.open_case(by=person, customer=customer, **form.cleaned_data)
    except Refused as refusal:
        return _refused(request, customer, str(refusal), case_form=form)
    return redirect(case)


def _parts(
    request: HttpRequest, customer: Customer, case: Case | None, **more: Any
) -> dict[str, Any]:
    person = person_of(request)
    parts = account_parts(request, customer, asked=_asked(request), case=case)
    contacts = Paginator(contacts_of(customer, person), PAGE)
    record = record_of(
        customer, parts["choice"], closed=lines_closed_to(person), lead=person.may(TEND)
    )
    account: Account | None = parts["account"]
    forms: dict[str, Any] = {}
    if person.may(WORK):
        initial = {"account": account.pk if account else None}
        forms["case_form"] = CaseForm(person=person, customer=customer, initial=initial)
        forms["note_form"] = CustomerNoteForm()
    return {
        **parts,
        **forms,
        "record": record,
        "contacts": contacts.get_page(request.GET.get("page")),
        "from_case": case,
        "where": reverse("desk:customer", args=[customer.pk]),
        "now": timezone.now(),
        "place": "find",
        **more,
    }


def _refused(request: HttpRequest, customer: Customer, error: str, **more: Any) -> HttpResponse:
    parts = _parts(request, customer, _case(request, customer), error=error, **more)
    return render(request, "customers/customer.html", parts, status=REFUSED)


def _back(request: HttpRequest, customer: Customer) -> HttpResponse:
    """To where the form stood: the case, or the customer's page."""
    case = _case(request, customer)
    if request.POST.get("next") == "case" and case is not None:
        return redirect(case)
    query = f"?case={case.pk}" if case else ""
    return redirect(reverse("desk:customer", args=[customer.pk]) + query)


def _case(request: HttpRequest, customer: Customer) -> Case | None:
    """The case somebody comes from, whose running contact says what may be seen."""
    pk = number(request.POST.get("case") or request.GET.get("case", ""))
    if pk is None:
        return None
    case = case_for(request, pk)
    return case if case.customer_id == customer.pk else None


def _asked(request: HttpRequest) -> int | None:
    return number(request.GET.get("account", ""))


def _harmless(value: str) -> str:
    """A cell that no spreadsheet takes for a formula; figures stay figures."""
    plain = value.replace(".", "", 1).removeprefix("-")
    return f"'{value}" if value[:1] in "=+-@\t\r" and value and not plain.isdigit() else value
