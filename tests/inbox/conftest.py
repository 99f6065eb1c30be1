"""Mail as it comes off the wire, and a carrier that keeps what it is given."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
import time_machine

from contact_hub.carriers.base import Accepted, Bounce, Outbound, Undeliverable, Unsure
from contact_hub.carriers.email import Email
from contact_hub.carriers.registry import use
from contact_hub.inbox.actions.intake import receive
from contact_hub.jobs.worker import run_due

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


class Outbox(Email):
    """Keeps every message handed to it; refuses the next ones as told."""

    def __init__(self) -> None:
        self.sent: list[Outbound] = []
        self.refusals: list[Undeliverable | Unsure] = []
        self.partly: list[tuple[Bounce, ...]] = []  # for the next ones, whom they miss

    def send(self, outbound: Outbound) -> Accepted:
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.append(outbound)
        refused = self.partly.pop(0) if self.partly else ()
        return Accepted(external_id=f"queued-{len(self.sent)}", refused=refused)


@pytest.fixture
def outbox():
    carrier = Outbox()
    with use("email", carrier):
        yield carrier


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def work_at(outbox):
    """Run every job that is due at a time."""

    def work(when):
        with time_machine.travel(when, tick=False):
            run_due(when)

    return work


@pytest.fixture
def mail():
    """Build one raw mail; headers by keyword, `_` for `-`."""

    def build(text="Why did my bill double?\n", *, sender="Rosa <rosa@cust.test>", **headers):
        message = EmailMessage()
        message["From"] = sender
        message["To"] = headers.pop("to", "billing@hub.test")
        message["Subject"] = headers.pop("subject", "High bill")
        message["Message-ID"] = headers.pop("message_id", "<one@cust.test>")
        message["Date"] = headers.pop("date", "Fri, 20 Nov 2026 14:59:00 +0000")
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return message.as_bytes()

    return build


@pytest.fixture
def arrive(mail, mailbox):
    """Let a mail come in; returns the message made of it."""

    def deliver(*args, at=NOW, recipients=("billing@hub.test",), **headers):
        raw = mail(*args, **headers)
        envelope = receive(
            raw, door="lmtp", mail_from="rosa@cust.test", recipients=recipients, now=at
        )
        envelope.refresh_from_db()
        assert envelope.state == "filed", envelope.error
        return envelope.message

    return deliver
