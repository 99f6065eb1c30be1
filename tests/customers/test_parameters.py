"""What an office decides for itself, from a day on."""

from datetime import date

import pytest

from contact_hub.customers.actions import decide
from contact_hub.customers.queries import parameter
from contact_hub.customers.rules.parameters import NoSuchParameter
from contact_hub.journal.models import Entry


def test_what_was_not_decided_has_its_default(db):
    assert parameter("mirror.amber_hours") == 24


def test_a_decision_holds_from_its_day_on_and_leaves_the_days_before(db, lee):
    decide("mirror.amber_hours", value=12, starts_on=date(2026, 3, 1), by=lee)
    decide("mirror.amber_hours", value=6, starts_on=date(2026, 6, 1), by=lee)

    assert parameter("mirror.amber_hours", on=date(2026, 2, 28)) == 24
    assert parameter("mirror.amber_hours", on=date(2026, 3, 1)) == 12
    assert parameter("mirror.amber_hours", on=date(2026, 7, 1)) == 6
    assert Entry.objects.filter(verb="decided", by=lee).count() == 2


def test_nothing_else_can_be_decided(db):
    with pytest.raises(NoSuchParameter):
        parameter("mirror.colour")
    with pytest.raises(NoSuchParameter):
        decide("mirror.colour", value=1, starts_on=date(2026, 3, 1), by=None)
