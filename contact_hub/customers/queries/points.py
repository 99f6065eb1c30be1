"""Where nothing may be sent, and why."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import CharField, OuterRef, Subquery, Value

from contact_hub.customers.models import Consent, Point, Suppression

WITHDRAWN = "the customer asked not to be written to here"


def refusals(addresses: Collection[str], *, channel: str = "email") -> dict[str, str]:
    """Say for which of `addresses` writing a service message is refused, and why, in words.

    One statement: suppressed addresses, whose reason goes before, and points whose latest consent
    was withdrawn.
    """
    latest = (
        Consent.objects.filter(
            point=OuterRef("pk"), channel=channel, purpose=Consent.Purpose.SERVICE
        )
        .order_by("-at", "-pk")
        .values("granted")[:1]
    )
    withdrawn = Point.objects.filter(value__in=addresses).annotate(granted=Subquery(latest))
    refused = withdrawn.filter(granted=False).order_by()
    words = Value(WITHDRAWN, output_field=CharField())
    suppressed = Suppression.objects.filter(kind=Point.Kind.EMAIL, value__in=addresses)
    rows = refused.values_list("value", words).union(
        suppressed.order_by().values_list("value", "reason"), all=True
    )
    return dict(sorted(rows, key=lambda row: row[1] != WITHDRAWN))
