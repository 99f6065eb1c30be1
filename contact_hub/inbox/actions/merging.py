"""Joining two cases that are one matter, and taking them apart again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.inbox.actions.guard import hold_unfinished
from contact_hub.inbox.errors import CannotMerge, NotAllowed
from contact_hub.inbox.models import Case
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person
from contact_hub.staff.rules import WORK


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
    _hand_on(source, target)
    source.state_before_merge, source.state = source.state, Case.State.MERGED
    source.merged_into = target
    source.save(update_fields=["state", "state_before_merge", "merged_into"])
    topics = sorted({*source.topics, *target.topics})
    record(source.key, "merged", by=by, topics=topics, at=now, into=target.pk)
    record(target.key, "absorbed", by=by, topics=topics, at=now, source=source.pk)
    return source


@transaction.atomic
def unmerge(case: Case, *, by: Person, now: datetime | None = None) -> Case:
    """Let a merged case stand for itself again, in the state it had; twice is once."""
    now = now or timezone.now()
    if not by.may(WORK):
        raise NotAllowed(_("Your role reads only."))
    source = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    target = source.merged_into
    if target is None:
        return source
    source.state = source.state_before_merge or Case.State.OPEN
    source.state_before_merge, source.merged_into = "", None
    source.save(update_fields=["state", "state_before_merge", "merged_into"])
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
