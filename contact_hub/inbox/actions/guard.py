"""The look and the refusals that every verb on a case begins with."""

from __future__ import annotations

from django.utils.translation import gettext as _

from contact_hub.inbox.errors import CaseClosed, CaseMerged, NotAllowed
from contact_hub.inbox.models import Case, Contact
from contact_hub.staff.models import Person
from contact_hub.staff.rules import WORK

MERGE_STEPS = 20  # pointers followed from a merged case to the one that stands for it


def hold(case: Case, *, by: Person | None) -> Case:
    """Read the case again under a row lock for somebody who may work; None is the hub itself."""
    if by is not None and not by.may(WORK):
        raise NotAllowed(_("Your role reads only."))
    return Case.objects.select_for_update(of=("self",)).get(pk=case.pk)


def hold_unfinished(case: Case, *, by: Person | None) -> Case:
    """The same, refusing a case that is closed or merged."""
    held = hold(case, by=by)
    if held.state == Case.State.MERGED:
        raise CaseMerged(
            _("Case #%(source)s was merged into #%(target)s.")
            % {"source": held.pk, "target": held.merged_into_id}
        )
    if held.state == Case.State.CLOSED:
        raise CaseClosed(_("Case #%(case)s is closed: reopen it first.") % {"case": held.pk})
    return held


def standing_for(pk: int) -> Case | None:
    """Read a case under a row lock, or the one it was merged into; None when there is none."""
    for _step in range(MERGE_STEPS):
        case = Case.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if case is None or case.merged_into_id is None:
            return case
        pk = case.merged_into_id
    return None


def open_contact(case: Case, *, channel: str) -> Contact:
    """The running episode on `channel`, begun when there is none."""
    contact, _created = Contact.objects.get_or_create(
        case=case, channel=channel, wrapped=None, defaults={"queue_id": case.queue_id}
    )
    return contact
