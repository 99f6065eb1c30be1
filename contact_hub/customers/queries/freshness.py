"""How old what we mirror of the billing system is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from contact_hub.customers.models import ImportRun
from contact_hub.customers.queries.parameters import parameter

FRESH, AMBER, RED, NONE = "fresh", "amber", "red", "none"


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the billing system last told everything, how long ago, and how much of a worry that is.

    tone  fresh, amber, red; none where nothing was ever taken over
    """

    as_of: datetime | None
    age: timedelta | None
    tone: str


def freshness(*, now: datetime | None = None) -> Freshness:
    """Say how old the mirror is, by the newest extract that was taken over whole."""
    last = ImportRun.objects.whole().values_list("as_of", flat=True).first()
    if last is None:
        return Freshness(None, None, NONE)
    age = (now or timezone.now()) - last
    if age > timedelta(hours=float(parameter("mirror.red_hours"))):
        return Freshness(last, age, RED)
    amber = timedelta(hours=float(parameter("mirror.amber_hours")))
    return Freshness(last, age, AMBER if age > amber else FRESH)
