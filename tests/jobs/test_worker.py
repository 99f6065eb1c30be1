"""Worker processes: they share the work, keep their leases, and leave politely."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from errands import ask_only, deliver, note

from contact_hub.jobs.actions import claim, enqueue
from contact_hub.jobs.models import Attempt, Job, Schedule
from contact_hub.jobs.worker import Worker, main, run_due

ROOT = Path(__file__).parents[2]
ONE = ("--threads", "1", "--poll", "0.05")


def states():
    return sorted(Job.objects.values_list("state", flat=True))


def test_the_worker_is_a_program_that_works_until_it_is_asked_to_stop(site, provider):
    enqueue(deliver, "key")
    paths = {"PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"}
    with subprocess.Popen(
        [sys.executable, "-m", "contact_hub.jobs.worker", "--queues", "default,mail", *ONE],
        cwd=ROOT,
        env=os.environ | site | paths,
    ) as process:
        provider.wait_for_end()
        process.send_signal(signal.SIGTERM)

    assert process.returncode == 0
    assert Job.objects.get(task=deliver.module_path).state == "done"  # beside the hub's own
    assert Schedule.objects.filter(name="prune-jobs").exists()  # the rooms' tasks were found


def test_a_queue_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--queues", "default,post"])
    assert "no such queue: post" in capsys.readouterr().err


def test_more_threads_than_the_pool_has_connections_for_are_refused(capsys, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"pool": {"max_size": 4}})
    with pytest.raises(SystemExit):
        main(["--threads", "3"])
    assert "2 at most, or raise HUB_POOL_SIZE" in capsys.readouterr().err


def test_workers_share_the_work_and_do_nothing_twice(kennel, provider):
    keys = [f"key-{number}" for number in range(30)]
    for key in keys:
        enqueue(deliver, key)
    workers = [kennel.start("--threads", "2", "--poll", "0.05") for _ in range(2)]

    ended = [provider.wait_for_end() for _ in keys]

    assert [worker.end() for worker in workers] == [0, 0]
    assert sorted(ended) == sorted(provider.taken) == sorted(keys)
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


def test_a_queue_that_the_worker_does_not_serve_waits_for_another(kennel, provider):
    enqueue(deliver, "slow", queue="slow")
    enqueue(deliver, "quick", run_at=timezone.now())
    worker = kennel.start("--queues", "default", *ONE)

    provider.wait_for_end()
    worker.end()

    assert provider.taken == ["quick"]
    assert states() == ["done", "ready"]


def test_the_job_under_way_is_finished_and_no_other_begun_when_asked_to_stop(kennel, provider):
    enqueue(deliver, "first")
    enqueue(deliver, "second")
    provider.plan = ["before"]
    worker = kennel.start(*ONE)
    call = provider.wait_for_call()

    worker.stop()
    call.go_on.set()

    assert worker.wait() == 0
    left = {job.args[0]: job.state for job in Job.objects.all()}
    assert left == {"first": "done", "second": "ready"}


def test_a_job_that_takes_longer_than_the_grace_is_given_back(kennel, provider):
    enqueue(deliver, "key")
    provider.plan = ["before"]
    worker = kennel.start(*ONE, "--grace", "0")
    provider.wait_for_call()

    assert worker.end() == 1

    job = Job.objects.get()
    assert (job.state, job.lease_token, job.attempts) == ("ready", "", 1)
    assert job.last_error == "The worker was stopped while it ran."
    assert Attempt.objects.get().state == "open"


def test_a_second_signal_ends_the_worker_at_once(kennel, provider):
    enqueue(deliver, "key")
    provider.plan = ["before"]
    worker = kennel.start(*ONE)
    provider.wait_for_call()

    worker.stop()
    worker.signal()

    assert worker.wait() == 128 + signal.SIGTERM
    assert states() == ["running"]  # until its lease runs out


def test_a_job_longer_than_its_lease_runs_once_while_its_worker_lives(kennel, provider, eventually):
    enqueue(ask_only, "key")
    provider.plan = ["before"]
    worker = kennel.start(*ONE, "--lease", "2")
    call = provider.wait_for_call()

    first = Job.objects.get().lease_until
    eventually(lambda: timezone.now() > first and Job.objects.get().lease_until > first)
    call.go_on.set()

    assert worker.end() == 0
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("done", 1)


def test_a_worker_that_was_paused_longer_than_its_lease_goes_on_with_its_job(
    kennel, provider, eventually
):
    enqueue(deliver, "key")
    provider.plan = ["after"]
    worker = kennel.start(*ONE, "--lease", "1")
    call = provider.wait_for_call()

    os.kill(worker.pid, signal.SIGSTOP)
    paused = Job.objects.get()
    eventually(lambda: timezone.now() > paused.lease_until)
    os.kill(worker.pid, signal.SIGCONT)
    eventually(lambda: Job.objects.get().lease_until != paused.lease_until)
    call.go_on.set()

    assert provider.wait_for_end() == "key"
    assert worker.end() == 0
    job = Job.objects.get()
    assert (job.state, job.attempts) == ("done", 1)
    assert provider.taken == ["key"]


def test_a_round_renews_the_leases_of_the_jobs_under_way_before_it_frees_any(db):
    enqueue(note)
    worker = Worker(["default"], threads=1)
    (job,) = claim(["default"], limit=1, now=timezone.now(), lease=timedelta(0))
    worker._crew.busy[job.pk, job.attempts] = job

    worker._round()

    kept = Job.objects.get()
    assert (kept.state, kept.lease_token) == ("running", job.lease_token)
    assert kept.lease_until > timezone.now()


def test_a_worker_that_dies_is_missed_when_its_lease_runs_out(kennel, provider):
    enqueue(deliver, "key")
    provider.plan = ["before"]
    first = kennel.start(*ONE, "--lease", "1")
    provider.wait_for_call()
    second = kennel.start(*ONE)

    first.kill()

    assert provider.wait_for_end() == "key"
    second.end()
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 2)}


@pytest.fixture
def schedule(monkeypatch):
    """A schedule that the workers started after it declare."""
    monkeypatch.setenv("ERRANDS_SCHEDULED", "0 0 1 1 *")


def test_many_workers_run_each_slot_of_a_schedule_once(schedule, kennel, eventually):
    workers = [kennel.start(*ONE) for _ in range(4)]
    eventually(lambda: Schedule.objects.filter(name="errand").exists())
    slots = [timezone.now().replace(year=year, microsecond=0) for year in (2001, 2002, 2003)]

    for slot in slots:
        Schedule.objects.filter(name="errand").update(next_run_at=slot)
        eventually(lambda slot=slot: Job.objects.filter(run_at=slot, state="done").exists())

    assert [worker.end() for worker in workers] == [0, 0, 0, 0]
    runs = Job.objects.filter(task=note.module_path).order_by("run_at")
    assert list(runs.values_list("run_at", "attempts")) == [(slot, 1) for slot in slots]


@contextmanager
def database_away():
    """Take the database away from every process: its doors on PostgreSQL, its table on SQLite."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE jobs_job RENAME TO jobs_away")
        yield
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE jobs_away RENAME TO jobs_job")
        return
    settings = connection.settings_dict
    name = settings["NAME"]
    connection.close()
    connection.close_pool()
    with psycopg.connect(
        f"host={settings['HOST']} port={settings['PORT']} user={settings['USER']} dbname=postgres",
        autocommit=True,
    ) as desk:
        desk.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        desk.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            desk.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def test_a_worker_outlives_a_database_that_goes_away_and_comes_back(kennel, provider):
    enqueue(ask_only, "under-way")
    provider.plan = ["before"]
    worker = kennel.start(*ONE)
    call = provider.wait_for_call()
    enqueue(deliver, "later")

    with database_away():
        worker.says("the database is away")
        call.go_on.set()
        worker.says("its end is written later")

    assert provider.wait_for_end() == "later"
    assert worker.end() == 0
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


def test_what_is_due_can_be_run_here_for_a_test(db, ran):
    enqueue(note, "a", queue="slow")
    enqueue(note, "b")
    enqueue(note, "c", run_at=timezone.now() + timedelta(days=1))

    assert run_due() == 2
    assert run_due(timezone.now() + timedelta(days=2)) == 1
    assert [args for args, _ in ran] == [("a",), ("b",), ("c",)]


def test_running_what_is_due_comes_to_an_end(db, ran):
    for _ in range(5):
        enqueue(note)
    assert run_due(limit=3) == 3
