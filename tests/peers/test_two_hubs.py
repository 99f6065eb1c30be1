"""Two hubs that acknowledge each other fall silent, even through a relay that takes marks off."""

from __future__ import annotations

import smtplib
import sqlite3
import threading
import time
from contextlib import ExitStack, closing
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from aiosmtpd.controller import Controller

from tests.hubs import prepare, serving
from tests.ports import free_port

pytestmark = pytest.mark.peer
MARKS = ("Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "X-Contact-Hub-Loop")
THREADS = ("In-Reply-To", "References", "Reply-To")
SCENE = """
from contact_hub.inbox.models import Mailbox, Queue
queue = Queue.objects.create(name="Office", key="office", auto_reply="We have your mail.")
Mailbox.objects.create(address="{address}", name="Office", queue=queue)
"""


class Relay:
    """Passes mail on to the hub of its recipient; a bad one takes off all that ends a loop."""

    def __init__(self, *, bad):
        self.bad, self.passed, self.lock = bad, 0, threading.Lock()
        self.hubs = {}

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  # aiosmtpd's name
        content = envelope.content
        if self.bad:
            message = message_from_bytes(content)
            for name in (*MARKS, *THREADS, "Message-ID", "Subject"):
                del message[name]
            message["Message-ID"] = make_msgid(domain="relay.test")
            message["Subject"] = f"Passed on {self.passed}"
            content = message.as_bytes()
        with self.lock:
            self.passed += 1
        for recipient in envelope.rcpt_tos:
            domain = recipient.rpartition("@")[2]
            with smtplib.LMTP("127.0.0.1", self.hubs[domain], timeout=20) as door:
                door.sendmail(envelope.mail_from or "", [recipient], content)
        return "250 passed on"


@pytest.mark.parametrize("bad", [False, True])
def test_two_hubs_that_acknowledge_each_other_fall_silent(tmp_path, bad):
    relay = Relay(bad=bad)
    controller = Controller(relay, hostname="127.0.0.1", port=free_port())
    with ExitStack() as running:
        running.callback(controller.stop)
        controller.start()
        hubs = {}
        for name in ("a", "b"):
            var = tmp_path / name
            var.mkdir()
            prepare(var, SCENE.format(address=f"office@{name}.test"))
            hub = running.enter_context(
                serving(
                    var,
                    "--no-migrate",
                    HUB_SMTP_URL=f"smtp://127.0.0.1:{controller.port}",
                    HUB_MAIL_DOMAIN=f"{name}.test",
                )
            )
            hubs[name], relay.hubs[f"{name}.test"] = hub, hub.lmtp

        first = EmailMessage()
        first["From"], first["To"] = "office@b.test", "office@a.test"
        first["Subject"], first["Message-ID"] = "Hello", "<first@b.test>"
        first.set_content("Who begins?\n")
        with smtplib.LMTP("127.0.0.1", hubs["a"].lmtp, timeout=20) as door:
            door.sendmail("office@b.test", "office@a.test", first.as_bytes())

        counts = silent(hubs)

    assert relay.passed >= 1
    assert relay.passed <= 4, counts


def silent(hubs):
    """Wait until neither hub has anything left to send or to file; returns their counts."""
    until = time.monotonic() + 60
    quiet, before = 0, None
    while time.monotonic() < until:
        now = [look(hub) for hub in hubs.values()]
        busy = any(jobs or pending for _messages, jobs, pending in now)
        quiet = quiet + 1 if not busy and now == before else 0
        if quiet == 15 and now[0][0] >= 2:
            return now
        before = now
        threading.Event().wait(0.1)
    raise AssertionError(f"still busy: {now}")


def look(hub):
    with closing(sqlite3.connect(hub.var / "hub.sqlite3")) as database:
        return tuple(
            database.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
            for what in (
                "inbox_message",
                "jobs_job WHERE task LIKE '%sending.send' AND state IN ('ready', 'running')",
                "inbox_envelope WHERE state = 'pending'",
            )
        )
