"""The composer: drafts as one types, replies and notes, their files, canned replies, names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contact_hub.customers.queries import refusals
from contact_hub.desk.forms import ComposerForm, NoteForm, ReplyForm, ResendForm, first_error
from contact_hub.desk.views.access import case_for, person_of, working
from contact_hub.desk.views.answers import REFUSED, changed, refused
from contact_hub.desk.views.case import MODES, everything
from contact_hub.inbox.actions import canned as canned_actions
from contact_hub.inbox.actions import drafts, notes, replying
from contact_hub.inbox.errors import Refused, StaleDraft
from contact_hub.inbox.models import CannedReply, Case, Draft, Message
from contact_hub.inbox.queries.case import colleagues, messages_for
from contact_hub.inbox.queries.composing import Composer, composer, plain_addresses
from contact_hub.inbox.queries.reasons import explained

LANGUAGES = frozenset({"en", "es"})
OFFERED = 20.0  # seconds for which a draft that was thrown away is offered back


@working
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an answer, or say why not and keep every word of it."""
    case = case_for(request, pk)
    form = ReplyForm(request.POST, case=case)
    if not form.is_valid():
        return _again(request, case, mode="email", error=first_error(form))
    fields = form.cleaned_data
    try:
        message = replying.reply(
            case,
            by=person_of(request),
            body=fields["body"],
            to=fields["to"],
            cc=fields["cc"],
            subject=fields["subject"],
            mailbox=fields["mailbox"],
            wait=fields["wait"],
            draft_version=fields["version"],
        )
    except StaleDraft as stale:
        return _again(request, case, mode="email", error=str(stale), stale=True)
    except Refused as refusal:
        return _again(request, case, mode="email", error=str(refusal))
    said = _("On its way. The customer is waited for.") if fields["wait"] else _("On its way.")
    undo_at = reverse("desk:undo", args=[message.pk])
    left = _seconds_left(message)
    return changed(request, case, said=said, undo=undo_at, seconds=left, compose=True, mode="email")


@working
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a note for colleagues."""
    case = case_for(request, pk)
    form = NoteForm(request.POST, case=case)
    if not form.is_valid():
        return _again(request, case, mode="note", error=first_error(form))
    fields = form.cleaned_data
    try:
        notes.note(
            case, by=person_of(request), body=fields["body"], draft_version=fields["version"]
        )
    except StaleDraft as stale:
        return _again(request, case, mode="note", error=str(stale), stale=True)
    except Refused as refusal:
        return _again(request, case, mode="note", error=str(refusal))
    return changed(request, case, said=_("Note kept."), compose=True, mode="note")


@working
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is being typed; a version that is not the newest is told the newer one."""
    case = case_for(request, pk)
    form = ComposerForm(request.POST, case=case)
    if not form.is_valid():
        return _unkept(request, case, error=first_error(form))
    fields = form.cleaned_data
    words = {name: fields[name] for name in ("mode", "version", "body", "to", "cc", "subject")}
    try:
        draft = drafts.keep(case, by=person_of(request), mailbox=fields["mailbox"], **words)
    except StaleDraft as stale:
        return _conflict(request, case, mode=fields["mode"], error=str(stale))
    except Refused as refusal:
        return _unkept(request, case, error=str(refusal))
    if not _asks_json(request):
        return redirect(f"{case.get_absolute_url()}?mode={fields['mode']}")
    found = refusals(plain_addresses(fields["to"], fields["cc"]))
    warned = {address: explained(reason) for address, reason in found.items()}
    at = formats.time_format(timezone.localtime(draft.updated_at), "TIME_FORMAT")
    return JsonResponse({"version": draft.version, "refused": warned, "at": at})


