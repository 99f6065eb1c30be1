"""Notes among colleagues, and who is named in them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.inbox.actions.drafts import spend
from contact_hub.inbox.actions.guard import hold, open_contact
from contact_hub.inbox.errors import CaseMerged, NothingToSay
from contact_hub.inbox.models import Attachment, Case, Mention, Message
from contact_hub.inbox.queries.case import colleagues, family_of
from contact_hub.inbox.rules.mentions import mentioned
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person


@transaction.atomic
def note(
    case: Case,
    *,
    by: Person | None,
    body: str,
    draft_version: int | None = None,
    now: datetime | None = None,
) -> Message:
    """Leave a note for colleagues; a closed case takes notes too. Raise NothingToSay.

    draft_version  the draft this was written from, which ends here; None: it was written elsewhere
    """
    now = now or timezone.now()
    case = hold(case, by=by)
    if case.state == Case.State.MERGED:
        raise CaseMerged(_("Write the note in #%(target)s.") % {"target": case.merged_into_id})
    if not body.strip():
        raise NothingToSay(_("There is nothing in this note yet."))
    contact = case.contacts.order_by("-arrived", "-pk").first()
    files: list[int] = []
    if by is not None and draft_version is not None:
        files = spend(case, by=by, mode="note", version=draft_version)
    message = Message.objects.create(
        case=case,
        contact=contact or open_contact(case, channel=case.channel),
        kind=Message.Kind.NOTE,
        direction=Message.Direction.INSIDE,
        state=Message.State.KEPT,
        author=by,
        from_name=by.name if by else "",
        at=now,
        text=body.replace("\x00", "").strip(),
    )
    Attachment.objects.filter(pk__in=files).update(message=message, draft=None)
    named = _mention(case, message, by=by)
    topics = [*case.topics, *(f"person.{pk}" for pk in named)]
    record(case.key, "noted", by=by, topics=topics, at=now, message=message.pk, mentions=named)
    return message


def seen(case: Case, *, by: Person, now: datetime | None = None) -> int:
    """Mark the mentions of a person in a case, and in those merged into it; how many there were."""
    unseen = Mention.objects.filter(message__case__in=family_of(case), person=by, seen_at=None)
    return unseen.update(seen_at=now or timezone.now())


def _mention(case: Case, message: Message, *, by: Person | None) -> list[int]:
    if "@" not in message.text:
        return []
    names: dict[str, int] = {}
    people = colleagues(case)
    for person in people:
        names.setdefault(person.get_short_name().lower(), person.pk)
    names |= {person.name.lower(): person.pk for person in people}
    named = [pk for pk in mentioned(message.text, names) if by is None or pk != by.pk]
    Mention.objects.bulk_create(Mention(message=message, person_id=pk) for pk in named)
    return named
