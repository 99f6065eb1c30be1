"""Calls to the outside world: remembered before they are made, and never guessed about."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from errands import call_inside_a_transaction, note

from contact_hub.jobs import actions
from contact_hub.jobs.effects import effect
from contact_hub.jobs.errors import Later, LostLease, OutsideJob, Permanent, Unknown
from contact_hub.jobs.models import Attempt, Job
from contact_hub.jobs.running import running
from contact_hub.jobs.worker import run_due

LEASE = timedelta(seconds=30)


class Refused(Exception):
    pass


@pytest.fixture
def take(db):
    """Claim the one job, as the worker does for each of its tries."""
    actions.enqueue(note)

    def claim(after=0):
        now = timezone.now() + after * LEASE
        actions.recover(now=now)
        (job,) = actions.claim(["default"], limit=1, now=now, lease=LEASE)
        return job

    return claim


def states():
    return list(Attempt.objects.order_by("pk").values_list("state", flat=True))


def call(job, error=None, **options):
    """Make one call for `job`; return what was known before it."""
    expected = (type(error),) if error else ()
    with running(job), suppress(*expected), effect("key", **options) as one:
        known = (one.accepted, one.uncertain)
        one.external_id = "theirs"
        if error:
            raise error
    return known


def test_an_attempt_is_open_while_the_call_is_made_and_accepted_after_it(take):
    with running(take()), effect("key") as one:
        assert states() == ["open"]
        one.external_id, one.note = "theirs", "250 ok"

    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.external_id, attempt.note) == ("accepted", "theirs", "250 ok")
    assert attempt.closed_at is not None


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Permanent("no such mailbox"), "refused"),
        (Later("busy", 5), "refused"),
        (Refused("no"), "refused"),
        (Unknown("who knows"), "unknown"),
        (TimeoutError("silence"), "unknown"),
        (KeyboardInterrupt(), "unknown"),
    ],
)
def test_only_a_clear_no_closes_an_attempt_as_refused(take, error, state):
    call(take(), error, refusals=Refused)
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.note) == (state, str(error))


def test_a_call_that_nobody_closed_makes_the_next_try_uncertain(take):
    job = take()
    Attempt.objects.create(job=job, key="key")  # what a killed worker leaves behind
    Attempt.objects.create(job=job, key="another key", state="accepted")

    assert call(take(after=2)) == (False, True)
    assert states() == ["open", "accepted", "accepted"]


def test_silence_makes_the_next_try_uncertain_and_a_refusal_does_not_end_that(take):
    assert call(take(), TimeoutError()) == (False, False)
    assert call(take(after=2), Refused(), refusals=(Refused,)) == (False, True)
    assert call(take(after=4)) == (False, True)


def test_a_refused_call_may_be_made_again_without_doubt(take):
    call(take(), Later("busy"))
    assert call(take(after=2)) == (False, False)


def test_a_call_that_was_accepted_need_not_be_made_again(take):
    call(take())

    with running(take(after=2)), effect("key") as one:
        assert (one.accepted, one.uncertain, one.external_id) == (True, False, "theirs")

    assert states() == ["accepted"]


def test_two_jobs_with_the_same_key_know_nothing_of_each_other(take):
    call(take(), TimeoutError())
    Job.objects.update(state="done")
    actions.enqueue(note)
    assert call(take()) == (False, False)


def test_a_worker_that_lost_its_lease_makes_no_call(take):
    lost = take()
    take(after=2)

    with running(lost), pytest.raises(LostLease), effect("key"):
        pytest.fail("the call was made")

    assert states() == []


def test_a_person_who_has_it_tried_again_ends_the_doubt(take, ana):
    job = take()
    call(job, Unknown("who knows"))
    actions.fail(job, Unknown("who knows"), now=timezone.now())

    actions.retry(job, by=ana)

    assert states() == ["settled"]
    assert call(take()) == (False, False)


def test_doubt_that_outlasts_the_tries_is_an_unknown_outcome(take):
    job = take()
    Job.objects.update(max_attempts=1)
    job.refresh_from_db()
    call(job, TimeoutError())

    actions.fail(job, TimeoutError(), now=timezone.now())

    assert Job.objects.get().state == "unknown"


def test_there_is_no_effect_outside_a_job(db):
    with pytest.raises(OutsideJob), effect("key"):
        pytest.fail("the call was made")


def test_there_is_no_effect_inside_a_transaction(transactional_db, ran):
    call_inside_a_transaction.enqueue()

    run_due()

    assert ran == []
    assert "durable" in Job.objects.get().last_error
    assert not Attempt.objects.exists()


def test_an_attempt_outlives_the_transaction_that_follows_it(transactional_db, undone):
    actions.enqueue(note)
    (job,) = actions.claim(["default"], limit=1, now=timezone.now(), lease=LEASE)

    with running(job), effect("key"):
        pass
    with undone():
        Job.objects.update(state="dead")

    assert states() == ["accepted"]


def test_long_answers_of_the_other_side_are_cut(take):
    with running(take()), effect("key") as one:
        one.external_id, one.note = "i" * 1000, "\0" + "n" * 9000
    attempt = Attempt.objects.get()
    assert (len(attempt.external_id), len(attempt.note)) == (300, 2000)
