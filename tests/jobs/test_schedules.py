"""Schedules: one run for each slot, whoever and however many look at the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from errands import note, urgent

from contact_hub.jobs import schedules
from contact_hub.jobs.actions import ticking
from contact_hub.jobs.models import Job, Schedule

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def declare(monkeypatch, transactional_db):
    """Declare schedules as a release does, and start its first worker at noon."""

    def start(**lines):
        monkeypatch.setattr(schedules, "TIMETABLES", {})
        monkeypatch.setattr(ticking, "TIMETABLES", schedules.TIMETABLES)
        for name, (task, cron) in lines.items():
            schedules.every(name, task, cron, "UTC")
        ticking.sync(now=NOON)

    return start


def slots():
    return list(Job.objects.order_by("run_at").values_list("run_at", flat=True))


def test_nothing_runs_before_its_time_and_once_when_it_has_come(declare):
    declare(sweep=(note, "*/5 * * * *"))

    assert ticking.tick(now=NOON + 4 * MINUTE) == 0
    assert ticking.tick(now=NOON + 5 * MINUTE) == 1
    assert ticking.tick(now=NOON + 5 * MINUTE) == 0

    job = Job.objects.get()
    assert (job.task, job.args, job.run_at) == ("errands.note", [], NOON + 5 * MINUTE)
    assert job.dedupe_key == "sweep:2026-06-01T12:05:00Z"
    schedule = Schedule.objects.get()
    assert (schedule.last_slot, schedule.next_run_at) == (NOON + 5 * MINUTE, NOON + 10 * MINUTE)


def test_a_job_goes_to_the_queue_of_its_task_and_is_not_tried_for_hours(declare):
    declare(sweep=(urgent, "* * * * *"))
    ticking.tick(now=NOON + MINUTE)
    job = Job.objects.get()
    assert (job.queue, job.priority, job.max_attempts) == ("mail", 10, schedules.TRIES)


def test_slots_that_nobody_was_there_for_are_made_up_for_by_one_run(declare):
    declare(sweep=(note, "*/5 * * * *"))

    assert ticking.tick(now=NOON + 62 * MINUTE) == 1

    assert slots() == [NOON + 5 * MINUTE]
    assert Schedule.objects.get().next_run_at == NOON + 65 * MINUTE


def test_many_who_look_at_the_clock_at_once_run_each_slot_once(declare, in_threads):
    declare(sweep=(note, "* * * * *"), wake=(note, "* * * * *"))

    def look(_):
        return [ticking.tick(now=NOON + number * MINUTE) for number in range(1, 6)]

    looks = in_threads(look, range(4))

    assert sum(map(sum, looks)) == Job.objects.count() <= 10
    keys = set(Job.objects.values_list("dedupe_key", flat=True))
    assert len(keys) == Job.objects.count()
    assert set(Schedule.objects.values_list("next_run_at", flat=True)) == {NOON + 6 * MINUTE}


def test_a_slot_whose_key_is_taken_is_not_run_again_when_the_clock_is_put_back(declare):
    declare(sweep=(note, "* * * * *"))
    ticking.tick(now=NOON + MINUTE)
    Schedule.objects.update(next_run_at=NOON + MINUTE)

    ticking.tick(now=NOON + MINUTE)

    assert Job.objects.count() == 1


def test_a_schedule_that_a_person_switched_off_stays_off(declare):
    declare(sweep=(note, "* * * * *"))
    Schedule.objects.update(active=False)

    declare(sweep=(note, "*/2 * * * *"))

    assert ticking.tick(now=NOON + 5 * MINUTE) == 0
    assert Schedule.objects.get().active is False


def test_a_new_release_changes_the_line_and_keeps_the_slot_of_those_it_leaves(declare):
    declare(sweep=(note, "*/5 * * * *"), wake=(note, "*/5 * * * *"))
    Schedule.objects.update(next_run_at=NOON - MINUTE)

    declare(sweep=(note, "*/3 * * * *"), wake=(urgent, "*/5 * * * *"))

    sweep, wake = Schedule.objects.order_by("name")
    assert (sweep.cron, sweep.next_run_at) == ("*/3 * * * *", NOON + 3 * MINUTE)
    assert (wake.task, wake.queue) == ("errands.urgent", "mail")
    assert wake.next_run_at == NOON - MINUTE


def test_a_schedule_of_another_release_is_left_alone(declare):
    declare(newer=(note, "* * * * *"))

    declare(sweep=(note, "* * * * *"))

    assert ticking.tick(now=NOON + MINUTE) == 1
    assert set(Schedule.objects.values_list("name", flat=True)) == {"newer", "sweep"}


def test_an_idle_tick_asks_the_database_one_thing(declare, django_assert_num_queries):
    declare(sweep=(note, "*/5 * * * *"), wake=(note, "*/5 * * * *"))
    with django_assert_num_queries(1):
        ticking.tick(now=NOON)


def test_a_name_is_given_to_one_schedule(declare):
    declare(sweep=(note, "* * * * *"))
    schedules.every("sweep", note, "* * * * *", "UTC")
    with pytest.raises(ValueError, match="sweep"):
        schedules.every("sweep", note, "*/2 * * * *", "UTC")


def test_a_line_that_is_none_is_refused_when_the_worker_starts(declare):
    with pytest.raises(ValueError):
        declare(sweep=(note, "at noon"))


def test_a_schedule_without_a_time_zone_follows_the_clock_of_the_site(declare, settings):
    declare()
    schedules.every("night", note, "0 3 * * *")

    ticking.sync(now=NOON)

    assert Schedule.objects.get().time_zone == settings.TIME_ZONE
