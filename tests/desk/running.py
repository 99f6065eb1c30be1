"""The hub as real processes: a web server, and others that record changes beside it."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from websockets.sync.client import connect

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SOON = 20  # seconds: long enough for a busy machine, and nobody waits for it when all is well


class Site:
    """One installation in `folder`: the test's own data, one `bus` for all its processes."""

    def __init__(self, folder: Path, bus: str) -> None:
        self.folder, self.bus = folder, bus
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        if connection.vendor == "sqlite":
            self.database = f"sqlite:///{folder / 'hub.sqlite3'}"
            with closing(sqlite3.connect(folder / "hub.sqlite3")) as copy:
                connection.connection.backup(copy)
        else:
            at = connection.settings_dict
            self.database = (
                f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
            )

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "HUB_VAR": str(self.folder),
            "HUB_BUS": self.bus,
            "HUB_PUBLIC_URL": self.origin,
            "HUB_POOL_SIZE": "2",
            "DATABASE_URL": self.database,
            "REDIS_URL": settings.REDIS_URL,
            "PYTHONPATH": str(ROOT),
        }

    @contextmanager
    def serving(self, *, port: int | None = None):
        """A web server with one worker; killed (-9) at the end if it still runs."""
        arguments = ("granian", "--interface", "asgi", "--loop", "uvloop", "--workers", "1")
        server = self._start(
            *arguments, "--port", str(port or self.port), "contact_hub.asgi:application"
        )
        try:
            read_until(server, "Started worker-1")
            wait_for_door(server, port or self.port)
            yield server
        finally:
            kill(server)

    @contextmanager
    def recording(self):
        """A process that records; call it with subject, verb and topics."""
        process = self._start("tests.desk.recorder", stdin=subprocess.PIPE)
        try:
            read_until(process, "ready")

            def record(subject: str, verb: str, *topics: str) -> int:
                process.stdin.write(json.dumps([subject, verb, topics]) + "\n")
                process.stdin.flush()
                return int(process.stdout.readline())

            yield record
        finally:
            kill(process)

    @contextmanager
    def importing(self, place: Path):
        """A process that imports and waits after each step; call it to go on: False at the end."""
        process = self._start("tests.desk.stepper", str(place), stdin=subprocess.PIPE)
        try:
            read_until(process, "step")

            def go_on() -> bool:
                process.stdin.write("\n")
                process.stdin.flush()
                while (line := process.stdout.readline().strip()) not in {"step", "over"}:
                    assert process.poll() is None, line
                return line == "step"

            yield go_on
        finally:
            kill(process)

    def screen(self, session: str, *, port: int | None = None):
        """A client as a browser is one."""
        return connect(
            f"ws://127.0.0.1:{port or self.port}/ws/",
            origin=self.origin,
            additional_headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"},
            open_timeout=SOON,
            compression=None,
        )

    def _start(self, *arguments: str, **options) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=self.environment,
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **options,
        )


def kill(process: subprocess.Popen[str]) -> None:
    """End a process and all it has started, without giving it a chance to tidy."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(SOON)
    for pipe in filter(None, (process.stdin, process.stdout)):
        pipe.close()


def read_until(process: subprocess.Popen[str], words: str) -> None:
    lines = []
    while words not in (line := process.stdout.readline()):
        lines.append(line)
        assert line, "".join(lines)  # an empty line: it has ended


def wait_for_door(process: subprocess.Popen[str], port: int) -> None:
    """Wait until a server takes connections; it binds its port a little after it says so."""
    while True:
        with closing(socket.socket()) as visitor:
            if not visitor.connect_ex(("127.0.0.1", port)):
                return
        assert process.poll() is None, process.stdout.read()
        select.select([process.stdout], [], [], 0.05)


def ask(screen, **content) -> None:
    screen.send(json.dumps(content))


def told(screen) -> dict:
    return json.loads(screen.recv(timeout=SOON))
