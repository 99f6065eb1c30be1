"""Workers killed with -9 inside calls to the outside: nothing is lost, nothing is stuck.

A key goes out twice only where the provider had taken it before the worker died, and then it is
the same key, by which the provider knows it again.
"""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from errands import deliver, deliver_at_most_once, deliver_once

from contact_hub.jobs import actions
from contact_hub.jobs.actions import enqueue
from contact_hub.jobs.models import Attempt, Job

KILLS = 24
ONE = ("--threads", "1", "--poll", "0.02")
TWO = ("--threads", "2", "--poll", "0.02")


def the_leases_run_out():
    """What a minute would do: nobody has heard of the dead worker until its lease's end."""
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(state="running").update(lease_until=past)


def kill_inside(kennel, provider, *, step, calls=1):
    """Start a worker, wait until `calls` of its calls are at `step`, kill it; return their keys."""
    provider.plan = [step] * calls
    worker = kennel.start(*(ONE if calls == 1 else TWO))
    keys = [provider.wait_for_call().key for _ in range(calls)]
    worker.kill()
    the_leases_run_out()
    return keys


def finish_all(kennel, provider, count):
    worker = kennel.start(*TWO)
    ended = [provider.wait_for_end() for _ in range(count)]
    assert worker.end() == 0
    return ended


@pytest.mark.parametrize("step", ["before", "after"])
def test_a_worker_killed_twenty_times_loses_nothing_and_doubles_only_what_was_taken(
    kennel, provider, step
):
    keys = [f"key-{number}" for number in range(KILLS)]
    for key in keys:
        enqueue(deliver, key)

    killed = []
    for number in range(KILLS):
        # every third takes two calls with it, every fourth dies when its call is already over
        at = "done" if number % 4 == 3 else step
        found = kill_inside(kennel, provider, step=at, calls=2 if number % 3 == 2 else 1)
        killed += [(at, key) for key in found]
    finish_all(kennel, provider, len(keys))

    taken_by_the_dead = Counter(key for at, key in killed if at == "after")
    assert Counter(provider.taken) == Counter(keys) + taken_by_the_dead
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}
    accepted = Attempt.objects.filter(state="accepted").values_list("key", "external_id")
    assert sorted(accepted) == sorted((key, f"accepted-{key}") for key in keys)
    assert Attempt.objects.filter(state="open").count() == sum(at == step for at, _ in killed)


def test_a_provider_that_can_be_asked_is_never_told_twice(kennel, provider, eventually):
    enqueue(deliver_once, "key")

    for step in ("before", "before", "after"):
        kill_inside(kennel, provider, step=step)
    worker = kennel.start(*ONE)
    eventually(lambda: Job.objects.get().state == "done")
    worker.end()

    assert provider.taken == ["key"]
    assert Attempt.objects.filter(state="accepted").get().external_id == "accepted-key"


@pytest.mark.parametrize("step", ["before", "after"])
def test_where_it_must_not_go_out_twice_a_person_decides(kennel, provider, eventually, ana, step):
    job = enqueue(deliver_at_most_once, "key")
    kill_inside(kennel, provider, step=step)
    taken = list(provider.taken)

    worker = kennel.start(*ONE)
    eventually(lambda: Job.objects.get().state == "unknown")

    assert provider.taken == taken
    assert list(Job.objects.letters()) == [job]

    actions.retry(job, by=ana)
    eventually(lambda: Job.objects.get().state == "done")
    worker.end()
    assert provider.taken == [*taken, "key"]


def test_a_worker_killed_at_any_moment_leaves_nothing_behind(kennel, provider, eventually):
    keys = [f"key-{number}" for number in range(40)]
    for key in keys:
        enqueue(deliver, key)

    for _ in range(10):
        worker = kennel.start(*TWO)
        provider.wait_for_end()
        worker.kill()  # somewhere between one job's end and the next one's call
        the_leases_run_out()
    worker = kennel.start(*TWO)
    eventually(lambda: not Job.objects.exclude(state="done").exists())
    worker.end()

    assert set(provider.taken) == set(keys)
    again = [key for key, times in Counter(provider.taken).items() if times > 1]
    tries = dict(Job.objects.values_list("args__0", "attempts"))
    assert all(tries[key] > 1 for key in again)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone() == ("ok",)
