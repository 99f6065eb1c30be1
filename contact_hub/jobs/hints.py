"""A nudge for the workers of this process; only a hint, the table is the truth."""

from __future__ import annotations

from queue import SimpleQueue

from django.db import transaction

Hints = SimpleQueue[None]  # put() may be called from a signal handler, Event.set() may not

_listening: set[Hints] = set()


def listen() -> Hints:
    """A queue in which a hint lies after work was added."""
    hints: Hints = SimpleQueue()
    _listening.add(hints)
    return hints


def stop_listening(hints: Hints) -> None:
    _listening.discard(hints)


def nudge() -> None:
    """Wake the workers of this process once the current transaction has committed."""
    if _listening:
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    for hints in tuple(_listening):
        hints.put(None)
