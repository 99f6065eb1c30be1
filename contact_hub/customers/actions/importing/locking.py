"""One import at a time: a lock that ends with the process that holds it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

LOCK = 7_204_118  # any number, the same in every version; the migrations have the one before
FILE = "import.lock"


class Busy(Exception):
    """Another import is under way."""


@contextmanager
def alone() -> Iterator[None]:
    """Hold the one lock; raise Busy.

    PostgreSQL's belongs to the connection and the file's to the process: both are free as soon as
    whoever held them is gone, whatever ended it.
    """
    if connection.vendor == "postgresql":
        with _advisory():
            yield
    else:
        with _file():
            yield


@contextmanager
def _advisory() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Busy
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@contextmanager
def _file() -> Iterator[None]:
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR / FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield
