"""From a mail on the wire to its row on an open screen, on SQLite, with the whole hub running.

    .venv/bin/python bench/arrival.py [--rate 20] [--seconds 20]

Mails are offered by LMTP at a steady rate. A signed-in client holds the socket, watches the queue
and, as a screen does, fetches the work list again whenever it is told of a change; a mail has
arrived on the screen when its subject stands in that answer. Then ten times the rate is offered,
and every mail acknowledged must be in the database in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import smtplib
import sqlite3
import sys
import tempfile
import threading
import time
import urllib.request
from email.message import EmailMessage
from pathlib import Path

import websockets

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.hubs import Hub, prepare, serving

SCENE = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from contact_hub.inbox.models import Mailbox, Queue
from contact_hub.staff.models import Person, Team
team = Team.objects.create(name="Bench")
queue = Queue.objects.create(name="Bench", key="bench"); queue.teams.add(team)
Mailbox.objects.create(address="billing@hub.test", name="Billing", queue=queue)
ana = Person.objects.create_user("ana@bench.test", "a long pass phrase", name="Ana")
ana.teams.add(team)
session = SessionStore()
session[SESSION_KEY] = str(ana.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = ana.get_session_auth_hash()
session.create()
print(session.session_key, queue.pk)
"""


class Screen:
    """A signed-in client that keeps one list fresh and notes when it first saw each mail."""

    def __init__(self, hub: Hub, session: str, queue: int) -> None:
        self.hub, self.cookie, self.queue = hub, f"sessionid={session}", queue
        self.seen: dict[int, float] = {}
        self.open = asyncio.Event()

    async def watch(self) -> None:
        address = f"ws://127.0.0.1:{self.hub.port}/ws/"
        origin = f"http://127.0.0.1:{self.hub.port}"
        headers = {"Cookie": self.cookie}
        changed = asyncio.Event()
        refreshing = asyncio.create_task(self._refresh(changed))
        async with websockets.connect(address, origin=origin, additional_headers=headers) as socket:
            await socket.send(json.dumps({"watch": [f"queue.{self.queue}"]}))
            async for frame in socket:
                told = json.loads(frame)
                if "watching" in told:
                    self.open.set()
                if "changed" in told:
                    changed.set()
        refreshing.cancel()

    async def _refresh(self, changed: asyncio.Event) -> None:
        while True:
            await changed.wait()
            changed.clear()
            page = await asyncio.to_thread(self.fetch)
            now = time.perf_counter()
            for number in map(int, re.findall(r"Mail no (\d+)", page)):
                self.seen.setdefault(number, now)

    def fetch(self) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.hub.port}/desk/?view=queue-bench&order=newest",
            headers={"Cookie": self.cookie, "HX-Request": "true", "HX-Target": "work"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read().decode()


def offer(lmtp: int, first: int, count: int, rate: float, sent: dict[int, float]) -> None:
    """Send mails at a steady rate over one connection; notes when each was offered."""
    begun = time.perf_counter()
    with smtplib.LMTP("127.0.0.1", lmtp, timeout=60) as server:
        for step in range(count):
            due = begun + step / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            sent[first + step] = min(due, time.perf_counter())
            server.sendmail(f"c{first + step}@cust.test", "billing@hub.test", mail(first + step))


def mail(number: int) -> bytes:
    message = EmailMessage()
    message["From"] = f"Customer {number} <c{number}@cust.test>"
    message["To"] = "billing@hub.test"
    message["Subject"] = f"Mail no {number} about my bill"
    message["Message-ID"] = f"<bench-{number}-{time.time_ns()}@cust.test>"
    message["Date"] = "Fri, 20 Nov 2026 14:59:00 +0000"
    message.set_content("Why did my bill double?\n" * 12)
    return message.as_bytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        session, queue = prepare(var, SCENE).split()[-2:]
        with serving(var, "--no-migrate") as hub:
            asyncio.run(run(hub, session, int(queue), asked))


async def run(hub: Hub, session: str, queue: int, asked: argparse.Namespace) -> None:
    screen = Screen(hub, session, queue)
    watching = asyncio.create_task(screen.watch())
    await asyncio.wait_for(screen.open.wait(), 20)
    sent: dict[int, float] = {}
    count = int(asked.rate * asked.seconds)
    await asyncio.to_thread(offer, hub.lmtp, 0, count, asked.rate, sent)
    until = time.perf_counter() + 10
    while len(screen.seen) < count and time.perf_counter() < until:
        await asyncio.sleep(0.05)
    waits = sorted(screen.seen[number] - sent[number] for number in screen.seen if number in sent)
    print(
        f"{'offered/s':>10} {'mails':>6} {'on screen':>10} {'p50 ms':>7} {'p99 ms':>7} {'worst':>7}"
    )
    print(
        f"{asked.rate:10.0f} {count:6} {len(waits):10} {1000 * waits[len(waits) // 2]:7.0f}"
        f" {1000 * waits[int(len(waits) * 0.99)]:7.0f} {1000 * waits[-1]:7.0f}"
    )
    burst, threads = int(asked.rate * 10 * 4), 4
    begun = time.perf_counter()
    senders = [
        threading.Thread(
            target=offer,
            args=(hub.lmtp, 100_000 + n * burst, burst // threads, asked.rate * 10 / threads, sent),
        )
        for n in range(threads)
    ]
    for sender in senders:
        sender.start()
    await asyncio.to_thread(lambda: [sender.join() for sender in senders])
    taken = time.perf_counter() - begun
    filed = 0
    until = time.perf_counter() + 60
    while filed < count + burst and time.perf_counter() < until:
        with sqlite3.connect(hub.var / "hub.sqlite3") as database:
            (filed,) = database.execute(
                "SELECT count(*) FROM inbox_envelope WHERE state = 'filed'"
            ).fetchone()
        await asyncio.sleep(0.2)
    print(f"burst at {asked.rate * 10:.0f}/s: {burst} acknowledged in {taken:.1f} s", end="")
    print(f" ({burst / taken:.0f}/s), {filed - count} filed, {burst + count - filed} lost")
    p99 = waits[int(len(waits) * 0.99)]
    print(f"  {'reached' if p99 < 1 and len(waits) == count else 'MISSED '} p99 under 1 s")
    print(f"  {'reached' if filed == count + burst else 'MISSED '} nothing lost at ten times")
    watching.cancel()


if __name__ == "__main__":
    main()
