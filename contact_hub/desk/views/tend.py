"""Screens for what went wrong: returned answers, mentions, the quarantine, dead jobs, health."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contact_hub.desk.actions import tending as tending_actions
from contact_hub.desk.forms import DiscardForm, first_error
from contact_hub.desk.views.access import case_for, person_of, tending, working
from contact_hub.desk.views.answers import REFUSED, wants_parts
from contact_hub.desk.views.attachments import LOCKED, disposition
from contact_hub.inbox.actions import intake, notes
from contact_hub.inbox.errors import Refused
from contact_hub.inbox.models import Envelope
from contact_hub.inbox.queries import tending as queries
from contact_hub.inbox.queries.reasons import explained
from contact_hub.jobs.models import Job
from contact_hub.staff.rules import TEND, WORK

PAGE = 50
RAW_SHOWN = 200_000  # bytes of a raw mail on the screen; the download has all


@login_required
@require_GET
def undelivered(request: HttpRequest) -> HttpResponse:
    """Answers that did not arrive: one's own, for leads those of their queues."""
    person = person_of(request)
    leads = person.may(TEND)
    parts = {
        "rows": _page(request, queries.undelivered(person)),
        "place": "undelivered",
        "all": leads,
        "others": 0 if leads else queries.undelivered_of_others(person),
        "may_work": person.may(WORK),
    }
    return render(request, "tend/undelivered.html", parts)


@login_required
@require_GET
def mentions(request: HttpRequest) -> HttpResponse:
    """Notes in which colleagues named this person."""
    rows = _page(request, queries.mentions(person_of(request)))
    return render(request, "tend/mentions.html", {"rows": rows, "place": "mentions"})


@working
@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the mentions of oneself in a case as seen."""
    notes.seen(case_for(request, pk), by=person_of(request))
    return redirect("desk:mentions")


@tending
@require_GET
def quarantine(request: HttpRequest) -> HttpResponse:
    """Mail that could not be filed."""
    return render(request, "tend/quarantine.html", _quarantine(request))


@tending
@require_GET
def raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The raw bytes of one mail in quarantine; every look is journalled."""
    envelope = _set_aside(request, pk)
    content = tending_actions.open_raw(envelope, by=person_of(request))
    shown = content[:RAW_SHOWN].decode("utf-8", "backslashreplace")
    parts = {"envelope": envelope, "raw": shown, "cut": len(content) > RAW_SHOWN}
    return render(request, "tend/raw.html", parts | {"place": "quarantine"})


@tending
@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The raw bytes as a file; journalled too."""
    envelope = _set_aside(request, pk)
    content = tending_actions.open_raw(
        envelope, by=person_of(request), verb=tending_actions.DOWNLOADED
    )
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = disposition(f"envelope-{envelope.pk}.eml", inline=False)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = LOCKED.format(images="'none'")
    response["Cache-Control"] = "private, no-store"
    return response


@tending
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a quarantined mail again."""
    envelope = _known(request, pk)
    try:
        message = intake.release(envelope, by=person_of(request))
    except Refused as refusal:
        return _tended(request, _quarantine(request), "quarantine", error=str(refusal))
    if message is None:
        envelope.refresh_from_db()
        said = _("Tried again, and it failed again: %(why)s") % {
            "why": explained(envelope.error) or "?"
        }
        return _tended(request, _quarantine(request), "quarantine", error=said)
    said = _("Filed in case #%(case)s.") % {"case": message.case_id}
    return _tended(request, _quarantine(request), "quarantine", said=said)


@tending
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a quarantined mail up, with the reason."""
    envelope = _known(request, pk)
    form = DiscardForm(request.POST)
    error = "" if form.is_valid() else first_error(form)
    if not error:
        try:
            intake.discard(envelope, by=person_of(request), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            error = str(refusal)
    said = "" if error else _("Discarded.")
    return _tended(request, _quarantine(request), "quarantine", error=error, said=said)


@tending
@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """Dead jobs, unknown outcomes, and whether the clockwork runs."""
    return render(request, "tend/jobs.html", _jobs(request))


@tending
@require_POST
def retry_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a stuck job run again."""
    return _decide(request, pk, tending_actions.retry, said=_("It will run again in a moment."))


@tending
@require_POST
def discard_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a stuck job up."""
    return _decide(request, pk, tending_actions.discard, said=_("Given up."))


def _known(request: HttpRequest, pk: int) -> Envelope:
    """One mail to the queues of whoever asks."""
    return get_object_or_404(Envelope.objects.visible_to(person_of(request)), pk=pk)


def _set_aside(request: HttpRequest, pk: int) -> Envelope:
    """One mail in quarantine; one that was filed is read in its case, by who may see that."""
    return get_object_or_404(queries.quarantine(person_of(request)), pk=pk)


def _decide(request: HttpRequest, pk: int, verb: Callable[..., None], *, said: str) -> HttpResponse:
    try:
        verb(get_object_or_404(Job, pk=pk), by=person_of(request))
    except Refused as refusal:
        return _tended(request, _jobs(request), "jobs", error=str(refusal))
    return _tended(request, _jobs(request), "jobs", said=said)


def _quarantine(request: HttpRequest) -> dict[str, Any]:
    return {"rows": _page(request, queries.quarantine(person_of(request))), "place": "quarantine"}


def _jobs(request: HttpRequest) -> dict[str, Any]:
    now, person = timezone.now(), person_of(request)
    rows = _page(request, queries.stuck_jobs())
    carried = queries.messages_of(rows, person)
    for job in rows:
        job.carries = carried.get(job.pk)
        job.secret = queries.is_secret(job, job.carries, person)
    health = queries.health(now, person=person)
    return {"rows": rows, "health": health, "now": now, "place": "jobs"}


def _page(request: HttpRequest, rows: QuerySet[Any]) -> Any:
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def _tended(
    request: HttpRequest, parts: dict[str, Any], name: str, *, error: str = "", said: str = ""
) -> HttpResponse:
    """The list again, with what was done or why not."""
    template = f"tend/_{name}.html" if wants_parts(request) else f"tend/{name}.html"
    status = REFUSED if error else 200
    return render(request, template, parts | {"error": error, "said": said}, status=status)
