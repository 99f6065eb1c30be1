"""Putting work into the queue: with what it is about, and once for each key."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from errands import later_today, note, urgent, which_try

from contact_hub.jobs import hints
from contact_hub.jobs.actions import enqueue, prune
from contact_hub.jobs.models import Job
from contact_hub.jobs.worker import run_due


def test_a_job_is_one_row_with_what_its_task_says(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        job = enqueue(urgent, "now")

    job.refresh_from_db()
    assert (job.task, job.args, job.kwargs) == ("errands.urgent", ["now"], {})
    assert (job.queue, job.priority, job.state, job.attempts) == ("mail", 10, "ready", 0)
    assert job.run_at <= timezone.now()


def test_who_enqueues_may_say_when_where_and_how_often(db):
    later = timezone.now() + timedelta(hours=1)

    job = enqueue(note, 1, run_at=later, queue="slow", priority=-5, max_attempts=2, word="x")

    job.refresh_from_db()
    assert (job.args, job.kwargs, job.run_at) == ([1], {"word": "x"}, later)
    assert (job.queue, job.priority, job.max_attempts) == ("slow", -5, 2)


def test_work_is_undone_with_what_it_is_about(transactional_db, ran, undone):
    with undone():
        enqueue(note, "never")

    assert run_due() == 0
    assert not Job.objects.exists()


def test_a_key_that_is_taken_gives_the_job_that_has_it(db):
    first = enqueue(note, "first", dedupe_key="bill-7")
    second = enqueue(note, "second", dedupe_key="bill-7")
    other = enqueue(note, "third", dedupe_key="bill-8")

    assert second.pk == first.pk != other.pk
    assert second.args == ["first"]
    assert Job.objects.count() == 2


def test_a_key_stays_taken_when_the_job_is_done_and_until_it_is_pruned(db, ran):
    first = enqueue(note, dedupe_key="bill-7")
    run_due()

    assert enqueue(note, dedupe_key="bill-7").pk == first.pk

    prune(before=timezone.now() + timedelta(seconds=1))
    assert enqueue(note, dedupe_key="bill-7").pk != first.pk


def test_a_key_asked_for_by_many_at_once_is_given_once(in_threads):
    jobs = in_threads(lambda word: enqueue(note, word, dedupe_key="bill-7"), range(6))

    assert len({job.pk for job in jobs}) == 1
    assert Job.objects.count() == 1


def test_a_key_is_free_again_when_its_first_owner_takes_it_back(transactional_db, undone):
    with undone():
        enqueue(note, "first", dedupe_key="bill-7")

    assert enqueue(note, "second", dedupe_key="bill-7").args == ["second"]


def test_jobs_without_a_key_are_all_kept(db):
    enqueue(note)
    enqueue(note)
    assert Job.objects.count() == 2


@pytest.mark.parametrize("value", [object(), timezone.now(), b"raw", float("nan"), "\0", "\ud800"])
def test_arguments_that_cannot_be_kept_are_refused_on_every_database(db, value):
    with pytest.raises((TypeError, ValueError)):
        enqueue(note, value)
    assert not Job.objects.exists()


def test_the_tasks_api_enqueues_in_the_same_table_and_transaction(transactional_db, undone):
    with undone():
        note.enqueue("never")
    when = timezone.now() + timedelta(minutes=5)

    result = note.using(run_after=when, priority=3, queue_name="slow").enqueue("x", word="y")

    job = Job.objects.get(pk=result.id)
    assert (job.args, job.kwargs, job.run_at) == (["x"], {"word": "y"}, when)
    assert (job.priority, job.queue) == (3, "slow")
    assert result.status == "READY"


def test_the_tasks_api_tells_what_a_task_returned(db, ran):
    result = note.enqueue("x", word="y")
    run_due()

    result.refresh()
    assert result.status == "SUCCESSFUL"
    assert result.return_value == {"args": ["x"], "kwargs": {"word": "y"}}
    assert note.get_result(result.id).finished_at is not None


def test_a_task_may_ask_for_its_context(db, ran):
    result = which_try.enqueue("word")
    run_due()

    result.refresh()
    assert result.return_value == [result.id, 1, "word"]


def test_a_task_may_be_a_coroutine(db):
    result = later_today.enqueue("word")
    run_due()

    result.refresh()
    assert result.return_value == "word"


def test_workers_of_this_process_hear_of_work_once_it_is_really_there(transactional_db, undone):
    heard = hints.listen()
    with undone():
        enqueue(note)
    assert heard.empty()

    with transaction.atomic():
        enqueue(note)
        assert heard.empty()
    assert not heard.empty()

    hints.stop_listening(heard)
