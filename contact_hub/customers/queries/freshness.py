"""How old what we mirror of the billing system is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from contact_hub.customers.models import Account, Customer, ImportRun
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
    return _judged(last_whole().first(), now or timezone.now())


def freshness_of(
    mirrored: Account | Customer, *, again: datetime | None, now: datetime
) -> Freshness:
    """Say how old what was told of one row is.

    again  the time of the newest whole extract: a row keeps the time at which it last changed, and
           a later extract that left it as it is has said it again, unless the row was missing there
    """
    told = mirrored.as_of
    if told and again and mirrored.on_file:
        told = max(told, again)
    return _judged(told, now)


def last_whole() -> QuerySet[ImportRun, datetime | None]:
    """When the billing system wrote the newest extract that was taken over whole."""
    return ImportRun.objects.whole().values_list("as_of", flat=True)


def _judged(told: datetime | None, now: datetime) -> Freshness:
    if told is None:
        return Freshness(None, None, NONE)
    age = now - told
    if age > timedelta(hours=float(parameter("mirror.red_hours"))):
        return Freshness(told, age, RED)
    amber = timedelta(hours=float(parameter("mirror.amber_hours")))
    return Freshness(told, age, AMBER if age > amber else FRESH)
