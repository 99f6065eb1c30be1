"""Who speaks: looking them up, verifying them, and what follows from how sure we are."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from contact_hub.desk.forms import first_error
from contact_hub.desk.views import identity_forms as forms
from contact_hub.desk.views.access import allowed, case_for, person_of, working
from contact_hub.desk.views.answers import REFUSED, changed, wants_parts
from contact_hub.desk.views.case import aside_of
from contact_hub.desk.views.verbs import Fields, Verb, view_of
from contact_hub.inbox.actions import (
    alarms,
    codes,
    contact_points,
    identifying,
    revealing,
    verifying,
)
from contact_hub.inbox.errors import Refused
from contact_hub.inbox.models import Case
from contact_hub.inbox.queries.verification import outcome_words, panel
from contact_hub.staff.models import Person
from contact_hub.staff.rules import TEND, WORK


@working
@require_POST
def who(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for whom the caller's words could mean; the candidates change where they stand."""
    case, person = case_for(request, pk), person_of(request)
    form = forms.WhoForm(request.POST, case=case, person=person)
    if not form.is_valid() or not any(form.cleaned_data.values()):
        error = str(_("Type at least one thing that they said."))
        return changed(request, case, error=error, status=REFUSED)
    identifying.look_up(case, form.told(), by=person)
    if not wants_parts(request):
        return changed(request, case, said=str(_("Looked.")))
    fresh = case_for(request, pk)
    parts = {"case": fresh, **aside_of(request, fresh), "oob": True}
    return render(request, "desk/_context.html", parts)


@login_required
@require_GET
def verification(request: HttpRequest, pk: int) -> HttpResponse:
    """The verify panel, fetched after the page so that the page is quick; or on its own."""
    template = "desk/_verify.html" if request.headers.get("HX-Request") else "desk/verify.html"
    alone = "HX-Request" in request.headers
    return render(request, template, {**_parts(request, case_for(request, pk)), "alone": alone})


@working
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare what the customer said; the answer is yes or no, and the level that it reaches."""
    case, person = case_for(request, pk), person_of(request)
    form = forms.VerifyForm(request.POST, case=case, person=person)
    if not form.is_valid():
        return _changed(request, case, error=first_error(form), status=REFUSED)
    said = form.said()
    try:
        event = verifying.check(
            case,
            by=person,
            said=said,
            prompted=said if form.cleaned_data["prompted"] else (),
            speaker=form.cleaned_data["speaker"],
        )
    except Refused as refusal:
        return _changed(request, case, error=str(refusal), status=REFUSED)
    words = outcome_words(event)
    if event.result == "match":
        return _changed(request, case, said=words)
    return _changed(request, case, error=words)


def _changed(request: HttpRequest, case: Case, **said: Any) -> HttpResponse:
    return changed(request, case, verification=True, **said)


def _parts(request: HttpRequest, case: Case) -> dict[str, Any]:
    person = person_of(request)
    return {"case": case, "verification": panel(case, person), "may_work": person.may(WORK)}


def _send_code(case: Case, by: Person, fields: Fields) -> None:
    codes.send_code(case, by=by, point=fields["point"])


def _called_back(case: Case, by: Person, fields: Fields) -> None:
    verifying.called_back(case, by=by, point=fields["point"])


def _seen(case: Case, by: Person, fields: Fields) -> None:
    verifying.seen_in_person(case, by=by, document=fields["document"])


def _change_point(case: Case, by: Person, fields: Fields) -> None:
    contact_points.change_point(case, by=by, point=fields["point"], value=fields["value"])


def _change_secret(case: Case, by: Person, fields: Fields) -> None:
    contact_points.change_secret(case, by=by, kind=fields["kind"], value=fields["value"])


def _raise_flag(case: Case, by: Person, fields: Fields) -> None:
    alarms.raise_flag(case, by=by, kind=fields["kind"], note=fields["note"])


def _clear_flag(case: Case, by: Person, fields: Fields) -> None:
    alarms.clear_flag(case, by=by, flag=fields["flag"])


def _reveal(case: Case, by: Person, fields: Fields) -> None:
    revealing.reveal(case, by=by, reason=fields["reason"])


SEND_CODE = Verb(_("Send a code"), forms.PointForm, "", _send_code, _("The code is on its way."))
CALLED_BACK = Verb(_("Called back"), forms.PointForm, "", _called_back, _("Noted."))
SEEN = Verb(_("Photo ID seen"), forms.DocumentForm, "", _seen, _("Noted."))
CHANGE_POINT = Verb(
    _("Change how they are reached"),
    forms.ChangePointForm,
    "desk/_change_point.html",
    _change_point,
    _("Changed; notice goes to the old address."),
)
CHANGE_SECRET = Verb(
    _("Set a PIN or password"),
    forms.SecretForm,
    "desk/_fields.html",
    _change_secret,
    _("Set; notice goes to their addresses."),
)
RED_FLAG = Verb(
    _("Raise a red flag"), forms.RedFlagForm, "desk/_fields.html", _raise_flag, _("A lead is told.")
)
CLEAR_FLAG = Verb(_("Clear"), forms.FlagForm, "", _clear_flag, _("Cleared."))
REVEAL = Verb(
    _("Look above the level"),
    forms.ReasonForm,
    "desk/_fields.html",
    _reveal,
    _("Shown to you for some minutes; it is in the journal."),
)

send_code = require_POST(view_of(SEND_CODE))
called_back = require_POST(view_of(CALLED_BACK))
photo_id = require_POST(view_of(SEEN))
change_point = view_of(CHANGE_POINT)
change_secret = view_of(CHANGE_SECRET)
red_flag = view_of(RED_FLAG)
clear_flag = allowed(TEND)(require_POST(view_of(CLEAR_FLAG)))
reveal = allowed(TEND)(view_of(REVEAL))
