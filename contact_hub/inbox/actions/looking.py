"""Looking further for who wrote, after a mail in which nobody is named exactly."""

from __future__ import annotations

from django.db.models import F
from django_tasks import task

from contact_hub.inbox.actions.identifying import look_up
from contact_hub.inbox.models import Case, Message
from contact_hub.inbox.queries import recognising
from contact_hub.inbox.rules.identifiers import Identifiers
from contact_hub.jobs.actions import enqueue

KINDS = ("phones", "addresses", "citations", "plates", "meters")


def worth_looking(name: str, found: Identifiers) -> bool:
    """Whether a mail tells anything that a wider look could use."""
    return bool(name.strip()) or any(getattr(found, kind) for kind in KINDS)


def later(case: Case) -> None:
    """Have the worker look, as soon as what it is about is committed."""
    enqueue(look_further, case.pk)


@task
def look_further(pk: int) -> int:
    """Look among everybody on file for who wrote first in a case; how many could be meant.

    A no-op once somebody was found or decided on, so it is safe to run again.
    """
    case = Case.objects.filter(pk=pk, customer=None, match=[]).first()
    if case is None:
        return 0
    first = (
        Message.objects.filter(case=case, direction=Message.Direction.IN)
        .order_by(F("at"), "pk")
        .first()
    )
    if first is None:
        return 0
    found = recognising.read(f"{first.subject}\n{first.text}")
    told = recognising.told_by(first.from_name, first.from_address, found)
    return len(look_up(case, told, by=None).match)
