"""How a verb answers: the changed parts for a screen that asked for parts, else the page again."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from contact_hub.desk.views.access import case_for, person_of
from contact_hub.desk.views.case import everything
from contact_hub.inbox.models import Case
from contact_hub.inbox.queries.verification import panel

REFUSED = 409


def wants_parts(request: HttpRequest) -> bool:
    """Whether a script asked, which swaps parts, and not a plain form."""
    return request.headers.get("HX-Request") == "true"


def changed(
    request: HttpRequest,
    case: Case,
    *,
    said: str = "",
    undo: str = "",
    seconds: float = 0,
    error: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Answer a verb: all parts of the case that may look different now.

    said     one sentence for the person, when it was done
    error    one sentence when it was refused; then `status` says so too
    undo     where a verb that can be taken back is taken back, for so many `seconds`
    more     with `compose` the composer is drawn anew as well, for that `mode`; with
             `verification` who speaks
    """
    try:
        fresh = case_for(request, case.pk)
    except Http404:
        return _left(request, case, said=said)
    if wants_parts(request):
        compose = more.pop("compose", False) or fresh.state != case.state
        verification = more.pop("verification", False) or _is_about(fresh) != _is_about(case)
        parts = {**everything(request, fresh, **more), "compose": compose}
        if verification:
            parts["verification"] = panel(fresh, person_of(request))
            parts["verify_again"] = True
        response = render(request, "desk/_changed.html", parts, status=status)
        past = "verify_again" in parts
        response["HX-Trigger"] = told(said=said, undo=undo, seconds=seconds, error=error, past=past)
        return response
    if error:
        parts = {**everything(request, fresh), "error": error}
        return render(request, "desk/case.html", parts, status=status)
    messages.success(request, said)
    return redirect(_next(request) or case)


def _is_about(case: Case) -> tuple[int | None, int | None]:
    return case.customer_id, case.account_id


def told(
    *, said: str = "", undo: str = "", seconds: float = 0, error: str = "", past: bool = False
) -> str:
    """What the page's scripts are to hear: the words of a toast, and that the list may differ.

    past  what else we have with the customer is another now, or shown otherwise
    """
    events: dict[str, Any] = {"hub:work": True} | ({"hub:past": True} if past else {})
    if said or error:
        toast = {"text": error or said, "kind": "error" if error else ""}
        undoing = {"undo": undo, "seconds": seconds} if undo and seconds > 0 else {}
        events["toast"] = toast | undoing
    return json.dumps(events)


def go_to(case: Case, *, said: str) -> HttpResponse:
    """Send a script's screen to another case."""
    place = {"path": case.get_absolute_url(), "target": "#case", "swap": "outerHTML"}
    return HttpResponse(headers={"HX-Location": json.dumps(place), "HX-Trigger": told(said=said)})


def refused(request: HttpRequest, template: str, page: str, parts: dict[str, Any]) -> HttpResponse:
    """Answer a verb that was refused: the form again, with the reason in words."""
    parts = {**parts, "oob": True}
    return render(request, template if wants_parts(request) else page, parts, status=REFUSED)


def _next(request: HttpRequest) -> str:
    """Where a plain form wants to go back to, when that is one of our own pages."""
    wanted = request.POST.get("next", "")
    return wanted if wanted in {reverse("desk:undelivered"), reverse("desk:mentions")} else ""


def _left(request: HttpRequest, case: Case, *, said: str) -> HttpResponse:
    """The case went where this person does not see it: say so on the work list."""
    gone = _("Case #%(case)s is with another team now.") % {"case": case.pk}
    messages.success(request, f"{said} {gone}".strip())
    if wants_parts(request):
        return HttpResponse(headers={"HX-Redirect": reverse("desk:work")})
    return redirect("desk:work")
