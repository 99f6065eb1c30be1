"""A process that imports an extract and dies by its own hand on the way.

    python -m tests.customers.dying MODULE FUNCTION before|after NTH PLACE

It kills itself with SIGKILL just before or after the NTH call of FUNCTION of MODULE, and ends with
code 0 when it never came to that. Its pieces are two rows long, so that there are many.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path

import django


def main() -> None:
    module, function, when, nth, place = sys.argv[1:]
    django.setup()
    arm(module, function, when, int(nth))
    from contact_hub.customers.actions import importing

    small()
    importing.carry_out(importing.prepare(Path(place), by=None))


def small() -> None:
    """Make pieces of two rows."""
    from contact_hub.customers.actions.importing import reading, writing

    reading.PIECE = {True: 2, False: 2}
    writing.CHUNK = {True: 2, False: 2}


def arm(module: str, function: str, when: str, nth: int) -> None:
    """Put the death before or after a call of a function; `Class.method` reaches into a class."""
    place = importlib.import_module(module)
    *path, name = function.split(".")
    for part in path:
        place = getattr(place, part)
    whole, calls = getattr(place, name), [0]

    def dying(*args, **kwargs):
        calls[0] += 1
        if calls[0] < nth:
            return whole(*args, **kwargs)
        if when == "after":
            whole(*args, **kwargs)
        return os.kill(os.getpid(), signal.SIGKILL)

    setattr(place, name, dying)


if __name__ == "__main__":
    main()
