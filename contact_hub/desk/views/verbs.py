"""The verbs on a case: GET shows the form, POST does it or says in words why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from contact_hub.customers.models import Customer
from contact_hub.desk import forms as desk_forms
from contact_hub.desk.views.access import View, case_for, person_of, working
from contact_hub.desk.views.answers import REFUSED, changed, go_to, refused, wants_parts
from contact_hub.desk.views.case import head_of
from contact_hub.inbox.actions import casework, closing, identifying, merging
from contact_hub.inbox.errors import NotCandidate, Refused
from contact_hub.inbox.models import Case, Contact
from contact_hub.inbox.queries.context import candidates_of
from contact_hub.staff.models import Person

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: its form, its panel, and what it does."""

    title: Promise
    form: Callable[..., forms.Form]
    panel: str
    act: Callable[[Case, Person, Fields], None]
    said: Promise
    initial: Callable[[Case, Person], Fields] = lambda _case, _person: {}


def view_of(verb: Verb) -> View:
    """Make the view of a verb that has a form."""

    @working
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        case, person = case_for(request, pk), person_of(request)
        if request.method != "POST":
            form = verb.form(case=case, person=person, initial=verb.initial(case, person))
            return _panel(request, case, verb, form)
        form = verb.form(request.POST, case=case, person=person)
        if not form.is_valid():
            return _refused(request, case, verb, form, error=desk_forms.first_error(form))
        try:
            verb.act(case, person, form.cleaned_data)
        except Refused as refusal:
            return _refused(request, case, verb, form, error=str(refusal))
        return changed(request, case, said=str(verb.said))

    return view


def _panel(request: HttpRequest, case: Case, verb: Verb, form: forms.Form) -> HttpResponse:
    template = "desk/_panel.html" if wants_parts(request) else "desk/verb.html"
    return render(request, template, _parts(request, case, verb, form))


def _refused(
    request: HttpRequest, case: Case, verb: Verb, form: forms.Form, *, error: str
) -> HttpResponse:
    """Say why not: in the panel of the verb; a verb without one says it in a toast."""
    if wants_parts(request) and (not verb.panel or "quick" in request.POST):
        return changed(request, case, error=error, status=REFUSED)
    parts = _parts(request, case, verb, form) | {"error": error}
    return refused(request, "desk/_panel.html", "desk/verb.html", parts)


def _parts(request: HttpRequest, case: Case, verb: Verb, form: forms.Form) -> Fields:
    shown = {"verb": verb, "form": form, "person": person_of(request), "action": request.path}
    return {**head_of(request, case), **shown}


def _last_used(case: Case, person: Person) -> Fields:
    """What this person chose last, here or in this queue, so that one key confirms it."""
    wrapped = Contact.objects.filter(wrapped__isnull=False, code__isnull=False)
    here = wrapped.filter(case=case)
    mine = wrapped.filter(agent=person, queue=case.queue_id)
    last = (
        here.select_related("case").order_by("-wrapped").first()
        or mine.select_related("case").order_by("-wrapped").first()
    )
    if last is None:
        return {}
    return {"code": last.code_id, "outcome": last.case.outcome_id}


def _assign(case: Case, by: Person, fields: Fields) -> None:
    casework.assign(case, by=by, to=fields["to"])


def _hand_over(case: Case, by: Person, fields: Fields) -> None:
    casework.hand_over(case, by=by, queue=fields["queue"], note=fields["note"])


def _snooze(case: Case, by: Person, fields: Fields) -> None:
    casework.snooze(case, by=by, until=fields["until"])


def _set_priority(case: Case, by: Person, fields: Fields) -> None:
    casework.set_priority(case, by=by, priority=fields["priority"])


def _wrap_up(case: Case, by: Person, fields: Fields) -> None:
    closing.wrap_up(
        case, by=by, code=fields["code"], outcome=fields["outcome"], note=fields["note"]
    )


def _reopen(case: Case, by: Person, _fields: Fields) -> None:
    closing.reopen(case, by=by)


def _unmerge(case: Case, by: Person, _fields: Fields) -> None:
    merging.unmerge(case, by=by)


def _confirm(case: Case, by: Person, fields: Fields) -> None:
    chosen = next((one for one in candidates_of(case) if one.customer == fields["customer"]), None)
    customer = Customer.objects.filter(pk=fields["customer"]).first() if chosen else None
    if chosen is None or customer is None:
        raise NotCandidate(gettext("This customer is no longer among the candidates."))
    meant = fields.get("account") or chosen.account or 0
    account = customer.accounts.filter(pk=meant).first()
    identifying.confirm(case, by=by, customer=customer, account=account)


def _reject(case: Case, by: Person, fields: Fields) -> None:
    identifying.rule_out(case, by=by, customer=fields["customer"])


def _unsnooze(case: Case, by: Person, _fields: Fields) -> None:
    casework.unsnooze(case, by=by)


ASSIGN = Verb(_("Assign"), desk_forms.AssignForm, "desk/_assign.html", _assign, _("Assigned."))
HAND_OVER = Verb(
    _("Hand over"), desk_forms.HandOverForm, "desk/_hand_over.html", _hand_over, _("Handed over.")
)
SNOOZE = Verb(_("Snooze"), desk_forms.SnoozeForm, "desk/_snooze.html", _snooze, _("Snoozed."))
PRIORITY = Verb(
    _("Priority"),
    desk_forms.PriorityForm,
    "desk/_priority.html",
    _set_priority,
    _("Priority changed."),
)
MERGE = Verb(
    _("Merge"), desk_forms.MergeForm, "desk/_merge.html", lambda *_args: None, _("Merged.")
)
WRAP_UP = Verb(
    _("Wrap up"), desk_forms.WrapUpForm, "desk/_wrapup.html", _wrap_up, _("Wrapped up."), _last_used
)
REOPEN = Verb(_("Reopen"), desk_forms.PlainForm, "", _reopen, _("Reopened."))
WAKE = Verb(_("Bring back"), desk_forms.PlainForm, "", _unsnooze, _("It is back."))
UNMERGE = Verb(_("Un-merge"), desk_forms.PlainForm, "", _unmerge, _("Un-merged."))
CONFIRM = Verb(_("Confirm"), desk_forms.CandidateForm, "", _confirm, _("Confirmed."))
REJECT = Verb(_("Not them"), desk_forms.CandidateForm, "", _reject, _("Ruled out."))

assign = view_of(ASSIGN)
hand_over = view_of(HAND_OVER)
snooze = view_of(SNOOZE)
priority = view_of(PRIORITY)
wrap_up = view_of(WRAP_UP)
reopen = require_POST(view_of(REOPEN))
wake = require_POST(view_of(WAKE))
unmerge = require_POST(view_of(UNMERGE))
confirm = require_POST(view_of(CONFIRM))
reject = require_POST(view_of(REJECT))


@working
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge this case into another one and go there."""
    case, person = case_for(request, pk), person_of(request)
    if request.method != "POST":
        return _panel(request, case, MERGE, desk_forms.MergeForm(case=case, person=person))
    form = desk_forms.MergeForm(request.POST, case=case, person=person)
    if not form.is_valid():
        return _refused(request, case, MERGE, form, error=desk_forms.first_error(form))
    into = form.cleaned_data["into"]
    try:
        merging.merge(case, into=into, by=person)
    except Refused as refusal:
        return _refused(request, case, MERGE, form, error=str(refusal))
    return go_to(into, said=str(MERGE.said)) if wants_parts(request) else redirect(into)
