"""`./hub migrate`: bring the database up to date, by one process at a time."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection

LOCK = 7_204_117  # any number, the same in every version: who holds it migrates


def run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./hub migrate",
        description="Create or change the tables as this version needs them. Safe to run again.",
    )
    parser.parse_args(arguments)
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with _alone():
        call_command("migrate", interactive=False, verbosity=1)
        if not settings.REDIS_URL:
            call_command("createcachetable")
    return 0


@contextmanager
def _alone() -> Iterator[None]:
    """Let the nodes of a large site migrate one after the other; SQLite's own lock suffices."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
