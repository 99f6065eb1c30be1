"""Keeping account of a run while it is carried out: its files' places, its pulse, its screens."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils import timezone

from contact_hub.customers.models import ImportFile, ImportRun
from contact_hub.journal import bus

TOPIC = "imports"
PACE = 1.0  # seconds between two tellings of the screens
MANY = 100_000  # objects that came and stayed, until they are looked through
REST = 0.005  # seconds in which others get SQLite's one write lock


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for rings among objects less often: rows have none, and are a million at a time."""
    before = gc.get_threshold()
    gc.set_threshold(MANY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


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
