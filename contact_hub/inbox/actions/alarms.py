"""Red flags: signs of a stolen identity, which lock changes and call a lead."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.customers.models import Flag
from contact_hub.customers.queries import parameter
from contact_hub.inbox.actions.guard import hold
from contact_hub.inbox.errors import NobodyConfirmed, NotAllowed, Refused
from contact_hub.inbox.models import Case, Mention, Message
from contact_hub.inbox.queries.alarms import flags_of, words_of
from contact_hub.inbox.queries.case import colleagues
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person
from contact_hub.staff.rules import LEAD, TEND


@transaction.atomic
def raise_flag(
    case: Case, *, kind: str, by: Person | None, note: str = "", now: datetime | None = None
) -> Flag:
    """Put a fraud lock on whom the case is about and tell its leads; twice is once.

    kind  one of the parameter verification.red_flags; the hub itself raises failed_tries
    """
    now = now or timezone.now()
    held = hold(case, by=by)
    if held.customer is None:
        raise NobodyConfirmed(_("Say first whose case this is."))
    if by is not None and kind not in parameter("verification.red_flags"):
        raise Refused(_("Choose what was noticed."))
    standing = flags_of(held).filter(extra__red_flag=kind).first()
    if standing is not None:
        return standing
    flag = Flag.objects.create(
        code=Flag.Code.FRAUD,
        customer=None if held.account else held.customer,
        account=held.account,
        starts_on=timezone.localdate(now),
        note=f"{words_of(kind)} {note}".strip()[:200],
        extra={"red_flag": kind},
        by=by,
        known_from=now,
    )
    record(held.key, "flagged", by=by, topics=held.topics, at=now, kind=kind, flag=flag.pk)
    _tell_leads(held, words_of(kind), by=by, now=now)
    return flag


@transaction.atomic
def clear_flag(case: Case, *, flag: Flag, by: Person, now: datetime | None = None) -> None:
    """Let a red flag end; somebody else must have raised it, and a lead decides. Twice is once."""
    now = now or timezone.now()
    held = hold(case, by=by)
    if not by.may(TEND):
        raise NotAllowed(_("A lead clears a red flag."))
    standing = flags_of(held).select_for_update(of=("self",)).filter(pk=flag.pk).first()
    if standing is None:
        return
    if standing.by_id == by.pk:
        raise NotAllowed(_("Somebody else must clear the flag that you raised."))
    yesterday = timezone.localdate(now) - timedelta(days=1)  # a flag holds on its last day
    Flag.objects.filter(pk=standing.pk).update(
        ends_on=yesterday, extra={**standing.extra, "cleared_by": by.pk}
    )
    record(held.key, "flag_cleared", by=by, topics=held.topics, at=now, flag=standing.pk)


def _tell_leads(case: Case, words: str, *, by: Person | None, now: datetime) -> None:
    leads = [one for one in colleagues(case) if one.role == LEAD and one != by]
    contact = case.contacts.order_by("-arrived", "-pk").first()
    if contact is None:
        return
    message = Message.objects.create(
        case=case,
        contact=contact,
        kind=Message.Kind.NOTE,
        direction=Message.Direction.INSIDE,
        state=Message.State.KEPT,
        author=by,
        from_name=by.name if by else "",
        at=now,
        text=" ".join([*(f"@{one.name}" for one in leads), _("Red flag: %s") % words]),
    )
    Mention.objects.bulk_create(Mention(message=message, person=one) for one in leads)
    topics = [*case.topics, *(f"person.{one.pk}" for one in leads)]
    mentions = [one.pk for one in leads]
    record(case.key, "noted", by=by, topics=topics, at=now, message=message.pk, mentions=mentions)
