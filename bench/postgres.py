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
def database(name: str) -> Iterator[str]:
    """Make an empty database, point the hub's settings at it, and drop it afterwards."""
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{SERVER}/{name}"
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


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
    """CPU seconds of the whole PostgreSQL process tree so far, reaped backends included."""
    total = 0.0
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres":
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system
                if process.ppid() in (0, 1):
                    total += times.children_user + times.children_system
    return total
