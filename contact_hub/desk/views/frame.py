"""What belongs to every page: the next contact, and the palette."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contact_hub.desk.views.access import person_of, working
from contact_hub.inbox.actions import casework
from contact_hub.inbox.models import Case, Queue
from contact_hub.inbox.queries import work


@working
@require_POST
def next_contact(request: HttpRequest) -> HttpResponse:
    """Take the most urgent case that nobody owns, and open it."""
    case = casework.next_contact(by=person_of(request))
    scripted = request.headers.get("HX-Request") == "true"
    if case is None:
        nothing = _("Nothing is waiting in your queues.")
        if scripted:
            return _told({"toast": {"text": nothing}})
        messages.info(request, nothing)
        return redirect("desk:work")
    if not scripted:
        return redirect("desk:case", case.pk)
    response = _told({"hub:work": True})
    response["HX-Location"] = json.dumps(
        {"path": reverse("desk:case", args=[case.pk]), "target": "#case", "swap": "outerHTML"}
    )
    return response


@login_required
@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """Where one can go: views, queues, places, and a case by its number."""
    person = person_of(request)
    sought = request.GET.get("find", "").strip()
    parts = {
        "sought": sought,
        "views": [*work.VIEWS, *map(work.queue_view, Queue.objects.visible_to(person))],
        "cases": _cases(request, sought),
    }
    return render(request, "desk/_palette_found.html", parts)


def _cases(request: HttpRequest, sought: str) -> list[Case]:
    """The case of that number."""
    number = sought.removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return []
    return list(work.shown(Case.objects.visible_to(person_of(request))).filter(pk=int(number)))


def _told(events: dict[str, object]) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})
