"""What the pages about oneself show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from contact_hub.lib import devices
from contact_hub.staff.models import Person


@dataclass(frozen=True, slots=True)
class Place:
    """One browser in which a person is signed in."""

    pk: int
    device: str
    handheld: bool
    address: str
    since: datetime
    last_seen: datetime
    here: bool  # the browser that asks


def places_of(person: Person, *, session_key: str) -> list[Place]:
    """Where `person` is signed in: this browser first, then the most recently used."""
    sessions = UserSession.objects.purge_and_list(person)
    places = [_place(session, here=session.session_key == session_key) for session in sessions]
    return sorted(places, key=lambda place: (not place.here, -place.last_seen.timestamp()))


def _place(session: UserSession, *, here: bool) -> Place:
    browser, system = devices.browser(session.user_agent), devices.system(session.user_agent)
    if browser and system:
        device = _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    else:
        device = browser or system or _("An unknown device")
    return Place(
        pk=session.pk,
        device=device,
        handheld=devices.is_handheld(session.user_agent),
        address=session.ip,
        since=session.created_at,
        last_seen=session.last_seen_at,
        here=here,
    )
