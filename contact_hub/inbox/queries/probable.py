"""Whom a case is probably about while nobody has said so, read together with a list of cases."""

from __future__ import annotations

from typing import Any

from django.db.models import Case as Choice
from django.db.models import CharField, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from contact_hub.customers.queries import parameter
from contact_hub.customers.rules.masks import initial_and_surname


def probable_name(case: str = "") -> Choice:
    """The name of whom the match suggests, for `annotate(probable=…)`; "" where there is nobody.

    case  the way to the case from what is annotated: "case__" of a message
    """
    best = KeyTransform("0", f"{case}match")
    suggested = When(
        **{
            f"{case}customer": None,
            f"{case}match__0__probability__gte": float(parameter("matching.suggest")),
        },
        then=KeyTextTransform("name", best),
    )
    return Choice(suggested, default=Value(""), output_field=CharField())


def as_shown(row: Any) -> str:
    """The name that was annotated, as far as it may be shown before anything is proven."""
    return initial_and_surname(getattr(row, "probable", "") or "")
