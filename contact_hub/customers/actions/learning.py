"""Learning the weights of matching from what people decided; used only where that is better."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from json import dumps

from django.db import transaction

from contact_hub.customers.models import MatchLabel, MatchWeights
from contact_hub.customers.queries import learned
from contact_hub.customers.queries.parameters import parameter
from contact_hub.customers.rules import learning
from contact_hub.customers.rules.learning import Decided
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person

LATEST = 50_000  # labels that are learned from
BETTER = 0.005  # bits a label by which new weights must be less surprised


@transaction.atomic
def learn(*, by: Person | None, now: datetime) -> MatchWeights | None:
    """Learn from the labels, once there are enough and new ones; None when there are not.

    The version is kept either way; it is used only when on labels held out it does better than
    the shipped weights and than those in use.
    """
    latest = MatchWeights.objects.order_by("-pk").first()
    labels = MatchLabel.objects.order_by("-pk")[:LATEST]
    decided = [_decided(label) for label in labels]
    if len(decided) < parameter("matching.labels"):
        return None
    if latest and not MatchLabel.objects.filter(at__gt=latest.at).exists():
        return None
    taught, tried = learning.held_out(decided)
    factors = learning.fit(taught)
    if factors is None:
        return None
    before = min(learning.loss(tried, {}), learning.loss(tried, learned.factors()))
    after = learning.loss(tried, factors)
    weights = MatchWeights.objects.create(
        factors=factors,
        labels=len(decided),
        loss_before=round(before, 4),
        loss=round(after, 4),
        in_use=after < before - BETTER,
        by=by,
        at=now,
    )
    verb = "taken_up" if weights.in_use else "learned"
    record(f"matchweights.{weights.pk}", verb, by=by, at=now, loss=after, before=before)
    transaction.on_commit(learned.forget)
    return weights


@transaction.atomic
def revert(weights: MatchWeights, *, by: Person, now: datetime) -> None:
    """Use these weights no longer: those before hold again, or the shipped ones. Twice is once."""
    weights = MatchWeights.objects.select_for_update().get(pk=weights.pk)
    if not weights.in_use:
        return
    weights.in_use = False
    weights.save(update_fields=["in_use"])
    record(f"matchweights.{weights.pk}", "reverted", by=by, at=now)
    transaction.on_commit(learned.forget)


def _decided(label: MatchLabel) -> Decided:
    found = label.found
    others = [one["bits"] for one in found["candidates"] if one["customer"] != label.customer_id]
    return Decided(
        {name: bits for name, (_level, bits) in label.evidence.items()},
        learning.against(others, even=found["even"]),
        label.confirmed,
        sha256(dumps(found, sort_keys=True).encode()).hexdigest(),
    )
