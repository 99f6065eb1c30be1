"""Taking jobs: due ones, urgent ones first, each by one worker for as long as it is heard of."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from errands import note, urgent

from contact_hub.jobs import actions
from contact_hub.jobs.actions import enqueue
from contact_hub.jobs.models import Attempt, Job

LEASE = timedelta(seconds=30)
QUEUES = ("default", "mail")


@pytest.fixture
def now():
    return timezone.now()


def claim(now, limit=10, queues=QUEUES):
    return actions.claim(queues, limit=limit, now=now, lease=LEASE, worker="w")


def test_the_most_urgent_and_then_the_oldest_come_first(db, now):
    names = {
        enqueue(note, run_at=now - timedelta(minutes=1)).pk: "new",
        enqueue(note, run_at=now - timedelta(minutes=2)).pk: "old",
        enqueue(urgent, "x", run_at=now).pk: "urgent",
    }
    assert [names[job.pk] for job in claim(now)] == ["urgent", "old", "new"]


def test_only_what_is_due_ready_and_in_the_queue_is_taken(db, now):
    enqueue(note, run_at=now + timedelta(seconds=1))
    enqueue(note, queue="slow", run_at=now)
    due = enqueue(note, run_at=now)

    assert claim(now) == [due]
    assert claim(now) == []


def test_a_claimed_job_says_who_has_it_and_until_when(db, now):
    enqueue(note, run_at=now)
    (job,) = claim(now)

    kept = Job.objects.get()
    assert (kept.state, kept.worker, kept.attempts) == ("running", "w", 1)
    assert (kept.lease_until, kept.started_at) == (now + LEASE, now)
    assert kept.lease_token == job.lease_token != ""
    assert (job.state, job.attempts, job.lease_until) == ("running", 1, now + LEASE)


def test_no_more_are_taken_than_there_are_hands(db, now):
    for _ in range(3):
        enqueue(note, run_at=now)
    assert len(claim(now, limit=2)) == 2


def test_an_idle_look_asks_the_database_one_thing(db, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        claim(now)


@pytest.mark.parametrize(
    ("look", "index"),
    [
        (lambda now: Job.objects.due(QUEUES, now), "job_waiting"),
        (lambda now: Job.objects.by_urgency(QUEUES, now)[:2], "job_claim"),
    ],
)
def test_however_long_the_queue_is_only_its_head_is_looked_at(db, now, look, index):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = look(now).explain()
    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_workers_who_compete_take_each_job_once(in_threads, now):
    for _ in range(40):
        enqueue(note, run_at=now)

    def take_all(_):
        taken = []
        while jobs := claim(now, limit=3):
            taken += [job.pk for job in jobs]
        return taken

    taken = in_threads(take_all, range(4))
    # where rows are passed over, a worker may leave while others still hold theirs
    rest = take_all(None)
    assert sorted(sum(taken, rest)) == sorted(Job.objects.values_list("pk", flat=True))


def test_a_lease_that_is_kept_does_not_run_out(db, now):
    enqueue(note, run_at=now)
    jobs = claim(now)

    assert actions.keep(jobs, now=now + LEASE / 2, lease=LEASE) == 1

    assert actions.recover(now=now + LEASE) == 0
    assert actions.recover(now=now + 2 * LEASE) == 1


def test_a_worker_frees_what_others_lost_and_never_what_it_holds_itself(db, now):
    enqueue(note, run_at=now)
    enqueue(note, run_at=now)
    mine, lost = claim(now, limit=1) + claim(now, limit=1)

    assert actions.recover(now=now + 2 * LEASE, holding=[mine]) == 1

    assert dict(Job.objects.values_list("pk", "state")) == {mine.pk: "running", lost.pk: "ready"}


def test_a_lease_that_ran_out_can_be_claimed_again_as_the_next_try(db, now):
    enqueue(note, run_at=now)
    (first,) = claim(now)
    late = now + LEASE + timedelta(seconds=1)

    actions.recover(now=late)
    (second,) = claim(late)

    assert second == first
    assert (second.attempts, second.last_error) == (2, "The worker that ran it is gone.")
    assert second.lease_token != first.lease_token


def test_a_worker_that_comes_back_late_changes_nothing(db, now):
    enqueue(note, run_at=now)
    (lost,) = claim(now)
    late = now + LEASE + timedelta(seconds=1)
    actions.recover(now=late)
    claim(late)
    before = Job.objects.values().get()

    assert actions.finish(lost, "mine", now=late) is False
    assert actions.fail(lost, ValueError("mine"), now=late) is False
    assert actions.keep([lost], now=late, lease=LEASE) == 0
    assert actions.release([lost], now=late) == 0

    assert Job.objects.values().get() == before


def test_a_late_worker_is_told_from_one_at_the_same_try_after_a_person_decided(db, now, ana):
    enqueue(note, run_at=now, max_attempts=1)
    (lost,) = claim(now)
    late = now + LEASE + timedelta(seconds=1)
    actions.recover(now=late)
    actions.retry(lost, by=ana)
    (again,) = claim(timezone.now() + 2 * LEASE)
    assert again.attempts == lost.attempts

    assert actions.finish(lost, "mine", now=late) is False

    assert Job.objects.get().state == "running"


def test_a_job_is_ended_once(db, now):
    enqueue(note, run_at=now)
    (job,) = claim(now)

    assert actions.finish(job, "first", now=now) is True
    assert actions.finish(job, "second", now=now) is False
    assert Job.objects.get().result == "first"


def test_a_job_given_back_can_be_taken_at_once(db, now):
    enqueue(note, run_at=now - timedelta(hours=1))
    jobs = claim(now)

    actions.release(jobs, now=now)

    assert claim(now) == jobs


def test_a_job_whose_workers_keep_dying_is_left_to_a_person(db, now):
    enqueue(note, run_at=now, max_attempts=2)
    for _ in range(2):
        claim(now)
        now += LEASE + timedelta(seconds=1)
        actions.recover(now=now)

    job = Job.objects.get()
    assert (job.state, job.finished_at) == ("dead", now)
    assert claim(now) == []


def test_it_is_of_unknown_outcome_when_a_call_was_open(db, now):
    job = enqueue(note, run_at=now, max_attempts=1)
    claim(now)
    Attempt.objects.create(job=job, key="x")

    actions.recover(now=now + LEASE + timedelta(seconds=1))

    assert Job.objects.get().state == "unknown"
