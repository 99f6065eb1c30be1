"""The worker: `python -m contact_hub.jobs.worker` runs what is due until it is told to stop."""

from __future__ import annotations

import os

import django

if __name__ == "__main__":  # the models imported below load only once Django is set up
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
    django.setup()

import argparse
import logging
import queue
import signal
import socket
import sys
import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from types import FrameType

from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django_tasks import default_task_backend

from contact_hub.jobs import actions, hints
from contact_hub.jobs.actions import ticking
from contact_hub.jobs.crew import Crew
from contact_hub.jobs.models import Job
from contact_hub.jobs.performing import perform
from contact_hub.jobs.rules.pausing import next_look

log = logging.getLogger(__name__)

LEASE = 30.0  # seconds until others may take over the jobs of a worker that is silent
GRACE = 15.0  # seconds for the jobs under way after SIGTERM; the supervisor's is longer
POLL = 0.5  # seconds between looks at a quiet queue
CHORES = 1.0  # seconds between looks at schedules and at leases that ran out
AWAY = 5.0  # seconds at most between looks at a database that is away


class Worker:
    """Runs the due jobs of `queues` until `stop()`.

    lease, grace, poll   seconds; see LEASE, GRACE, POLL

    Polling the table is what finds work; a hint from this process only makes it sooner.
    """

    def __init__(
        self,
        queues: Collection[str],
        *,
        threads: int = 2,
        lease: float = LEASE,
        grace: float = GRACE,
        poll: float = POLL,
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"[:100]
        self._queues = list(queues)
        self._lease = timedelta(seconds=lease)
        self._grace = grace
        self._poll = poll
        self._hints = hints.listen()
        self._crew = Crew(threads, lease=self._lease, hints=self._hints)
        self._stopping = False
        self._chores_at = 0.0
        self._empty_looks = 0

    def stop(self) -> None:
        """Take no more jobs and let `run` return; safe in a signal handler."""
        self._stopping = True
        self._hints.put(None)

    def run(self) -> int:
        """Work until stopped; return how many jobs were left unfinished."""
        autodiscover_modules("tasks")
        self._crew.start()
        log.info("worker %s: queues %s", self.name, ", ".join(self._queues))
        synced, failures = False, 0
        while not self._stopping:
            try:
                if not synced:
                    ticking.sync(now=timezone.now())
                    synced = True
                wait, failures = self._round(), 0
            except (DatabaseError, InterfaceError) as error:
                wait, failures = next_look(failures, longest=AWAY), failures + 1
                log.warning("worker %s: the database is away: %s", self.name, type(error).__name__)
            close_old_connections()
            self._rest(wait)
        return self._leave()

    def _round(self) -> float:
        """Do the chores that are due, hand out jobs; return the seconds until the next look."""
        if time.monotonic() >= self._chores_at:
            self._crew.renew()  # first: this process may have been asleep past their end
            actions.recover(now=timezone.now(), holding=list(self._crew.busy.values()))
            ticking.tick(now=timezone.now())
            self._chores_at = time.monotonic() + CHORES
        free = self._crew.free
        if not free:
            return CHORES
        jobs = actions.claim(
            self._queues, limit=free, now=timezone.now(), lease=self._lease, worker=self.name
        )
        for job in jobs:
            self._crew.give(job)
        self._empty_looks = 0 if jobs else self._empty_looks + 1
        return next_look(self._empty_looks, longest=self._poll)

    def _rest(self, seconds: float) -> None:
        """Wait, but no longer than until something happened."""
        try:
            self._hints.get(timeout=seconds)
            while True:
                self._hints.get_nowait()
        except queue.Empty:
            pass

    def _leave(self) -> int:
        hints.stop_listening(self._hints)
        log.info("worker %s: stopping, %d jobs under way", self.name, len(self._crew.busy))
        end = time.monotonic() + self._grace
        while self._crew.busy and (left := end - time.monotonic()) > 0:
            self._rest(left)
        unfinished = list(self._crew.busy.values())
        if unfinished:
            self._give_back(unfinished)
        self._crew.dismiss()
        log.info("worker %s: stopped, %d jobs unfinished", self.name, len(unfinished))
        return len(unfinished)

    def _give_back(self, jobs: Collection[Job]) -> None:
        try:
            actions.release(jobs, now=timezone.now())
        except (DatabaseError, InterfaceError):
            log.warning("%d jobs could not be given back: their leases will run out", len(jobs))


def run_due(now: datetime | None = None, *, limit: int = 1000) -> int:
    """For tests: run every due job, of every queue, here and one after the other; return how many.

    now  None: the clock's; jobs that are tried again later are not due by then
    """
    ran = 0
    while ran < limit:
        claimed = actions.claim(
            default_task_backend.queues,
            limit=1,
            now=now or timezone.now(),
            lease=timedelta(seconds=LEASE),
        )
        if not claimed:
            break
        for job in claimed:
            perform(job)(now=now or timezone.now())
            ran += 1
    return ran


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a worker until SIGTERM or SIGINT; a second one ends it at once."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if (most := _most_threads()) and options.threads > most:
        parser.error(f"--threads: {most} at most, or raise HUB_POOL_SIZE")
    worker = Worker(
        options.queues,
        threads=options.threads,
        lease=options.lease,
        grace=options.grace,
        poll=options.poll,
    )
    asked: list[int] = []

    def leave(signum: int, _frame: FrameType | None) -> None:
        if asked:
            os._exit(128 + signum)
        asked.append(signum)
        worker.stop()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, leave)
    unfinished = worker.run()
    if unfinished:
        logging.shutdown()
        os._exit(1)  # their threads cannot be stopped otherwise
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="worker", description="Do the background work until SIGTERM or Ctrl-C."
    )
    parser.add_argument(
        "--queues", type=_queues, default=sorted(default_task_backend.queues), metavar="NAME,NAME"
    )
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="jobs at a time")
    for name, default, words in (
        ("--lease", LEASE, "after which the jobs of a silent worker are freed"),
        ("--grace", GRACE, "for the jobs under way when told to stop"),
        ("--poll", POLL, "between looks at a quiet queue"),
    ):
        parser.add_argument(
            name, type=float, default=default, metavar="SECONDS", help=f"{words} ({default:g})"
        )
    return parser


def _most_threads() -> int | None:
    """How many threads the connection pool serves beside the two of the worker; None: any."""
    pool = connection.settings_dict.get("OPTIONS", {}).get("pool")
    return max(pool["max_size"] - 2, 1) if isinstance(pool, dict) else None


def _queues(names: str) -> list[str]:
    wanted = [name.strip() for name in names.split(",")]
    if strange := set(wanted) - default_task_backend.queues:
        known = ", ".join(sorted(default_task_backend.queues))
        raise argparse.ArgumentTypeError(f"no such queue: {', '.join(strange)}; there are {known}")
    return wanted


if __name__ == "__main__":
    sys.exit(main())
