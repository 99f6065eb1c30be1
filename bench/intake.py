"""Intake of mail, the whole way, beside a bare ORM insert of three rows in the same database.

    .venv/bin/python bench/intake.py [--mails 400] [--cases 100000]

One process. Each round times the floor (contact + message + entry, one transaction a message) and
the intake (envelope durable, parsed, matched, threaded, routed, recorded), interleaved so that a
noisy machine hurts both alike. With --cases it repeats both in a database that bench/fill.py has
filled with that many.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import postgres

WORDS = ("bill", "meter", "water", "read", "estimate", "balance", "due", "notice", "usage", "month")
STATEMENTS = 14
BARS = {"ratio": 0.2, "app": 12.0, "database": 2.5, "growth": 1.2, "slowest": 1000.0}


@dataclass
class Cost:
    """What a number of operations cost."""

    count: int = 0
    wall: float = 0.0
    app: float = 0.0
    database: float = 0.0
    each: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.count / self.wall

    def per(self, seconds: float) -> float:
        return 1000 * seconds / self.count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--cases", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=4)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as var:
        rows = {"small": run(asked, 0, Path(var))}
        if asked.cases:
            rows[f"{asked.cases:,} cases"] = run(asked, asked.cases, Path(var))
        report({name: pair for name, (pair, _statements) in rows.items()}, rows["small"][1])


def run(asked: argparse.Namespace, cases: int, var: Path) -> tuple[tuple[Cost, Cost], int]:
    """Measure in a database with so many cases: floor and intake, and one mail's statements."""
    with postgres.database(f"contact_hub_bench_intake_{cases}") as url:
        postgres.prepare(url, var=var)
        for step in (["manage.py", "migrate", "-v0"], ["bench/fill.py", str(cases)])[
            : 1 + bool(cases)
        ]:
            subprocess.run([sys.executable, *step], cwd=postgres.ROOT, check=True)
        connect()
        scene = Scene()
        scene.set()
        warm = Cost()
        measure(warm, scene.mails(30), scene.take_in)
        measured = pair(scene, asked), scene.statements()
        connect()  # nobody of ours is on the database when it is dropped
        return measured


def connect() -> None:
    """Let Django speak to the database that the environment names now."""
    import django

    django.setup()
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = os.environ["DATABASE_URL"].rpartition("/")[2]


