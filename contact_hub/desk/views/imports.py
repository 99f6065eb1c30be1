"""The screens of the import: what runs, what was, what an extract would change, refused rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contact_hub.customers.actions.importing.mending import file_name, refused_rows
from contact_hub.customers.models import Finding, ImportFile, ImportRun
from contact_hub.customers.queries.freshness import freshness
from contact_hub.desk.actions import imports as actions
from contact_hub.desk.views.access import person_of, tending
from contact_hub.desk.views.answers import REFUSED
from contact_hub.desk.views.attachments import disposition
from contact_hub.inbox.errors import Refused
from contact_hub.lib.extracts import MANIFEST

PAGE = 20
LOUDNESS = [Finding.Severity.ERROR, Finding.Severity.WARNING, Finding.Severity.INFO]
SHOWN = 50  # refused rows on the screen; the file has all


@tending
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What runs now, what can be taken, and what was taken before."""
    return render(request, "tend/imports.html", _page(request))


@tending
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Take an extract over, or look at it first: one that was uploaded, or one that lies there."""
    person, files = person_of(request), request.FILES.getlist("files")
    preview, paths = request.POST.get("act") == "preview", []
    try:
        if files:
            paths = actions.keep(files, now=timezone.now())
            is_archive = len(paths) == 1 and paths[0].suffix == ".zip"
            place = paths[0] if is_archive else paths[0].parent
        else:
            place = _offered(request.POST.get("place", ""))
        run = actions.start(place, by=person, preview=preview, uploaded=bool(files))
    except Refused as refusal:
        if paths:
            actions.drop(paths)
        parts = _page(request) | {"error": str(refusal)}
        return render(request, "tend/imports.html", parts, status=REFUSED)
    return redirect("desk:import", run.pk)


@tending
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: how far it is, what came of each file, what it contradicts, what was refused."""
    return render(request, "tend/import.html", _run(pk))


@tending
@require_GET
def rejects(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """The refused rows of a file as CSV, to be mended; who takes them is journalled."""
    file = get_object_or_404(ImportFile.objects.select_related("run"), pk=file_pk, run=pk)
    actions.look_at_rejects(file, by=person_of(request))
    answer = StreamingHttpResponse(_csv(file), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = disposition(file_name(file), inline=False)
    answer["Cache-Control"] = "private, no-store"
    return answer


@tending
@require_POST
def mended(request: HttpRequest, pk: int) -> HttpResponse:
    """Take mended rows over."""
    paths = []
    try:
        paths = actions.keep(request.FILES.getlist("files"), now=timezone.now())
        again = actions.start_mended(paths, by=person_of(request))
    except Refused as refusal:
        if paths:
            actions.drop(paths)
        return _refused(request, pk, refusal)
    return redirect("desk:import", again.pk)


@tending
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take over what was looked at."""
    seen = get_object_or_404(ImportRun, pk=pk, preview=True)
    try:
        taken = actions.start(
            Path(seen.place), by=person_of(request), preview=False, uploaded=seen.uploaded
        )
    except Refused as refusal:
        return _refused(request, pk, refusal)
    return redirect("desk:import", taken.pk)


@tending
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with an import that was cut off."""
    try:
        actions.resume(get_object_or_404(ImportRun, pk=pk), by=person_of(request))
    except Refused as refusal:
        return _refused(request, pk, refusal)
    return redirect("desk:import", pk)


@tending
@require_POST
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import for good."""
    try:
        actions.give_up(get_object_or_404(ImportRun, pk=pk), by=person_of(request))
    except Refused as refusal:
        return _refused(request, pk, refusal)
    return redirect("desk:import", pk)


def _page(request: HttpRequest) -> dict[str, Any]:
    runs = ImportRun.objects.select_related("by", "mends").prefetch_related("files", "findings")
    rows = Paginator(runs, PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    return {
        "cut_off": {one.pk for one in rows if one.is_cut_off(now)},
        "place": "imports",
        "rows": rows,
        "offers": _offers(),
        "configured": bool(settings.IMPORT_DIR),
        "fresh": freshness(now=now),
    }


def _run(pk: int) -> dict[str, Any]:
    found = get_object_or_404(ImportRun.objects.select_related("by", "mends"), pk=pk)
    files = list(found.files.all())
    refused = [file for file in files if file.rejects]
    return {
        "place": "imports",
        "run": found,
        "files": files,
        "refused": [(file, list(file.refused.defer("row")[:SHOWN])) for file in refused],
        "findings": sorted(found.findings.all(), key=lambda one: LOUDNESS.index(one.severity)),
        "cut_off": found.is_cut_off(timezone.now()),
        "shown": SHOWN,
    }


def _refused(request: HttpRequest, pk: int, refusal: Refused) -> HttpResponse:
    parts = _run(pk) | {"error": str(refusal)}
    return render(request, "tend/import.html", parts, status=REFUSED)


def _offers() -> list[str]:
    """The extracts that lie where the billing system leaves them, the newest first."""
    if not settings.IMPORT_DIR:
        return []
    root = Path(settings.IMPORT_DIR)
    found = [root] if (root / MANIFEST).exists() else []
    found += [one for one in root.glob("*") if one.suffix == ".zip" or (one / MANIFEST).exists()]
    found.sort(key=lambda one: one.stat().st_mtime, reverse=True)
    return [str(one.relative_to(root)) for one in found]


def _offered(name: str) -> Path:
    """The extract of that name; nothing else on the machine can be named."""
    if name not in _offers():
        raise Refused(_("Choose an extract, or upload the files of one."))
    return Path(settings.IMPORT_DIR) / name


def _csv(file: ImportFile) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    for row in refused_rows(file):
        yield writer.writerow(row)


class _Echo:
    """Hands each line back to whoever writes it."""

    def write(self, line: str) -> bytes:
        return line.encode("utf-8", "surrogateescape")
