"""A door of the hub to knock on, and a carrier that keeps what it is given."""

from __future__ import annotations

import smtplib
import socket
import threading

import pytest

from contact_hub.carriers.base import Accepted, Carrier, Outbound
from contact_hub.carriers.email import smtp
from contact_hub.carriers.email.listener import Listener

PATIENCE = 30  # seconds that a test waits for another thread before it fails


class Recording(Carrier):
    """Keeps every message and sends none."""

    name = "recording"

    def __init__(self) -> None:
        self.sent: list[Outbound] = []

    def send(self, outbound: Outbound) -> Accepted:
        self.sent.append(outbound)
        return Accepted(external_id=f"kept {len(self.sent)}")


class Kept(list):
    """What a door handed in: (message, return address, recipients, door)."""

    def __call__(self, *delivery) -> None:
        self.append(delivery)


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
def eventually():
    """Wait until something is so that another thread brings about."""

    def wait(condition):
        for _ in range(PATIENCE * 100):
            if condition():
                return
            threading.Event().wait(0.01)
        pytest.fail("it never came about")

    return wait


@pytest.fixture
def open_door(kept):
    """Open a door; closes it after the test."""
    doors = []

    def door(deliver=kept, address="127.0.0.1:0", **options):
        listener = Listener(address, deliver, **options)
        listener.start()
        doors.append(listener)
        return listener

    yield door
    smtp.close()
    for listener in doors:
        listener.stop()


@pytest.fixture
def knock():
    """Talk to a door by the protocol it speaks."""
    lines = []

    def connect(listener):
        kind = smtplib.LMTP if listener.door == "lmtp" else smtplib.SMTP
        line = kind("127.0.0.1", listener.port, timeout=20)
        lines.append(line)
        return line

    yield connect
    for line in lines:
        line.close()


@pytest.fixture
def talk():
    """Talk to a door byte by byte: gives a file to write commands to and read answers from."""
    opened = []

    def connect(listener):
        line = socket.create_connection(("127.0.0.1", listener.port), timeout=20)
        stream = line.makefile("rwb", buffering=0)
        opened.extend((stream, line))
        return stream

    def hang_up():
        while opened:
            opened.pop(0).close()

    connect.hang_up = hang_up
    yield connect
    hang_up()