@working
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away; for a while it is offered back."""
    case = case_for(request, pk)
    mode = request.POST.get("mode", "")
    draft = drafts.drop(case, by=person_of(request), mode=mode) if mode in MODES else None
    back = reverse("desk:bring-back", args=[case.pk, draft.pk]) if draft else ""
    said = _("Draft thrown away.")
    return changed(request, case, said=said, undo=back, seconds=OFFERED, compose=True, mode=mode)


@working
@require_POST
def bring_back(request: HttpRequest, pk: int, draft_pk: int) -> HttpResponse:
    """Keep a draft again that was thrown away."""
    case, person = case_for(request, pk), person_of(request)
    draft = get_object_or_404(Draft.every.filter(case=case, person=person), pk=draft_pk)
    try:
        drafts.bring_back(draft, by=person)
    except Refused as refusal:
        return changed(request, case, error=str(refusal), status=REFUSED)
    said = _("The draft is back.")
    return changed(request, case, said=said, compose=True, mode=draft.mode)


@login_required
@require_GET
def compose(request: HttpRequest, pk: int) -> HttpResponse:
    """The composer alone, in the mode asked for."""
    case, person = case_for(request, pk), person_of(request)
    mode = request.GET.get("mode", "")
    shown = composer(case, person, mode=mode if mode in MODES else "")
    return render(request, "desk/_composer.html", {"case": case, "composer": shown})


@login_required
@require_GET
def canned(request: HttpRequest, pk: int) -> HttpResponse:
    """The canned replies that fit this case, for the picker."""
    case, person = case_for(request, pk), person_of(request)
    fitting = CannedReply.objects.visible_to(person).prefetch_related("queues")
    replies = [one for one in fitting if _fits(one, case)]
    replies.sort(key=lambda one: (-one.used, one.title.casefold()))
    return render(request, "desk/_canned.html", {"case": case, "replies": replies})


@working
@require_POST
def use_canned(request: HttpRequest, pk: int, canned_pk: int) -> HttpResponse:
    """One canned reply with its variables filled for this case."""
    case, person = case_for(request, pk), person_of(request)
    chosen = get_object_or_404(CannedReply.objects.visible_to(person), pk=canned_pk)
    wanted = request.POST.get("language", "")
    language = wanted if wanted in LANGUAGES else "en"
    filled = canned_actions.use(chosen, case=case, by=person, language=language)
    return JsonResponse({"text": filled.text, "missing": list(filled.missing)})


@login_required
@require_GET
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom a note in this case can mention."""
    case, person = case_for(request, pk), person_of(request)
    people = [
        {"name": str(one), "short": one.get_short_name(), "initials": one.initials}
        for one in colleagues(case)
        if one.pk != person.pk
    ]
    return JsonResponse({"people": people})


@working
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a message back before it leaves."""
    message = _message(request, pk)
    was_closed = message.case.state == Case.State.CLOSED
    try:
        replying.undo(message, by=person_of(request))
    except Refused as refusal:
        return changed(request, message.case, error=str(refusal), status=REFUSED)
    said = _("Taken back. The text is a draft again.")
    if was_closed and not case_for(request, message.case_id).is_finished:
        said = _("Taken back. The text is a draft again, and the case is open again.")
    return changed(request, message.case, said=said, compose=True, mode="email")


@working
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an undelivered message again."""
    message = _message(request, pk)
    form = ResendForm(request.POST)
    try:
        to = form.cleaned_data["to"] if form.is_valid() else []
        replying.resend(message, by=person_of(request), to=to)
    except Refused as refusal:
        return changed(request, message.case, error=str(refusal), status=REFUSED)
    return changed(request, message.case, said=_("Sent again."))


@working
@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an undelivered message off the tray."""
    message = _message(request, pk)
    replying.dismiss(message, by=person_of(request))
    return changed(request, message.case, said=_("Off the tray."))


def _seconds_left(message: Message) -> float:
    """How long a message can still be taken back."""
    wait = message.send_at - timezone.now() if message.send_at else timedelta()
    return wait.total_seconds()


def _message(request: HttpRequest, pk: int) -> Message:
    messages = messages_for(person_of(request)).select_related("case", "case__queue")
    return get_object_or_404(messages, pk=pk, direction=Message.Direction.OUT)


def _fits(canned_reply: CannedReply, case: Case) -> bool:
    queues = [queue.pk for queue in canned_reply.queues.all()]
    return not queues or case.queue_id in queues


def _typed(request: HttpRequest, case: Case, *, mode: str) -> Composer:
    """The composer with what was typed in it, so that a refusal loses nothing."""
    shown = composer(case, person_of(request), mode=mode)
    typed = request.POST
    if typed.get("case") == str(case.pk):
        shown.to, shown.cc = typed.get("to", shown.to), typed.get("cc", shown.cc)
        shown.subject, shown.body = typed.get("subject", shown.subject), typed.get("body", "")
        shown.refused = refusals(plain_addresses(shown.to, shown.cc))
        if typed.get("version", "").isdigit():
            shown.version = int(typed["version"])
    return shown


def _again(
    request: HttpRequest, case: Case, *, mode: str, error: str, stale: bool = False
) -> HttpResponse:
    shown = _typed(request, case, mode=mode)
    more: dict[str, Any] = {"composer": shown, "composer_error": error, "stale": stale}
    if stale:
        mine = Draft.objects.filter(case=case, person=person_of(request), mode=mode)
        more["newer"] = mine.first()
    parts = everything(request, case, **more)
    return refused(request, "desk/_composer.html", "desk/case.html", parts)


def _conflict(request: HttpRequest, case: Case, *, mode: str, error: str) -> HttpResponse:
    if not _asks_json(request):
        return _again(request, case, mode=mode, error=error, stale=True)
    newer = Draft.objects.filter(case=case, person=person_of(request), mode=mode).first()
    return render(request, "desk/_conflict.html", {"case": case, "newer": newer}, status=REFUSED)


def _unkept(request: HttpRequest, case: Case, *, error: str) -> HttpResponse:
    if _asks_json(request):
        return JsonResponse({"error": error}, status=REFUSED)
    mode = request.POST.get("mode", "")
    return _again(request, case, mode=mode if mode in MODES else "email", error=error)


def _asks_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
