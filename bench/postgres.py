"""A database of a bench's own on the local PostgreSQL, and the CPU that server spends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")


@contextmanager
def database(name: str, *, keep: bool = False) -> Iterator[str]:
    """Make an empty database and drop it afterwards; one that is kept is taken as it is."""
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if there and not keep:
            server.execute(drop)
        if not (there and keep):
            server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{SERVER}/{name}"
        finally:
            if not keep:
                server.execute(drop)


def prepare(url: str, *, var: Path) -> None:
    """Set the environment for the hub on that database; before Django is imported."""
    sys.path.insert(0, str(ROOT))
    os.environ |= {
        "DATABASE_URL": url,
        "HUB_POOL_SIZE": "0",
        "HUB_VAR": str(var),
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "contact_hub.settings",
    }


def server_cpu() -> float:
    """CPU seconds so far of the PostgreSQL processes that serve the bench's own database.

    Other databases on the same server, busy with other things, do not count.
    """
    total = 0.0
    with psycopg.connect(os.environ["DATABASE_URL"]) as server:
        rows = server.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    for (pid,) in rows:
        with suppress(psutil.NoSuchProcess):
            times = psutil.Process(pid).cpu_times()
            total += times.user + times.system
    return total
