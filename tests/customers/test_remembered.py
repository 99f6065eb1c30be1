"""What was believed when: the past never knows its future, whatever was learned in which order."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_hub.customers.rules.remembered import Belief, NotKnown, believed

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = st.integers(0, 40)
PATIENT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@st.composite
def changes(draw):
    """When each value was learned, in order, and the day from which it was told to hold."""
    gaps = draw(st.lists(st.integers(1, 5), min_size=1, max_size=8))
    days = [sum(gaps[: count + 1]) for count in range(len(gaps))]
    return [(START + timedelta(days=day), START.date() + timedelta(days=day)) for day in days]


def beliefs(told):
    made = []
    for number, (learned, _day) in enumerate(told):
        following = told[number + 1] if number + 1 < len(told) else (None, None)
        begun = None if number == 0 else told[number][1]
        made.append(Belief(number, begun, following[1], learned, following[0]))
    return made


@PATIENT
@given(told=changes(), on=DAYS, at=DAYS)
def test_a_fact_of_the_world_is_what_had_been_told_by_then_for_that_day(told, on, at):
    day, moment = START.date() + timedelta(days=on), START + timedelta(days=at)
    heard = [number for number, (learned, _day) in enumerate(told) if learned <= moment]
    if not heard:
        with pytest.raises(NotKnown):
            believed(beliefs(told), on=day, at=moment)
        return

    holding = [number for number in heard if number == 0 or told[number][1] <= day]

    assert believed(beliefs(told), on=day, at=moment) == holding[-1]


@PATIENT
@given(told=changes(), on=st.integers(0, 40), at=DAYS)
def test_a_correction_counts_for_all_the_days_of_its_record_and_for_no_other(told, on, at):
    first, last = date(2026, 1, 10), date(2026, 1, 20)
    made = [
        Belief(one.value, first, last, one.known_from, one.known_to, ends=True)
        for one in beliefs(told)
    ]
    day, moment = START.date() + timedelta(days=on), START + timedelta(days=at)
    heard = [number for number, (learned, _day) in enumerate(told) if learned <= moment]

    if not heard or not first <= day < last:
        with pytest.raises(NotKnown):
            believed(made, on=day, at=moment)
    else:
        assert believed(made, on=day, at=moment) == heard[-1]


@PATIENT
@given(told=changes(), on=DAYS, at=DAYS, later=changes())
def test_what_is_learned_later_changes_no_belief_of_before(told, on, at, later):
    day, moment = START.date() + timedelta(days=on), START + timedelta(days=at)
    shift = told[-1][0] - START
    more = [*told, *((learned + shift, day + shift) for learned, day in later)]
    if more[len(told)][0] <= moment or told[0][0] > moment:
        return

    assert believed(beliefs(more), on=day, at=moment) == believed(beliefs(told), on=day, at=moment)
