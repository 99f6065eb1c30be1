"""Slots of schedules, across the days on which clocks are changed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.jobs.rules.cron import next_slot

CHICAGO = "America/Chicago"
ZONES = [
    CHICAGO,
    "America/St_Johns",  # half hours
    "Australia/Lord_Howe",  # the clock moves by half an hour
    "Europe/Dublin",  # winter is the exception
    "Africa/Casablanca",  # twice a year around Ramadan
    "Asia/Kathmandu",  # never moves, 5:45
    "America/Santiago",  # at midnight
    "UTC",
]
zones = st.sampled_from(ZONES)
minutes = st.integers(0, 12 * 366 * 24 * 60)
instants = minutes.map(lambda number: datetime(2019, 1, 1, tzinfo=UTC) + timedelta(minutes=number))


def slots(cron, zone, after, count):
    """The next `count` slots as the clock on the wall shows them."""
    found = []
    for _ in range(count):
        after = next_slot(cron, time_zone=zone, after=after)
        found.append(after.astimezone(ZoneInfo(zone)))
    return found


def shown(found):
    return [f"{slot:%d %H:%M%z}" for slot in found]


def test_a_time_that_the_clock_skips_runs_when_it_has_jumped():
    found = slots("30 2 * * *", CHICAGO, datetime(2026, 3, 7, 0, tzinfo=UTC), 3)
    assert shown(found) == ["07 02:30-0600", "08 03:00-0500", "09 02:30-0500"]


def test_a_time_that_the_clock_shows_twice_runs_once():
    found = slots("30 1 * * *", CHICAGO, datetime(2026, 10, 31, 0, tzinfo=UTC), 3)
    assert shown(found) == ["31 01:30-0500", "01 01:30-0500", "02 01:30-0600"]


def test_every_half_hour_goes_on_through_the_hour_that_comes_twice():
    found = slots("*/30 * * * *", CHICAGO, datetime(2026, 11, 1, 5, 45, tzinfo=UTC), 5)
    assert shown(found) == [
        "01 01:00-0500",
        "01 01:30-0500",
        "01 01:00-0600",
        "01 01:30-0600",
        "01 02:00-0600",
    ]


def test_two_schedules_pushed_to_the_same_minute_by_the_clock_are_one_slot():
    found = slots("15,30 2 * * *", CHICAGO, datetime(2026, 3, 8, 7, tzinfo=UTC), 2)
    assert shown(found) == ["08 03:00-0500", "09 02:15-0500"]


@given(zone=zones, after=instants, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_daily_line_runs_once_on_every_day(zone, after, hour, minute):
    found = slots(f"{minute} {hour} * * *", zone, after, 5)

    days = [slot.date() for slot in found]
    assert days == [days[0] + timedelta(days=number) for number in range(5)]
    for slot in found:
        skipped = slot.hour * 60 + slot.minute - hour * 60 - minute
        assert skipped == 0 or 0 < skipped <= 60


@given(zone=zones, after=instants, step=st.sampled_from([1, 2, 5, 10, 15, 30]))
def test_every_few_minutes_is_every_few_minutes_all_year(zone, after, step):
    found = slots(f"*/{step} * * * *", zone, after, 40)

    assert found[0] - after <= timedelta(minutes=step)
    passed = {b.astimezone(UTC) - a.astimezone(UTC) for a, b in pairwise(found)}
    assert passed == {timedelta(minutes=step)}


lines = st.builds(
    "{} {} * * {}".format,
    st.sampled_from(["*", "*/7", "0", "59", "10-20", "0,30"]),
    st.sampled_from(["*", "*/2", "0", "1", "2", "3", "1-3", "23", "8-17"]),
    st.sampled_from(["*", "1-5", "0", "6"]),
)


@given(zone=zones, after=instants, line=lines)
def test_the_next_slot_is_the_same_from_wherever_one_looks_before_it(zone, after, line):
    slot = next_slot(line, time_zone=zone, after=after)

    assert slot > after
    between = after + (slot - after) / 2
    assert next_slot(line, time_zone=zone, after=between) == slot
    assert next_slot(line, time_zone=zone, after=slot - timedelta(microseconds=1)) == slot
    assert next_slot(line, time_zone=zone, after=slot) > slot


@pytest.mark.parametrize("line", ["", "every day", "61 * * * *", "* * * *", "0 0 30 2 *"])
def test_a_line_that_names_no_time_is_refused(line):
    with pytest.raises(ValueError):
        next_slot(line, time_zone="UTC", after=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_place_that_has_no_time_is_refused(zone):
    with pytest.raises(ValueError, match="zone"):
        next_slot("0 3 * * *", time_zone=zone, after=datetime(2026, 1, 1, tzinfo=UTC))
