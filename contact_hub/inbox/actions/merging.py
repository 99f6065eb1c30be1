"""Joining two cases that are one matter, and taking them apart again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.inbox.actions.guard import hold_unfinished
from contact_hub.inbox.errors import CannotMerge, NotAllowed
from contact_hub.inbox.models import Case, Outcome
from contact_hub.inbox.queries.case import last_said
from contact_hub.inbox.rules.wording import words
from contact_hub.journal.actions import record
from contact_hub.journal.models import Entry
from contact_hub.staff.models import Person
from contact_hub.staff.rules import WORK

ENDING = ("state", "outcome", "closed_at", "due_at", "snoozed_until")
CLOCKWORK = ("state", "due_at", "snoozed_until", "last_inbound", "last_at")  # a merge changes these


@transaction.atomic
def merge(case: Case, *, into: Case, by: Person, now: datetime | None = None) -> Case:
    """Let `into` stand for `case` from now on; nothing moves, so it can be undone exactly.

    Mail to the source goes to the target, and what waits for us in the source now waits there.
    Raises CannotMerge for a case into itself, or into one that is closed or was merged itself.
    """
    now = now or timezone.now()
    if case.pk == into.pk:
        raise CannotMerge(_("A case cannot be merged into itself."))
    source, target = _both(case, into, by=by)
    if source.merged_into_id == target.pk:
        return source
    source = hold_unfinished(source, by=by)
    if target.state == Case.State.MERGED:
        raise CannotMerge(
            _("#%(case)s was merged itself, into #%(target)s.")
            % {"case": target.pk, "target": target.merged_into_id}
        )
    if target.state == Case.State.CLOSED:
        raise CannotMerge(_("#%(case)s is closed: reopen it first.") % {"case": target.pk})
    before = _clockwork(target)
    _hand_on(source, target)
    source.state_before_merge, source.state = source.state, Case.State.MERGED
    source.merged_into = target
    source.save(update_fields=["state", "state_before_merge", "merged_into"])
    topics = sorted({*source.topics, *target.topics})
    record(source.key, "merged", by=by, topics=topics, at=now, into=target.pk)
    told = {"source": source.pk, "before": before, "after": _clockwork(target)}
    record(target.key, "absorbed", by=by, topics=topics, at=now, **told)
    return source


@transaction.atomic
def unmerge(case: Case, *, by: Person, now: datetime | None = None) -> Case:
    """Let a merged case stand for itself again, in the state it had; twice is once.

    The target gets back what the merge changed in it, as far as nothing happened in it since. A
    case that was wrapped up with its target stays closed.
    """
    now = now or timezone.now()
    if not by.may(WORK):
        raise NotAllowed(_("Your role reads only."))
    source = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if source.merged_into is None:
        return source
    target = Case.objects.select_for_update(of=("self",)).get(pk=source.merged_into.pk)
    entry = _absorbed(source, target)
    source.state = source.state_before_merge or Case.State.OPEN
    if entry is not None:
        _close_if_wrapped(source, target, since=entry.at)
    source.state_before_merge, source.merged_into = "", None
    source.save(update_fields=[*ENDING, "state_before_merge", "merged_into"])
    if entry is not None:
        _give_back(target, entry.particulars)
    topics = sorted({*source.topics, *target.topics})
    record(source.key, "unmerged", by=by, topics=topics, at=now, out_of=target.pk)
    record(target.key, "released", by=by, topics=topics, at=now, source=source.pk)
    return source


def family(case: Case) -> list[int]:
    """The case and every case merged into it, directly or through others."""
    found = [case.pk]
    layer = found
    while layer:
        layer = list(
            Case.objects.filter(merged_into__in=layer)
            .exclude(pk__in=found)
            .values_list("pk", flat=True)
        )
        found = found + layer
    return found


def _hand_on(source: Case, target: Case) -> None:
    """Let the target show the last words of both, and wait for us when the source does."""
    if source.last_at > target.last_at:
        target.last_words, target.last_at = source.last_words, source.last_at
    if source.last_inbound and source.state in (Case.State.NEW, Case.State.OPEN):
        if target.state in (Case.State.WAITING, Case.State.SNOOZED):
            target.state, target.snoozed_until = Case.State.OPEN, None
        target.last_inbound = True
        target.due_at = min(filter(None, (source.due_at, target.due_at)), default=None)
    target.save(
        update_fields=["last_words", "last_at", "last_inbound", "state", "snoozed_until", "due_at"]
    )


def _clockwork(case: Case) -> dict[str, Any]:
    """What a merge may change in a case, as the journal keeps it."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in ((name, getattr(case, name)) for name in CLOCKWORK)
    }


def _absorbed(source: Case, target: Case) -> Entry | None:
    """The line that the merge left with the target."""
    entries = Entry.objects.filter(
        subject=target.key, verb="absorbed", particulars__source=source.pk
    )
    return entries.order_by("-seq").first()


def _give_back(target: Case, told: dict[str, Any]) -> None:
    """Undo what the merge changed in the target, unless anything of it changed again since."""
    before, after = told.get("before"), told.get("after")
    if before is None or after is None or after != _clockwork(target):
        return
    for name in CLOCKWORK:
        value = before[name]
        is_time = name.endswith(("_at", "_until")) and value is not None
        setattr(target, name, datetime.fromisoformat(value) if is_time else value)
    last = last_said(target)
    if last is not None:
        target.last_words = words(last.text or last.subject)
    target.save(update_fields=[*CLOCKWORK, "last_words"])


def _close_if_wrapped(source: Case, target: Case, *, since: datetime) -> None:
    """Close a case whose contacts were wrapped up together with those of its target."""
    contacts = source.contacts.order_by("-wrapped")
    if contacts.filter(wrapped=None).exists():
        return
    last = contacts.filter(wrapped__gte=since).select_related("code").first()
    if last is None or last.wrapped is None:
        return
    ended = Entry.objects.filter(subject=target.key, verb="wrapped_up", at=last.wrapped).first()
    key = ended.particulars.get("outcome") if ended else None
    source.state, source.closed_at = Case.State.CLOSED, last.wrapped
    source.outcome = Outcome.objects.filter(key=key).first() if key else target.outcome
    source.due_at = source.snoozed_until = None


def _both(case: Case, into: Case, *, by: Person) -> tuple[Case, Case]:
    """Lock the two in the order of their numbers, so that two merges never wait on each other."""
    if not by.may(WORK):
        raise NotAllowed(_("Your role reads only."))
    held = {
        one.pk: one
        for one in Case.objects.select_for_update(of=("self",))
        .filter(pk__in=[case.pk, into.pk])
        .order_by("pk")
    }
    return held[case.pk], held[into.pk]
