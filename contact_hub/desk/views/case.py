"""The case page and the parts of it that open screens fetch again when something changed."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from contact_hub.customers.queries.panel import lines_closed_to
from contact_hub.customers.queries.warnings import Warning, warnings_of
from contact_hub.desk.views.access import case_for, person_of, working
from contact_hub.inbox.actions import notes
from contact_hub.inbox.actions import presence as presence_actions
from contact_hub.inbox.models import Case, Draft, Viewing
from contact_hub.inbox.queries import case as cases
from contact_hub.inbox.queries.composing import composer
from contact_hub.inbox.queries.context import identity
from contact_hub.inbox.queries.sight import Sight, sight
from contact_hub.staff.models import Person
from contact_hub.staff.rules import CUSTOMERS, TEND, WORK

MODES = frozenset(Draft.Mode.values)


@login_required
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole case: head, timeline, composer, context."""
    case = case_for(request, pk)
    template = "desk/_case.html" if request.headers.get("HX-Target") == "case" else "desk/case.html"
    response = render(request, template, everything(request, case, level_later=True))
    response["Vary"] = "HX-Request, HX-Target, Cookie"
    return response


@login_required
@require_GET
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """Only the head, for screens that have the case open."""
    case = case_for(request, pk)
    parts = {**head_of(request, case), **others_of(request, case)}
    return render(request, "desk/_head.html", parts)


@login_required
@require_GET
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Only the timeline; with `before`, the page of it that lies before that message."""
    case = case_for(request, pk)
    before = number(request.GET.get("before", ""))
    found = cases.timeline(case, before=before, since=number(request.GET.get("from", "")))
    parts = {"case": case, "timeline": found, "now": timezone.now()}
    template = "desk/_older.html" if before else "desk/_timeline.html"
    return render(request, template, parts | {"may_work": person_of(request).may(WORK)})


@login_required
@require_GET
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Only who the case is about."""
    case = case_for(request, pk)
    return render(request, "desk/_context.html", {"case": case, **aside_of(request, case)})


@working
@require_POST
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Hear that somebody has the case open; answer who else has.

    Whoever looks at a case has seen the notes in it that name them.
    """
    case, person, now = case_for(request, pk), person_of(request), timezone.now()
    state = request.POST.get("state", "")
    if state in Viewing.State.values:
        others = presence_actions.here(case, by=person, state=state, now=now)
    else:
        presence_actions.gone(case, by=person)
        others = []
    response = render(request, "desk/_presence.html", {"case": case, "others": others})
    looks = state in (Viewing.State.VIEWING, Viewing.State.EDITING)
    if looks and notes.seen(case, by=person, now=now):
        response["HX-Trigger"] = json.dumps({"hub:work": True})
    return response


def everything(request: HttpRequest, case: Case, *, mode: str = "", **more: Any) -> dict[str, Any]:
    """What the whole page needs; `more` overrides, for a form that was refused.

    mode  what the composer is for: "email", "note"; "": what was asked for, or written in last
    """
    person = person_of(request)
    shown_from = request.POST.get("from") or request.GET.get("from", "")
    found = cases.timeline(
        case, before=number(request.GET.get("before", "")), since=number(shown_from)
    )
    parts: dict[str, Any] = {
        **head_of(request, case),
        **others_of(request, case),
        **aside_of(request, case),
        "timeline": found,
    }
    if person.may(WORK) and not case.is_finished and "composer" not in more:
        wanted = mode or request.GET.get("mode", "")
        known = wanted if wanted in MODES else ""
        parts["composer"] = composer(case, person, mode=known)
    return parts | more


def number(text: str) -> int | None:
    """A message's number as an address carries it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def head_of(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What the head needs."""
    may_work = person_of(request).may(WORK)
    return {"case": case, "now": timezone.now(), "due": cases.due(case), "may_work": may_work}


def others_of(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Who else has the case open."""
    others = presence_actions.others(case, by=person_of(request), now=timezone.now())
    writing = next((one for one in others if one.state == Viewing.State.EDITING), None)
    words = _("%(name)s is writing an answer") % {"name": writing.person} if writing else ""
    return {"others": others, "writing": words}


def aside_of(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What the context column needs at once."""
    person = person_of(request)
    seen = SimpleLazyObject(lambda: sight(person, case=case) if case.customer_id else Sight())
    return {
        "identity": identity(case),
        "sight": seen,
        "warnings": SimpleLazyObject(lambda: _warnings(case, person)),
        "may_work": person.may(WORK),
    }


def _warnings(case: Case, person: Person) -> list[Warning]:
    """What must be known first about whom the case is about, as far as it is this person's."""
    if case.customer is None or not person.may(CUSTOMERS):
        return []
    account = case.account
    if account is not None and account.line in lines_closed_to(person):
        account = None
    today = timezone.localdate()
    return warnings_of(case.customer, account, on=today, lead=person.may(TEND))
