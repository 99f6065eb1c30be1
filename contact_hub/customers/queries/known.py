"""What the hub believed at some time about some day: for whatever learns from the past."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps

from contact_hub.customers.models import FormerFact
from contact_hub.customers.rules.remembered import LEARNED, Belief, NotKnown, believed


def as_known(entity: str, key: int, field: str, *, on: date, at: datetime) -> Any:
    """The value of a learned field as it was believed at a time about a day; raise NotKnown.

    entity, key  a model's name in lower case, and a row's primary key

    One statement for the row as it is now and one for what it said before.
    """
    learned = LEARNED[entity]
    if field not in learned.fields:
        raise KeyError(f"{entity}.{field} is not among what is remembered")
    model = apps.get_model("customers", entity)
    place = model._meta.get_field(field)
    told = [field, "known_from", *filter(None, [learned.since, *learned.days])]
    row = model._default_manager.filter(pk=key).values(*told).first()
    beliefs = [
        Belief(
            place.to_python(fact.value),
            fact.valid_from,
            fact.valid_to,
            fact.known_from,
            fact.known_to,
            ends=learned.is_record,
        )
        for fact in FormerFact.objects.filter(entity=entity, key=key, field=field).order_by(
            "known_to", "pk"
        )
    ]
    if row is not None:
        beliefs.append(_present(row, field, learned.days if learned.is_record else None, beliefs,
                                since=learned.since))  # fmt: skip
    elif beliefs and beliefs[-1].known_to is not None and beliefs[-1].known_to <= at:
        raise NotKnown  # by then the row was gone
    return believed(beliefs, on=on, at=at)


def _present(
    row: dict[str, Any],
    field: str,
    days: tuple[str, str] | None,
    former: list[Belief],
    *,
    since: str,
) -> Belief:
    """What the row says now, from when on."""
    known_from = former[-1].known_to if former else row["known_from"]
    if days is not None:
        first, last = row[days[0]], row[days[1]]
        ends = last + timedelta(days=1) if last else None
        return Belief(row[field], first, ends, known_from, None, ends=True)
    began = former[-1].valid_to if former else (row[since] if since else None)
    return Belief(row[field], began, None, known_from, None)
