"""Files and HTML from outside, handed out so that a browser can do no harm with them."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contact_hub.desk.forms import ComposerForm
from contact_hub.desk.rules.framing import LINKS_OPEN, PICTURES, SHOWN_INLINE, framed
from contact_hub.desk.views.access import case_for, person_of, working
from contact_hub.desk.views.answers import REFUSED, wants_parts
from contact_hub.desk.views.case import MODES
from contact_hub.inbox import vault
from contact_hub.inbox.actions import drafts
from contact_hub.inbox.errors import Refused
from contact_hub.inbox.models import Attachment, Case, Draft, Message
from contact_hub.inbox.queries.case import attachments_for, drafts_of, messages_for

NOTHING = "default-src 'none'; img-src {images}; style-src 'none'; frame-ancestors 'self'"
LOCKED = f"sandbox; {NOTHING}"
FRAME_POLICY = f"sandbox {LINKS_OPEN}; {NOTHING}"
FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'self'"
PICTURE_BYTES = 4 * 1024 * 1024  # of all pictures put inside one frame


@login_required
@require_GET
def attachment(request: HttpRequest, pk: int, name: str) -> HttpResponse:  # noqa: ARG001  # for people only
    """One file: to be saved, or with ?inline=1 shown when it is a picture or a PDF."""
    found = get_object_or_404(attachments_for(person_of(request)), pk=pk)
    if not found.sha256:
        return HttpResponse(_("This file was not kept."), status=410, content_type="text/plain")
    inline = request.GET.get("inline") == "1" and found.content_type in SHOWN_INLINE
    content_type = found.content_type if inline else "application/octet-stream"
    response = HttpResponse(vault.blobs().get(found.sha256), content_type=content_type)
    response["Content-Disposition"] = disposition(found.name, inline=inline)
    response["Content-Security-Policy"] = FILE_POLICY
    return _kept_apart(response)


@login_required
@require_GET
def html(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of one message for its frame; remote images only with ?images=1."""
    message = _message(request, pk)
    remote = request.GET.get("images") == "1"
    response = HttpResponse(framed(message.html, _pictures(message), remote=remote))
    images = "data: https: http:" if remote else "data:"
    response["Content-Security-Policy"] = FRAME_POLICY.format(images=images)
    return _kept_apart(response)


@login_required
@require_GET
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole text of a long message, with what it quotes."""
    message = _message(request, pk)
    whole = f"{message.text}\n\n{message.quoted}".rstrip() + "\n"
    response = HttpResponse(whole, content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = LOCKED.format(images="'none'")
    return _kept_apart(response)


@working
@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Put files beside the draft; a refused one is named, the others stay."""
    case, person = case_for(request, pk), person_of(request)
    errors = []
    try:
        draft = _draft(request, case)
    except Refused as refusal:
        return _files(request, case, mode=_mode(request), errors=[str(refusal)])
    for upload in request.FILES.getlist("file"):
        try:
            drafts.attach(
                draft,
                by=person,
                name=upload.name or "",
                content_type=upload.content_type or "",
                content=upload.read(),
            )
        except Refused as refusal:
            errors.append(f"{upload.name}: {refusal}")
    return _files(request, case, mode=draft.mode, errors=errors)


@working
@require_POST
def detach(request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
    """Take a file off the draft again."""
    case, person = case_for(request, pk), person_of(request)
    mine = Attachment.objects.filter(draft__case=case, draft__person=person)
    file = get_object_or_404(mine.select_related("draft"), pk=attachment_pk)
    mode = file.draft.mode if file.draft else "email"
    drafts.detach(file, by=person)
    return _files(request, case, mode=mode, errors=[])


def disposition(name: str, *, inline: bool) -> str:
    """A Content-Disposition that no file name can break out of."""
    plain = re.sub(r"[\x00-\x1f\x7f/\\]", "_", name).strip(". ") or "file"
    fallback = re.sub(r"[^A-Za-z0-9._ -]", "_", plain)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{fallback}\"; filename*=UTF-8''{quote(plain, safe='')}"


def _message(request: HttpRequest, pk: int) -> Message:
    return get_object_or_404(messages_for(person_of(request)), pk=pk)


def _pictures(message: Message) -> dict[str, tuple[str, bytes]]:
    """The pictures that came with the message, as far as they are small enough for a page."""
    left = PICTURE_BYTES
    found = {}
    for file in message.attachments.filter(content_type__in=PICTURES).exclude(content_id=""):
        if file.sha256 and file.size <= left:
            left -= file.size
            key = file.content_id.strip("<>")
            found[key] = (file.content_type, vault.blobs().get(file.sha256))
    return found


def _kept_apart(response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _mode(request: HttpRequest) -> str:
    mode = request.POST.get("mode", "")
    return mode if mode in MODES else str(Draft.Mode.EMAIL)


def _draft(request: HttpRequest, case: Case) -> Draft:
    """The draft the files go to; a plain form brings the words along, and they are kept too."""
    person, mode = person_of(request), _mode(request)
    form = ComposerForm(request.POST, case=case)
    if "body" in request.POST and form.is_valid():
        fields = form.cleaned_data
        words = {name: fields[name] for name in ("version", "body", "to", "cc", "subject")}
        return drafts.keep(case, by=person, mode=mode, mailbox=fields["mailbox"], **words)
    draft = drafts_of(case, person).get(mode)
    return draft or drafts.keep(case, by=person, mode=mode, version=0, body="", to=case.who_address)


def _files(request: HttpRequest, case: Case, *, mode: str, errors: list[str]) -> HttpResponse:
    if not wants_parts(request):
        for error in errors:
            messages.error(request, error)
        return redirect(f"{case.get_absolute_url()}?mode={mode}")
    draft = drafts_of(case, person_of(request)).get(mode)
    parts = {
        "case": case,
        "files": list(draft.attachments.all()) if draft else [],
        "version": draft.version if draft else 0,
        "errors": errors,
        "mode": mode,
        "oob": True,
    }
    return render(request, "desk/_files.html", parts, status=REFUSED if errors else 200)
