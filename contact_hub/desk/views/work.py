"""The work list: a view of it, more of it, or what a search found."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from contact_hub.desk.views.access import person_of
from contact_hub.desk.views.bulk import offered
from contact_hub.inbox.models import Case, Queue
from contact_hub.inbox.queries import work
from contact_hub.inbox.queries.search import find
from contact_hub.inbox.rules.search import parse
from contact_hub.staff.models import Person
from contact_hub.staff.rules import WORK

REMEMBERED = "desk_view"  # the cookie that keeps which view a person looked at
TARGETS = {"list": "desk/_work.html", "rows": "desk/_rows.html"}


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The whole desk; only the list or its next rows for a script that asks for those."""
    person = person_of(request)
    wanted = request.headers.get("HX-Target", "") if request.headers.get("HX-Request") else ""
    sought = request.GET.get("q", "").strip()
    parts = _found(request, person, sought) if sought else _listed(request, person)
    template = TARGETS.get(wanted, "desk/desk.html")
    alone = wanted == "list" and "/desk/cases/" not in request.headers.get("HX-Current-URL", "")
    more = {"may_work": person.may(WORK), "bulk": offered(), "place": "desk", "titled": alone}
    response = render(request, template, parts | more)
    if not sought:
        view = parts["work"].key
        secure = request.is_secure()
        response.set_cookie(
            REMEMBERED, view, samesite="Lax", httponly=True, secure=secure, path="/desk/"
        )
    if alone:
        response["HX-Replace-Url"] = request.get_full_path()
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response


def _listed(request: HttpRequest, person: Person) -> dict[str, Any]:
    """One view: its rows, and all views with their counts; seven statements at most."""
    now = timezone.now()
    scope = Case.objects.visible_to(person)
    queues = list(Queue.objects.visible_to(person))
    views = [*work.VIEWS, *map(work.queue_view, queues)]
    asked = request.GET.get("view") or request.COOKIES.get(REMEMBERED, "")
    view = work.view_named(asked, queues) or work.VIEWS[0]
    order = request.GET.get("order", "")
    order = order if order in {"due", "newest"} and view.order in {"due", "newest"} else view.order
    after = request.GET.get("after", "")
    found = work.page(
        view.of(scope, person), order=order, after=after, size=_size(request.GET.get("rows"))
    )
    return {
        "work": view,
        "order": order,
        "rows": work.with_people(found.rows, person=person, now=now) if found.rows else [],
        "more": found.more,
        "views": views,
        "counts": {} if after else work.counts(views, scope, person),
        "topics": " ".join([*(f"queue.{queue.pk}" for queue in queues), f"person.{person.pk}"]),
        "open": _number(request.GET.get("open", "")),
        "now": now,
    }


def _found(request: HttpRequest, person: Person, sought: str) -> dict[str, Any]:
    """What a search found; the counts of the views are left out to stay within six statements."""
    now = timezone.now()
    found = find(parse(sought), person=person, now=now, after=request.GET.get("after", ""))
    return {
        "q": sought,
        "found": found,
        "rows": found.rows,
        "more": found.more,
        "views": work.VIEWS,
        "counts": {},
        "open": _number(request.GET.get("open", "")),
        "now": now,
        "back": reverse("desk:work"),
    }


def _size(asked: str | None) -> int:
    return min(max(_number(asked or ""), work.PAGE), work.MOST)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