def pair(scene: Scene, asked: argparse.Namespace) -> tuple[Cost, Cost]:
    floor, intake = Cost(), Cost()
    for _round in range(asked.rounds):
        measure(floor, range(asked.mails // asked.rounds), scene.bare)
        measure(intake, scene.mails(asked.mails // asked.rounds), scene.take_in)
    return floor, intake


def measure(cost: Cost, items: list[Any] | range, act: Callable[[Any], object]) -> None:
    ours, theirs = time.process_time(), postgres.server_cpu()
    begun = time.perf_counter()
    for item in items:
        before = time.process_time()
        act(item)
        cost.each.append(time.process_time() - before)
    cost.wall += time.perf_counter() - begun
    cost.app += time.process_time() - ours
    cost.database += postgres.server_cpu() - theirs
    cost.count += len(items)


class Scene:
    """A queue, customers, and an endless supply of mail."""

    def __init__(self) -> None:
        self.random = random.Random(7)
        self.sent: list[tuple[str, str]] = []
        self.number = 0

    def set(self) -> None:
        from contact_hub.customers.models import Account, Customer, Point
        from contact_hub.inbox.models import Case, Contact, Mailbox, Queue

        self.queue = Queue.objects.create(name="Bench", key="bench")
        Mailbox.objects.create(address="billing@hub.test", name="Billing", queue=self.queue)
        customers = Customer.objects.bulk_create(Customer(name=f"C {n}") for n in range(2000))
        Point.objects.bulk_create(
            Point(customer=one, kind="email", value=f"c{n}@cust.test")
            for n, one in enumerate(customers)
        )
        Account.objects.bulk_create(
            Account(customer=one, number=f"55{n:08d}", line="water")
            for n, one in enumerate(customers)
        )
        self.floor_case = Case.objects.create(queue=self.queue)
        self.floor_contact = Contact.objects.create(
            case=self.floor_case, channel="email", queue=self.queue
        )

    def mails(self, count: int) -> list[bytes]:
        """Make mails: four of five new, the fifth an answer to the sender's own earlier one."""
        return [self._mail() for _ in range(count)]

    def take_in(self, raw: bytes) -> None:
        from contact_hub.inbox.actions.intake import receive

        envelope = receive(raw, door="lmtp", recipients=["billing@hub.test"])
        if envelope.state != "filed":
            raise RuntimeError(envelope.error)

    def bare(self, _number: int) -> None:
        from django.db import transaction

        from contact_hub.inbox.models import Contact, Message
        from contact_hub.journal.models import Entry

        self.number += 1
        with transaction.atomic():
            contact = Contact.objects.create(case=self.floor_case, channel="post", queue=self.queue)
            message = Message.objects.create(
                case=self.floor_case,
                contact=contact,
                kind="letter",
                direction="in",
                state="received",
                subject="bare",
                text=self._text(),
            )
            Entry.objects.create(subject="bench", seq=self.number, verb=f"m{message.pk}")

    def statements(self) -> int:
        """Statements of one plain mail, transaction brackets apart."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from contact_hub.customers.queries import parameter

        parameter("accounts.pattern")  # what an office decided is read once in some seconds
        raw = self._mail(answer=False)
        with CaptureQueriesContext(connection) as said:
            self.take_in(raw)
        brackets = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        return sum(not one["sql"].startswith(brackets) for one in said)

    def _mail(self, *, answer: bool | None = None) -> bytes:
        self.number += 1
        message = EmailMessage()
        mine = f"m{self.number}.{self.random.random()}@cust.test"
        if answer is None:
            answer = bool(self.sent) and self.random.random() < 0.2
        if answer:
            parent, sender = self.random.choice(self.sent)
            message["In-Reply-To"] = message["References"] = f"<{parent}>"
        else:
            sender = f"c{self.number % 4000}.{self.number}@cust.test"
            if self.random.random() < 0.5:
                sender = f"c{self.random.randrange(2000)}@cust.test"
            self.sent.append((mine, sender))
        message["From"] = f"Customer {self.number} <{sender}>"
        message["To"] = "Billing <billing@hub.test>"
        message["Subject"] = f"About my {self.random.choice(WORDS)} {self.number}"
        message["Message-ID"] = f"<{mine}>"
        message["Date"] = "Fri, 20 Nov 2026 14:59:00 +0000"
        message["Received"] = "from mx.cust.test by mx.hub.test; Fri, 20 Nov 2026 14:59:01 +0000"
        message["MIME-Version"] = "1.0"
        message.set_content(self._text())
        return message.as_bytes()

    def _text(self) -> str:
        return "\n".join(
            " ".join(self.random.choice(WORDS) for _word in range(9)) for _line in range(8)
        )


def report(rows: dict[str, tuple[Cost, Cost]], statements: int) -> None:
    print(
        f"{'':>16} {'floor/s':>8} {'app ms':>7} {'PG ms':>6}"
        f" {'mails/s':>8} {'ratio':>7} {'app ms':>7} {'PG ms':>6} {'p99':>6} {'worst':>6}"
    )
    for name, (floor, intake) in rows.items():
        each = sorted(1000 * one for one in intake.each)
        print(
            f"{name:>16} {floor.rate:8.0f} {floor.per(floor.app):7.2f}"
            f" {floor.per(floor.database):6.2f}"
            f" {intake.rate:8.0f} 1/{floor.rate / intake.rate:<5.1f}"
            f" {intake.per(intake.app):7.2f} {intake.per(intake.database):6.2f}"
            f" {each[int(len(each) * 0.99)]:6.1f} {each[-1]:6.1f}"
        )
    first = next(iter(rows.values()))[1]
    last = list(rows.values())[-1][1]
    cost = [one.per(one.app) + one.per(one.database) for one in (first, last)]
    slowest = max(1000 * max(one.each) for _floor, one in rows.values())
    ratio = min(intake.rate / floor.rate for floor, intake in rows.values())
    bar("rate against the floor ≥ 1/5", ratio >= BARS["ratio"], f"1/{1 / ratio:.1f}")
    bar("app CPU ≤ 12 ms", last.per(last.app) <= BARS["app"], f"{last.per(last.app):.2f} ms")
    bar(
        "database CPU ≤ 2.5 ms",
        last.per(last.database) <= BARS["database"],
        f"{last.per(last.database):.2f} ms",
    )
    if len(rows) > 1:
        bar(
            "grown tables ≤ 1.2 ×",
            cost[1] <= cost[0] * BARS["growth"],
            f"{cost[1] / cost[0]:.2f} ×",
        )
    bar("no mail over 1 s CPU", slowest <= BARS["slowest"], f"{slowest:.1f} ms")
    bar(f"statements ≤ {STATEMENTS}", statements <= STATEMENTS, str(statements))
    print(f"median app CPU of one mail {1000 * statistics.median(last.each):.2f} ms")


def bar(name: str, reached: bool, value: str) -> None:  # noqa: FBT001  # one line of the table
    print(f"  {'reached' if reached else 'MISSED ':8} {name:32} {value}")


if __name__ == "__main__":
    main()
