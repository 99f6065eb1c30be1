"""One step of bench/panel.py in a process of its own: to fill a database on, or to measure it.

The database is the one the environment names. The answer is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
django.setup()

import ledger  # noqa: E402  # after setup
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from matching import Clock  # noqa: E402
from matching import _fill as settle  # noqa: E402
from people import Human, Town, slip  # noqa: E402

from contact_hub.customers.models import Service  # noqa: E402
from contact_hub.inbox.models import Case, Contact, Queue, VerificationEvent  # noqa: E402
from contact_hub.staff.models import Person, Team  # noqa: E402

AT_ONCE = 25_000
OWN = 1_000_000_000  # numbers of the measured cases begin here
WARM = 10  # requests before those that count
HTMX = {"HX-Request": "true"}
Times = tuple[list[tuple[float, float]], int]


class Part(Town):
    """The people of some numbers of a town."""

    def __init__(self, accounts: int, first: int, last: int) -> None:
        super().__init__(accounts)
        self.first, self.last = first, last

    def on_file(self) -> Iterator[tuple[int, Human]]:
        for number in range(self.first, self.last + 1):
            if number % 10:
                yield number, self.human(number - 1)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("step", choices=("fill", "measure"))
    asked.add_argument("--accounts", type=int, required=True)
    asked.add_argument("--bills", type=int, default=24)
    asked.add_argument("--requests", type=int, default=100)
    asked.add_argument("--turn", type=int, default=0)
    options = asked.parse_args()
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if options.step == "fill":
        print(json.dumps(_fill(options.accounts, options.bills)))
    else:
        print(json.dumps(_measure(options.accounts, options.requests, options.turn)))


def _fill(accounts: int, bills: int) -> int:
    """Fill on by AT_ONCE accounts of one town at most; by how many."""
    queue, _person = _office()
    newest = Service.objects.order_by("-account").values_list("account", flat=True).first()
    first = (newest or 0) + 1
    last = min(first + AT_ONCE * 10 // 9 - 1, accounts * 10 // 9)  # every tenth is nobody's
    if last <= first:
        return 0
    with _trusting():
        settle(Part(accounts, first, last))
        with transaction.atomic():
            ledger.fill(first, last, bills, queue.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return (last - first + 1) * 9 // 10


@contextmanager
def _trusting() -> Iterator[None]:
    """Let the database take rows without looking whether those exist that they name."""
    postgresql = connection.vendor == "postgresql"
    off, on = "SET session_replication_role = replica", "RESET session_replication_role"
    with connection.cursor() as cursor:
        cursor.execute(off if postgresql else "PRAGMA foreign_keys = OFF")
        yield
        cursor.execute(on if postgresql else "PRAGMA foreign_keys = ON")


def _measure(accounts: int, requests: int, turn: int) -> dict[str, Times]:
    """Ask for pages of other customers each turn: ms of CPU and of the clock, statements of one."""
    queue, person = _office()
    dice = random.Random(turn)
    last = Service.objects.order_by("-account").values_list("account", flat=True)[0]
    some = [pk for pk in dice.sample(range(1, last + 1), 2 * (requests + WARM)) if pk % 10]
    cases = _cases(some[: requests + WARM], queue, person)
    town = Town(accounts)
    pages = {
        "panel": [f"/desk/cases/{case}/panel/" for case, _customer in cases],
        "page": [f"/customers/{customer}/?case={case}" for case, customer in cases],
        "meter": [f"/?q=meter+M{customer:07d}" for _case, customer in cases],
        "find": [f"/?{_typed(town.human(customer - 1), dice)}" for _case, customer in cases],
    }
    return {page: _times(person, addresses) for page, addresses in pages.items()}


def _typed(human: Human, dice: random.Random) -> str:
    """What somebody may type of a customer, with a slip now and then."""
    words = (
        human.name,
        f"{slip(human.first, dice)} {human.last}",
        f"{human.last} {human.house} {human.street}",
        f"{human.house} {human.street}",
        human.phone,
        human.email,
        human.number,
    )
    return urlencode({"q": dice.choice(words)})


def _times(person: Person, addresses: list[str]) -> Times:
    client = Client()
    client.force_login(person)
    for address in addresses[: WARM - 1]:
        client.get(address, headers=HTMX)
    told: list[str] = []

    def count(execute: Any, sql: str, *more: Any) -> Any:
        told.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(count):
        client.get(addresses[WARM - 1], headers=HTMX)
    times = []
    clock = Clock()
    for address in addresses[WARM:]:
        started, spent = time.perf_counter(), clock.cpu()
        answer = client.get(address, headers=HTMX)
        times.append((1000 * (clock.cpu() - spent), 1000 * (time.perf_counter() - started)))
        assert answer.status_code == 200, address
    return times, len(told)


def _office() -> tuple[Queue, Person]:
    person = Person.objects.filter(email="ana@alder.test").first()
    if person:
        return Queue.objects.get(key="billing"), person
    team = Team.objects.create(name="Billing team")
    queue = Queue.objects.create(name="Billing", key="billing")
    queue.teams.add(team)
    person = Person.objects.create_user("ana@alder.test", "a long pass phrase", name="Ana")
    person.teams.add(team)
    return queue, person


def _cases(customers: list[int], queue: Queue, person: Person) -> list[tuple[int, int]]:
    """A new case of each, with somebody proven to level 2."""
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = []
    for number, pk in enumerate(customers, max(OWN, newest + 1)):
        case = Case.objects.create(
            pk=number, queue=queue, customer_id=pk, account_id=pk, owner=person
        )
        contact = Contact.objects.create(pk=number, case=case, channel="voice", queue=queue)
        VerificationEvent.objects.create(
            contact=contact,
            customer_id=pk,
            account_id=pk,
            level=2,
            methods={"pin": "match"},
            result="match",
            agent=person,
        )
        found.append((number, pk))
    return found


if __name__ == "__main__":
    main()
