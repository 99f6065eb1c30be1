"""One verb on many rows: the form, then what happened to each row in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from contact_hub.desk.views import bulk_forms as forms
from contact_hub.desk.views.access import person_of, working
from contact_hub.inbox.actions import casework, closing, merging
from contact_hub.inbox.errors import Refused
from contact_hub.inbox.models import Case
from contact_hub.staff.models import Person

MOST = 200  # rows one form may change

Verb = Callable[[Case, Person, dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Bulk:
    """A verb as the bar above the list offers it."""

    key: str
    name: str | Promise
    icon: str
    form: type[forms.BulkForm]
    do: Verb
    done: str | Promise


@dataclass(frozen=True, slots=True)
class Result:
    """What happened to one row."""

    case: Case
    words: str
    refused: bool = False


BULK = {
    bulk.key: bulk
    for bulk in (
        Bulk(
            "assign",
            gettext_lazy("Assign"),
            "person",
            forms.AssignForm,
            lambda case, by, said: casework.assign(case, by=by, to=said["to"]),
            gettext_lazy("assigned"),
        ),
        Bulk(
            "hand-over",
            gettext_lazy("Hand over"),
            "move",
            forms.HandOverForm,
            lambda case, by, said: casework.hand_over(
                case, by=by, queue=said["queue"], note=said["note"]
            ),
            gettext_lazy("handed over"),
        ),
        Bulk(
            "snooze",
            gettext_lazy("Snooze"),
            "snooze",
            forms.SnoozeForm,
            lambda case, by, said: casework.snooze(case, by=by, until=said["until"]),
            gettext_lazy("snoozed"),
        ),
        Bulk(
            "wrap-up",
            gettext_lazy("Wrap up"),
            "check",
            forms.WrapUpForm,
            lambda case, by, said: closing.wrap_up(
                case, by=by, code=said["code"], outcome=said["outcome"], note=said["note"]
            ),
            gettext_lazy("wrapped up"),
        ),
        Bulk(
            "merge",
            gettext_lazy("Merge"),
            "merge",
            forms.MergeForm,
            lambda case, by, said: merging.merge(case, into=said["into"], by=by),
            gettext_lazy("merged"),
        ),
    )
}


@working
@require_http_methods(["GET", "POST"])
def do(request: HttpRequest, verb: str) -> HttpResponse:
    """Ask what the verb needs to know; once told, do it to each row by itself."""
    bulk = BULK.get(verb)
    if bulk is None:
        raise Http404
    person = person_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    cases = _cases(person, asked.getlist("case"))
    form = bulk.form(request.POST or None, cases=cases, person=person)
    parts = {"bulk": bulk, "form": form, "cases": cases, "most": MOST}
    if request.method == "POST" and cases and form.is_valid():
        results = [_do(bulk, case, person, form.cleaned_data) for case in form.meant()]
        return _answer(request, parts | {"results": results})
    return _show(request, parts, status=422 if request.method == "POST" else 200)


def _cases(person: Person, numbers: list[str]) -> list[Case]:
    """The rows that were selected, as far as this person may see them."""
    pks = [int(one) for one in numbers[:MOST] if one.isascii() and one.isdigit() and len(one) < 18]
    visible = Case.objects.visible_to(person).select_related("queue", "owner")
    found = visible.in_bulk(pks)
    return [found[pk] for pk in dict.fromkeys(pks) if pk in found]


def _do(bulk: Bulk, case: Case, person: Person, said: dict[str, Any]) -> Result:
    try:
        bulk.do(case, person, said)
    except Refused as refused:
        return Result(case, str(refused), refused=True)
    return Result(case, str(bulk.done))


def _answer(request: HttpRequest, parts: dict[str, Any]) -> HttpResponse:
    response = _show(request, parts)
    response["HX-Trigger"] = json.dumps({"hub:work": True})
    return response


def _show(request: HttpRequest, parts: dict[str, Any], status: int = 200) -> HttpResponse:
    scripted = request.headers.get("HX-Request") == "true"
    parts["refused"] = sum(result.refused for result in parts.get("results", ()))
    template = "desk/_bulk.html" if scripted else "desk/bulk.html"
    return render(request, template, parts, status=status)


def offered() -> list[tuple[str, str, str]]:
    """The verbs as the bar shows them: key, name, picture."""
    return [(bulk.key, str(bulk.name), bulk.icon) for bulk in BULK.values()]
