"""`./hub serve` and `./hub demo` as whole trees of processes, over their own ports and database."""

import contextlib
import os
import re
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds until a started hub must have said what a test waits for
MAIL = (
    "From: rosa@cust.test\r\nSubject: Lights out {}\r\nMessage-ID: <{}@cust.test>\r\n\r\nHelp\r\n"
)


def free_ports(number):
    return [free_port() for _ in range(number)]


class Tree:
    """A command of the hub and everything it starts, with its log."""

    def __init__(self, var, *arguments, **variables):
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL"}
        }
        self.var = var
        self.process = subprocess.Popen(
            [sys.executable, "-m", "contact_hub.cli", *arguments],
            cwd=ROOT,
            env=kept | {"HUB_VAR": str(var), "PYTHONUNBUFFERED": "1"} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.seen = []

    def until(self, pattern):
        """Read the log up to a line that matches."""
        watchdog = signal.signal(signal.SIGALRM, self._too_late)
        signal.alarm(PATIENCE)
        try:
            for line in self.process.stdout:
                self.seen.append(line)
                if found := re.search(pattern, line):
                    return found
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, watchdog)
        raise AssertionError(f"ended without {pattern!r}:\n{''.join(self.seen)}")

    def _too_late(self, *_):
        raise AssertionError(f"too late; so far:\n{''.join(self.seen)}")

    def end(self, number=signal.SIGTERM):
        """Ask it to end; return its exit code once everything has."""
        self.process.send_signal(number)
        rest, _nothing = self.process.communicate(timeout=PATIENCE)
        self.seen.append(rest)
        return self.process.returncode

    def count(self, table):
        with contextlib.closing(sqlite3.connect(self.var / "hub.sqlite3", timeout=30)) as database:
            return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture
def tree(tmp_path):
    """Start a command of the hub; whatever a test leaves running is killed."""
    started = []

    def start(*arguments, **variables):
        started.append(Tree(tmp_path / "var", *arguments, **variables))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as page:
        return page.status


def send(port, number):
    with smtplib.LMTP("127.0.0.1", port) as door:
        door.sendmail("rosa@cust.test", ["billing@hub.test"], MAIL.format(number, number))


def test_one_command_serves_pages_takes_mail_survives_a_killed_part_and_ends_in_order(tree):
    port, lmtp = free_ports(2)
    hub = tree("serve", "--port", str(port), HUB_LMTP_LISTEN=f"127.0.0.1:{lmtp}")
    hub.until(f"Contact Hub is on http://127.0.0.1:{port}")
    assert get(port, "/healthz") == 200
    send(lmtp, 1)

    mail = int(re.search(r"mail +started, process (\d+)", "".join(hub.seen).replace("| ", ""))[1])
    os.kill(mail, signal.SIGKILL)
    hub.until("mail ended, killed by SIGKILL")
    hub.until("mail started")
    hub.until("listening for lmtp")
    send(lmtp, 2)
    second = tree("serve", "--port", str(port))
    second.until("a hub runs on .* already")

    assert hub.count("inbox_envelope") == 2
    assert second.process.wait(PATIENCE) == 1
    assert hub.end() == 0
    log = "".join(hub.seen)
    for part in ("web", "worker", "mail"):
        assert f"{part} ended, exit code 0" in log
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_port_that_is_taken_is_named_and_nothing_starts(tree):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        hub = tree("serve", "--port", str(port))

        hub.until(f"127.0.0.1:{port} cannot be used")

    assert hub.process.wait(PATIENCE) == 1
    assert "started" not in "".join(hub.seen)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "hub.example.com"])
def test_a_hub_with_the_demo_s_key_is_not_shown_to_other_machines(tree, host):
    hub = tree("serve", "--host", host, "--port", str(free_ports(1)[0]))

    hub.until(f"{host} can be reached from other machines")
    hub.until("Set HUB_SECRET_KEY to a secret of your own")

    assert hub.process.wait(PATIENCE) == 1
    assert not hub.var.exists()


@pytest.mark.parametrize("with_", [{"HUB_SECRET_KEY": "a key of our own"}, {"HUB_DEBUG": "yes"}])
def test_with_a_key_of_its_own_or_for_a_developer_a_hub_may_listen_anywhere(tree, with_):
    with socket.create_server(("0.0.0.0", 0)) as taken:  # it goes no further
        hub = tree("serve", "--host", "0.0.0.0", "--port", str(taken.getsockname()[1]), **with_)

        hub.until("cannot be used")


def test_the_demo_can_be_stopped_and_started_again(tree):
    port = free_ports(1)[0]
    first = tree("demo", "--port", str(port), "--every", "0.5")
    first.until("Alder Creek is here.")
    first.until(f"is on http://127.0.0.1:{port}")
    first.until("writes to")
    first.until("writes to")
    assert first.end(signal.SIGINT) == 0
    cases, people = first.count("inbox_case"), first.count("staff_person")

    again = tree("demo", "--port", str(port), "--no-traffic")
    again.until("Alder Creek was here already.")
    again.until(f"is on http://127.0.0.1:{port}")

    assert get(port, "/account/login/") == 200
    assert again.count("inbox_case") == cases >= 80
    assert again.count("staff_person") == people
    assert again.end() == 0


def test_the_demo_and_the_sample_are_not_for_production(tree):
    demo = tree("demo", HUB_PRODUCTION="yes")
    demo.until("not for production")
    sample = tree(
        "sample",
        HUB_PRODUCTION="yes",
        HUB_SECRET_KEY="a-key-of-its-own",
        HUB_SEALING_KEYS="b25seS1mb3ItdGhlLWNoZWNrLTAxMjM0NTY3ODktYWI=",
    )
    sample.until("not for production")

    assert demo.process.wait(PATIENCE) == sample.process.wait(PATIENCE) == 1
