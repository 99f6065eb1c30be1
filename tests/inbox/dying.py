"""A process that does one thing of the hub and dies by its own hand on the way.

    python -m tests.inbox.dying ACT MODULE FUNCTION before|after ARGUMENT

ACT is `receive` (ARGUMENT: a file with a raw mail) or `send` (ARGUMENT: a file in which the
pretended mail server notes every Message-ID it accepts). The process kills itself with SIGKILL just
before or just after FUNCTION of MODULE runs; it ends with code 0 when it never came to that.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path

import django


def main() -> None:
    act, module, function, when, argument = sys.argv[1:]
    django.setup()
    arm(module, function, when)
    {"receive": receive, "send": send}[act](Path(argument))


def arm(module: str, function: str, when: str) -> None:
    """Put the death before or after a function; `Class.method` reaches into a class."""
    place = importlib.import_module(module)
    *path, name = function.split(".")
    for part in path:
        place = getattr(place, part)
    whole = getattr(place, name)

    def dying(*args, **kwargs):
        if when == "after":
            whole(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(place, name, dying)


def receive(mail: Path) -> None:
    from contact_hub.inbox.actions import intake

    intake.receive(mail.read_bytes(), door="lmtp", recipients=["billing@hub.test"])


def send(accepted: Path) -> None:
    from django.utils import timezone

    from contact_hub.carriers import registry
    from contact_hub.jobs.worker import run_due

    noting = importlib.import_module("tests.inbox.dying").Noting  # this file, as it was armed
    with registry.use("email", noting(accepted)):
        run_due(timezone.now())


class Noting:
    """Accepts every message and notes its id durably."""

    name = "email"

    def __init__(self, accepted: Path) -> None:
        self.accepted = accepted

    def send(self, outbound):
        from contact_hub.carriers.base import Accepted

        with self.accepted.open("a") as file:
            file.write(f"{outbound.message_id}\n")
            file.flush()
            os.fsync(file.fileno())
        return Accepted(external_id="noted")


if __name__ == "__main__":
    main()
