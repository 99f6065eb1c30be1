"""Keeping account of a run while it is carried out: its files' places, its pulse, its screens."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection
from django.utils import timezone

from contact_hub.customers.models import ImportFile, ImportRun
from contact_hub.journal import bus

TOPIC = "imports"
PACE = 1.0  # seconds between two tellings of the screens
REST = 0.005  # seconds in which others get SQLite's one write lock


class TakenOver(Exception):
    """Another process carries this run out, or somebody has given it up: stop touching it."""


class Keeper:
    """Writes down how far a run is, as long as it is still this process's to carry out.

    told   called with a line of words whenever a file has come further, for whoever waits
    """

    def __init__(self, run: ImportRun, told: Any = None) -> None:
        self.run = run
        self._told = told
        self._next = 0.0

    def mark(self, file: ImportFile, **changes: Any) -> None:
        """Write `changes` of a file in the caller's transaction; raise TakenOver."""
        self.beat()
        ImportFile.objects.filter(pk=file.pk).update(**changes)
        for name, value in changes.items():
            setattr(file, name, value)
        if self._told is not None:
            self._told(file)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + PACE
            tell(self.run, "progressed")

    def beat(self) -> None:
        """Say that this process is alive; raise TakenOver."""
        mine = ImportRun.objects.filter(
            pk=self.run.pk, token=self.run.token, state=ImportRun.State.RUNNING
        )
        if not mine.update(beat_at=timezone.now()):
            raise TakenOver

    def breathe(self) -> None:
        """Let others write between two transactions where only one can at a time."""
        if connection.vendor == "sqlite":
            time.sleep(REST)


def tell(run: ImportRun, verb: str) -> None:
    """Let open screens know, after commit."""
    bus.publish([TOPIC], {"subject": run.key, "verb": verb})
