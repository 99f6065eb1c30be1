"""What the health page and the metrics learn from the queue."""

from datetime import timedelta

from django.utils import timezone
from errands import cannot_tell, give_up, note

from contact_hub.jobs import queries
from contact_hub.jobs.actions import claim, enqueue
from contact_hub.jobs.models import Schedule
from contact_hub.jobs.worker import run_due


def test_jobs_are_counted_by_state_and_no_state_is_left_out(db):
    for task in (note, note, give_up, cannot_tell):
        enqueue(task)
    run_due()
    enqueue(note)

    assert queries.counts() == {
        "ready": 1,
        "running": 0,
        "done": 2,
        "dead": 1,
        "unknown": 1,
        "discarded": 0,
    }
    assert queries.letters() == 2


def test_the_age_is_that_of_the_oldest_job_that_could_run(db):
    now = timezone.now()
    assert queries.oldest_ready_seconds(now) == 0

    enqueue(note, run_at=now + timedelta(minutes=5))
    assert queries.oldest_ready_seconds(now) == 0

    enqueue(note, run_at=now - timedelta(seconds=90))
    enqueue(note, run_at=now - timedelta(seconds=30))
    assert queries.oldest_ready_seconds(now) == 90


def test_a_job_that_hangs_shows(db):
    now = timezone.now()
    assert queries.oldest_running_seconds(now) == 0

    enqueue(note)
    now = timezone.now()
    claim(["default"], limit=1, now=now, lease=timedelta(seconds=30))
    assert queries.oldest_running_seconds(now + timedelta(minutes=20)) == 1200


def test_a_schedule_that_nobody_ticks_is_late(db):
    now = timezone.now()
    for name, active in (("on", True), ("off", False)):
        Schedule.objects.create(
            name=name,
            task="x",
            cron="* * * * *",
            active=active,
            next_run_at=now - timedelta(seconds=70 if active else 900),
        )
    assert queries.oldest_tick_seconds(now) == 70
