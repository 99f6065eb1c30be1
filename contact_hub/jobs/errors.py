"""What a task may say about its end, and what the queue says when it is used wrongly."""

from __future__ import annotations


class Permanent(Exception):
    """Trying again cannot help: the job is dead at once and waits for a person."""


class Later(Exception):
    """Not now: try again after `seconds`, or after the usual pause when nobody said how long."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Unknown(Exception):
    """Nobody can tell whether the outside world accepted the call: a person decides."""


class LostLease(Exception):
    """The job has been given to another worker while this one was away; stop touching it."""


class OutsideJob(Exception):
    """An effect was asked for where no job is running."""
