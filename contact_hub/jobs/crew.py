"""The threads of a worker: some run jobs, one keeps their leases."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from queue import SimpleQueue

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connections,
)
from django.utils import timezone

from contact_hub.jobs import actions
from contact_hub.jobs.hints import Hints
from contact_hub.jobs.models import Job
from contact_hub.jobs.performing import Ending, perform
from contact_hub.jobs.rules.pausing import next_look

log = logging.getLogger(__name__)

LONGEST_REST = 5.0  # seconds between tries at writing to a database that is away


class Crew:
    """Runs the jobs it is given, each in a thread with its own database connection.

    hints  gets an item whenever a job has ended
    """

    def __init__(self, size: int, *, lease: timedelta, hints: Hints) -> None:
        self.size = size
        self.busy: dict[tuple[int, int], Job] = {}  # by job and try
        self._lease = lease
        self._hints = hints
        self._given: SimpleQueue[Job | None] = SimpleQueue()
        self._dismissed = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"job-{number}", daemon=True)
            for number in range(size)
        ]
        self._keeper = threading.Thread(target=self._keep, name="leases", daemon=True)

    @property
    def free(self) -> int:
        return self.size - len(self.busy)

    def start(self) -> None:
        for thread in [*self._threads, self._keeper]:
            thread.start()

    def give(self, job: Job) -> None:
        self.busy[job.pk, job.attempts] = job
        self._given.put(job)

    def renew(self) -> None:
        """Renew the leases of the jobs under way."""
        if jobs := list(self.busy.values()):
            kept = actions.keep(jobs, now=timezone.now(), lease=self._lease)
            log.debug("%d of %d leases renewed", kept, len(jobs))

    def dismiss(self) -> None:
        """Let the idle threads go; one that still runs a job is left to the end of the process."""
        self._dismissed.set()
        for _ in self._threads:
            self._given.put(None)
        if not self.busy:
            for thread in [*self._threads, self._keeper]:
                thread.join()

    def _work(self) -> None:
        while job := self._given.get():
            try:
                self._run(job)
            except Exception:  # whatever it is, the thread is needed for the next job
                log.exception("%s: its end could not be written; its lease will run out", job)
            finally:
                close_old_connections()
                self.busy.pop((job.pk, job.attempts), None)
                self._hints.put(None)
        connections.close_all()

    def _run(self, job: Job) -> None:
        close_old_connections()
        log.info("%s: try %d", job, job.attempts)
        ending = perform(job)
        failures = 0
        while not self._written(job, ending):
            failures += 1
            self._dismissed.wait(next_look(failures, longest=LONGEST_REST))

    def _written(self, job: Job, ending: Ending) -> bool:
        """Write how `job` ended; False when the database is away and there is time to try again."""
        close_old_connections()
        try:
            ending(now=timezone.now())
        except (OperationalError, InterfaceError):
            if self._dismissed.is_set():
                raise
            log.warning("%s: the database is away, its end is written later", job)
            return False
        return True

    def _keep(self) -> None:
        """Renew the leases of the jobs under way, three times before they would run out."""
        rest = self._lease.total_seconds() / 3
        wait = rest
        while not self._dismissed.wait(wait):
            try:
                wait = rest
                self.renew()
            except (DatabaseError, InterfaceError):
                log.warning("the leases could not be renewed: the database is away")
                wait = rest / 4
            close_old_connections()
        connections.close_all()
