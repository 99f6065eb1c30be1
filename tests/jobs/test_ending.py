"""How jobs end: done, tried again, dead, unknown; and what a person then decides."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from errands import (
    break_down,
    busy,
    cannot_tell,
    follow_up,
    give_up,
    leave,
    note,
    unkeepable,
)

from contact_hub.jobs import actions
from contact_hub.jobs.actions import enqueue
from contact_hub.jobs.models import Attempt, Job
from contact_hub.jobs.worker import run_due


@pytest.fixture
def now():
    return timezone.now() + timedelta(seconds=1)


def test_what_a_task_returns_is_kept(db, now, ran):
    enqueue(note, 1, word="x")

    assert run_due(now) == 1

    job = Job.objects.get()
    assert (job.state, job.finished_at, job.lease_token) == ("done", now, "")
    assert job.result == {"args": [1], "kwargs": {"word": "x"}}
    assert ran == [((1,), {"word": "x"})]


def test_a_job_that_enqueues_another_is_followed_by_it(db, now, ran):
    enqueue(follow_up)
    assert run_due(now) == 2
    assert ran == [(("second",), {})]


def test_an_error_is_tried_again_later_with_its_words_kept(db, now):
    enqueue(break_down)

    run_due(now)

    job = Job.objects.get()
    assert (job.state, job.attempts, job.last_error) == ("ready", 1, "it broke")
    assert timedelta(seconds=5) <= job.run_at - now <= timedelta(seconds=10)
    assert job.error_class == "builtins.ValueError"
    assert "in break_down" in job.traceback


def test_the_jitter_may_be_given(db, now):
    enqueue(break_down)
    (job,) = actions.claim(["default"], limit=1, now=now, lease=timedelta(seconds=9))

    actions.fail(job, ValueError(), now=now, jitter=1)

    job.refresh_from_db()
    assert job.run_at == now + timedelta(seconds=10)
    assert job.last_error == "ValueError"


def test_an_error_that_passes_is_forgotten(db, now):
    job = enqueue(break_down)
    run_due(now)
    Job.objects.update(task=note.module_path)

    run_due(now + timedelta(minutes=1))

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)
    assert job.last_error == job.error_class == job.traceback == ""


def test_tries_come_to_an_end(db, now):
    enqueue(break_down, max_attempts=3)

    ran = [run_due(now + timedelta(hours=hours)) for hours in range(5)]

    assert ran == [1, 1, 1, 0, 0]
    assert Job.objects.get().state == "dead"


def test_a_permanent_error_is_dead_at_once(db, now):
    enqueue(give_up, "no such mailbox")

    run_due(now)

    job = Job.objects.get()
    assert (job.state, job.attempts, job.last_error) == ("dead", 1, "no such mailbox")
    assert list(Job.objects.letters()) == [job]


def test_the_other_side_says_when_to_come_back(db, now):
    enqueue(busy, 90)
    run_due(now)
    job = Job.objects.get()
    assert (job.state, job.run_at) == ("ready", now + timedelta(seconds=90))


def test_an_unknown_outcome_waits_for_a_person(db, now):
    enqueue(cannot_tell)

    run_due(now)

    job = Job.objects.get()
    assert (job.state, job.last_error) == (
        "unknown",
        "the line went dead after the text was read out",
    )
    assert list(Job.objects.letters()) == [job]


def test_words_that_no_database_keeps_do_not_hide_the_error(db, now):
    job = enqueue(break_down)
    (job,) = actions.claim(["default"], limit=1, now=now, lease=timedelta(seconds=9))

    actions.fail(job, ValueError("a\0b\ud800" + "x" * 9000), now=now)

    job.refresh_from_db()
    assert job.state == "ready"
    assert job.last_error.endswith("xxx")


def test_a_task_that_wants_to_leave_does_not_take_the_worker_with_it(db, now):
    enqueue(leave)
    enqueue(note)
    assert run_due(now) == 2
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "ready"]


def test_a_result_that_cannot_be_kept_does_not_make_its_task_run_again(db, now, ran):
    enqueue(unkeepable)

    run_due(now)
    run_due(now + timedelta(days=1))

    assert ran == ["ran"]
    job = Job.objects.get()
    assert job.state == "dead"
    assert "cannot be kept" in job.last_error


@pytest.mark.parametrize("task", ["errands.gone", "nowhere.at_all", "errands.ask", "x"])
def test_a_task_that_this_release_does_not_know_is_tried_again(db, now, task):
    Job.objects.create(task=task)
    run_due(now)
    assert Job.objects.get().state == "ready"


def test_a_task_that_broke_the_connection_is_still_written_down(transactional_db, now):
    enqueue(note, max_attempts=1)
    (job,) = actions.claim(["default"], limit=1, now=now, lease=timedelta(seconds=9))
    connection.close()

    actions.finish(job, now=now)

    assert Job.objects.get().state == "done"


@pytest.mark.parametrize("task", [give_up, cannot_tell])
def test_a_person_has_a_dead_job_tried_again_with_all_its_tries(db, now, ana, task):
    job = enqueue(task)
    run_due(now)

    assert actions.retry(job, by=ana) is True
    assert actions.retry(job, by=ana) is False

    job.refresh_from_db()
    assert (job.state, job.attempts, job.finished_at) == ("ready", 0, None)
    assert run_due(timezone.now()) == 1


def test_a_person_discards_a_dead_job(db, now, ana):
    job = enqueue(give_up)
    run_due(now)

    assert actions.discard(job, by=ana) is True
    assert actions.discard(job, by=ana) is False
    assert actions.retry(job, by=ana) is False

    job.refresh_from_db()
    assert job.state == "discarded"
    assert run_due(now + timedelta(days=1)) == 0


@pytest.mark.parametrize("verb", [actions.retry, actions.discard])
def test_there_is_nothing_to_decide_about_a_job_that_goes_its_way(db, now, ana, verb):
    waiting = enqueue(note, run_at=now + timedelta(hours=1))
    done = enqueue(note)
    run_due(now)

    assert verb(waiting, by=ana) is False
    assert verb(done, by=ana) is False
    assert sorted(Job.objects.values_list("state", flat=True)) == ["done", "ready"]


def test_what_is_over_is_pruned_and_what_waits_for_a_person_is_not(db, now, ana):
    enqueue(note)
    enqueue(give_up)
    thrown = enqueue(give_up)
    run_due(now)
    actions.discard(thrown, by=ana)
    Attempt.objects.create(job=thrown, key="x")
    enqueue(note)

    assert actions.prune(before=now - timedelta(hours=1)) == 0
    assert actions.prune(before=now + timedelta(hours=1)) == 2
    assert sorted(Job.objects.values_list("state", flat=True)) == ["dead", "ready"]


def test_pruning_goes_on_until_nothing_is_left(db, now, monkeypatch):
    monkeypatch.setattr("contact_hub.jobs.actions.pruning.BATCH", 2)
    Job.objects.bulk_create(Job(task="x", state="done", finished_at=now) for _ in range(5))
    assert actions.prune(before=now + timedelta(seconds=1)) == 5
