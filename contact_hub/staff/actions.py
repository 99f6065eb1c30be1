"""What people change about themselves and their sessions; the journal hears of it from above."""

from __future__ import annotations

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F

from contact_hub.staff.models import Person


def end_place(person: Person, *, pk: int) -> None:
    """Sign `person` out of one browser; one that is gone already is a no-op."""
    get_adapter().end_sessions(UserSession.objects.filter(user=person, pk=pk))


def end_other_places(person: Person, *, session_key: str) -> None:
    """Sign `person` out of every browser but the one with `session_key`."""
    others = UserSession.objects.filter(user=person).exclude(session_key=session_key)
    get_adapter().end_sessions(others)


@transaction.atomic
def end_all_places(person: Person) -> None:
    """End every session of `person`, also those nobody has listed."""
    Person.objects.filter(pk=person.pk).update(sign_outs=F("sign_outs") + 1)
    for session in UserSession.objects.filter(user=person):
        session.end()
