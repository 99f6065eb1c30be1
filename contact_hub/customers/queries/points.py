"""Where nothing may be sent, and why."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, Subquery

from contact_hub.customers.models import Consent, Point, Suppression


def refusals(addresses: Collection[str], *, channel: str = "email") -> dict[str, str]:
    """Say for which of `addresses` writing a service message is refused, and why, in words.

    Two statements: suppressed addresses, and the latest consent of each point.
    """
    from_suppressions = _suppressed(addresses)
    from_consents = _withdrawn(addresses, channel)
    return from_consents | from_suppressions


def _suppressed(addresses: Collection[str]) -> dict[str, str]:
    rows = Suppression.objects.filter(kind=Point.Kind.EMAIL, value__in=addresses)
    return dict(rows.values_list("value", "reason"))


def _withdrawn(addresses: Collection[str], channel: str) -> dict[str, str]:
    latest = (
        Consent.objects.filter(
            point=OuterRef("pk"), channel=channel, purpose=Consent.Purpose.SERVICE
        )
        .order_by("-at", "-pk")
        .values("granted")[:1]
    )
    points = Point.objects.filter(value__in=addresses).annotate(granted=Subquery(latest))
    return {
        point.value: "the customer asked not to be written to here"
        for point in points
        if point.granted is False
    }
