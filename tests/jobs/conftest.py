"""A database that other processes can open, a provider to call, and workers to kill."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import errands
import hypothesis
import pytest
from django.db import connection, connections, transaction

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no defect
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds that a test waits for another process before it fails


@pytest.fixture(autouse=True)
def ran():
    """What the errands of this process have done."""
    errands.ran.clear()
    return errands.ran


class Undone(Exception):
    """The transaction is rolled back."""


@pytest.fixture
def undone():
    """A transaction that is rolled back at its end."""

    @contextmanager
    def undo():
        with contextlib.suppress(Undone), transaction.atomic():
            yield
            raise Undone

    return undo


@pytest.fixture
def eventually():
    """Wait until something is so that another process brings about."""

    def wait(condition):
        for _ in range(PATIENCE * 50):
            if condition():
                return
            threading.Event().wait(0.02)
        pytest.fail("it never came about")

    return wait


@pytest.fixture
def site(transactional_db, tmp_path):
    """The environment in which another process, or another thread, works on this test's database.

    In memory nobody else can see it: on SQLite the database is copied to a file for the test.
    """
    settings = connection.settings_dict
    if connection.vendor != "sqlite":
        user, host, port = (settings[part] for part in ("USER", "HOST", "PORT"))
        yield {"DATABASE_URL": f"postgres://{user}@{host}:{port}/{settings['NAME']}"}
        return
    path = tmp_path / "hub.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
    memory, name = connection.connection, settings["NAME"]
    connection.connection, settings["NAME"] = None, str(path)
    try:
        yield {"DATABASE_URL": f"sqlite:///{path}"}
    finally:
        connection.close()
        connection.connection, settings["NAME"] = memory, name


@pytest.fixture
def in_threads(site):
    """Call `work` in several threads at once, each with a connection of its own."""

    def run(work, arguments):
        start = threading.Barrier(len(arguments))
        results = queue.SimpleQueue()

        def one(argument):
            start.wait()
            try:
                results.put(work(argument))
            except Exception as error:  # noqa: BLE001  # the test looks at it
                results.put(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=[argument]) for argument in arguments]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [results.get() for _ in arguments]

    return run


class Provider:
    """The outside world: takes keys, remembers them, and answers when the test lets it.

    `plan` names what happens to the next callers, who then wait in `held` without an answer:
    "before" and "after" its key was taken, "done" when the task tells that its call is over.
    """

    def __init__(self, path):
        self.path = str(path)
        self.taken = []
        self.plan = []
        self.held = queue.SimpleQueue()
        self.finished = queue.SimpleQueue()  # the callers who were answered to the end
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(self.path)
        self._door.listen(50)
        self._lock = threading.Lock()
        threading.Thread(target=self._open, daemon=True).start()

    def wait_for_call(self):
        """Wait until a caller is held; return it."""
        return self.held.get(timeout=PATIENCE)

    def wait_for_end(self):
        """Wait until a caller has told that its call is over; return its key."""
        return self.finished.get(timeout=PATIENCE)

    def close(self):
        self._door.close()

    def _open(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._door.accept()
                threading.Thread(target=self._serve, args=[line], daemon=True).start()

    def _serve(self, line):
        with line, contextlib.suppress(OSError):
            words = line.makefile().readline().split()
            if not words:
                return  # killed before it spoke
            verb, key = words
            with self._lock:
                step = self._step(verb)
                if verb == "take" and step != "before":
                    self.taken.append(key)
                known = key in self.taken
            if step:
                call = Call(step, key)
                self.held.put(call)
                call.go_on.wait()
            line.sendall(f"accepted-{key}\n".encode() if known or verb == "take" else b"\n")
            if verb == "after":
                self.finished.put(key)

    def _step(self, verb):
        """What the plan has for a caller who says this."""
        meant = {"take": ("before", "after"), "after": ("done",), "have": ()}[verb]
        return self.plan.pop(0) if self.plan and self.plan[0] in meant else ""


@dataclass
class Call:
    """A caller who waits for an answer."""

    step: str
    key: str
    go_on: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def provider(monkeypatch):
    with tempfile.TemporaryDirectory() as directory:  # a socket's path must be short
        provider = Provider(Path(directory) / "provider")
        monkeypatch.setenv("ERRANDS_PROVIDER", provider.path)
        yield provider
        provider.close()


class Started:
    """A worker process, and the lines it has written."""

    def __init__(self, pid, log, wait):
        self.pid = pid
        self._log = log
        self._wait = wait

    def kill(self):
        """End it as if the power had failed; wait until it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        return self._wait()

    def stop(self):
        """Ask it to stop; wait until it says that it heard."""
        self.signal()
        self.says("stopping")

    def signal(self):
        os.kill(self.pid, signal.SIGTERM)

    def end(self):
        """Ask it to stop; return its exit code."""
        self.signal()
        return self._wait()

    def wait(self):
        return self._wait()

    def says(self, words):
        """Wait for a line with `words`."""
        while words not in (line := self._log.get(timeout=PATIENCE)):
            pass
        return line


class Kennel:
    """A process with everything imported that forks workers: twenty of them start in a second."""

    def __init__(self, environment):
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("kennel.py"))],
            env=os.environ | environment | {"PYTHONPATH": f"{ROOT}:{Path(__file__).parent}"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._logs = {}
        self._replies = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._alive = []

    def start(self, *arguments):
        """Start a worker with these command line arguments."""
        pid = int(self._ask("start", *arguments))
        self._alive.append(pid)
        return Started(pid, self._log(pid), lambda: self._wait(pid))

    def close(self):
        for pid in list(self._alive):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self._wait(pid)
        self._process.stdin.close()
        self._process.wait()
        self._reader.join()
        self._process.stdout.close()

    def _wait(self, pid):
        code = int(self._ask("wait", str(pid)))
        self._alive.remove(pid)
        return code

    def _ask(self, *words):
        self._process.stdin.write(" ".join(words) + "\n")
        reply = self._replies.get(timeout=PATIENCE)
        assert not reply.startswith("error"), reply
        return reply

    def _log(self, pid):
        return self._logs.setdefault(str(pid), queue.SimpleQueue())

    def _read(self):
        for line in self._process.stdout:
            kind, _, words = line.strip().partition(" ")
            if kind == "reply":
                self._replies.put(words)
            elif kind == "log":
                pid, _, words = words.partition(" ")
                self._log(pid).put(words)
        self._replies.put("error: the kennel has closed")


@pytest.fixture
def kennel(site, provider):
    kennel = Kennel(site)
    yield kennel
    kennel.close()
