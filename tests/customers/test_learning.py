"""Weights are learned from decisions, and used only where they do better."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from contact_hub.customers.actions import decide, learning
from contact_hub.customers.actions.labels import NotAmongThem, label
from contact_hub.customers.models import Customer, MatchLabel, MatchWeights
from contact_hub.customers.queries import find
from contact_hub.customers.queries.learned import factors
from contact_hub.customers.rules.learning import Decided, held_out
from contact_hub.customers.rules.matching import Candidate, Evidence, Found, Told
from contact_hub.journal.models import Entry

NOW = timezone.now()


def seen(customer, **bits):
    """The answer of a look-up with one candidate."""
    fields = tuple(Evidence(name, "x", "x", "exact", value) for name, value in bits.items())
    candidate = Candidate(customer.pk, "R", None, "", 0.5, sum(bits.values()), fields)
    return Found((candidate,), None, "possible", "", 10.0).as_json()


@pytest.fixture
def rosa(db):
    return Customer.objects.create(name="Rosa")


@pytest.fixture
def few(lee):
    decide("matching.labels", value=200, starts_on=timezone.localdate(), by=lee)


def decisions(rosa, *, true):
    """Three hundred, in which a phone says as much as it truly does: `true` of its bits."""
    dice = random.Random(3)
    rows = []
    for at in range(300):
        phone, last = dice.uniform(-4, 23), dice.uniform(-4, 14)
        odds = true * phone + last - 10
        found = seen(rosa, phone=phone, last=last) | {"at": at}
        rows.append(
            MatchLabel(
                customer=rosa,
                confirmed=dice.random() < 1 / (1 + 2 ** -max(-40, min(40, odds))),
                evidence={"phone": ["exact", phone], "last": ["exact", last]},
                found=found,
                at=NOW,
            )
        )
    MatchLabel.objects.bulk_create(rows)


def test_a_decision_is_kept_with_its_evidence_and_said_twice_counts_once(rosa, ana):
    found = seen(rosa, phone=23.0, last=-4.0)

    for _ in range(2):
        label(found, customer=rosa.pk, confirmed=True, by=ana, now=NOW)

    kept = MatchLabel.objects.get()
    assert (kept.confirmed, kept.by, kept.evidence["phone"]) == (True, ana, ["exact", 23.0])
    assert Entry.objects.filter(verb="confirmed_as_meant", by=ana).count() == 1


def test_the_later_word_holds(rosa, ana):
    found = seen(rosa, phone=23.0)
    label(found, customer=rosa.pk, confirmed=True, by=ana, now=NOW)
    label(found, customer=rosa.pk, confirmed=False, by=ana, now=NOW)

    assert [one.confirmed for one in MatchLabel.objects.all()] == [False]


def test_only_a_candidate_can_be_decided_on(rosa, ana):
    with pytest.raises(NotAmongThem):
        label(seen(rosa, phone=23.0), customer=rosa.pk + 1, confirmed=True, by=ana, now=NOW)


def test_an_answer_of_a_real_look_up_can_be_decided_on(move_in, ana):
    rosa = move_in("Rosa Delgado", "12 Oak St")
    found = find(Told(names=("Rosa Delgado",)))

    assert label(found.as_json(), customer=rosa.pk, confirmed=True, by=ana, now=NOW).pk


def test_too_few_decisions_teach_nothing(rosa):
    decisions(rosa, true=0.3)

    assert learning.learn(by=None, now=NOW + timedelta(hours=1)) is None  # a thousand are needed


def test_weights_that_do_better_on_held_out_decisions_are_used(
    rosa, few, lee, django_capture_on_commit_callbacks
):
    decisions(rosa, true=0.3)

    with django_capture_on_commit_callbacks(execute=True):
        weights = learning.learn(by=lee, now=NOW + timedelta(hours=1))

    assert weights.in_use
    assert weights.loss < weights.loss_before
    assert factors()["phone"] < 0.6
    assert Entry.objects.get(verb="taken_up").by == lee
    assert learning.learn(by=lee, now=NOW + timedelta(hours=2)) is None  # nothing new was decided


def test_weights_that_do_no_better_are_kept_but_not_used(rosa, few):
    decisions(rosa, true=1.0)

    weights = learning.learn(by=None, now=NOW + timedelta(hours=1))

    assert not weights.in_use
    assert factors() == {}


def test_learned_weights_can_be_taken_back(rosa, few, lee, django_capture_on_commit_callbacks):
    decisions(rosa, true=0.3)
    with django_capture_on_commit_callbacks(execute=True):
        weights = learning.learn(by=lee, now=NOW + timedelta(hours=1))
        for _ in range(2):
            learning.revert(weights, by=lee, now=NOW)

    assert factors() == {}
    assert not MatchWeights.objects.get().in_use
    assert Entry.objects.filter(verb="reverted").count() == 1


def test_a_look_up_is_learned_from_or_held_out_never_both():
    rows = [Decided({}, 0.0, at % 2 == 0, f"{at // 3}") for at in range(60)]

    taught, tried = held_out(rows)

    assert {one.look_up for one in taught}.isdisjoint({one.look_up for one in tried})
    assert len(tried) == 12
