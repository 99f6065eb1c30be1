"""Fill an empty, migrated database with cases and messages that look like two years of work.

    python bench/fill.py 1000        # cases; five messages each
    python bench/fill.py 100000

The database is the one the environment names (DATABASE_URL, HUB_VAR). The same number always
makes the same rows. Everybody's pass phrase is "a long pass phrase".
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402  # after setup
from django.db.models import JSONField, Model  # noqa: E402
from django.utils import timezone  # noqa: E402

from contact_hub.customers.models import Account, Customer, Point  # noqa: E402
from contact_hub.inbox.models import Case, Contact, Mailbox, Message, Outcome, Queue, WrapUpCode  # noqa: E402
from contact_hub.staff.models import Person, Team  # noqa: E402

MESSAGES = 5  # of each case
DAYS = 730
BATCH = 5000


def _words(text: str) -> list[str]:
    return text.split()


QUEUES = {
    "Billing": 34,
    "Water": 18,
    "Credit": 16,
    "Start and stop": 14,
    "Outages": 10,
    "Parking": 8,
}
STATES = {"closed": 700, "new": 30, "open": 90, "waiting": 120, "snoozed": 45, "merged": 15}
FIRST = _words("""
Rosa Minh Grace Amir Lena Jonas Ivy Omar Priya Noah Hana Luis Fatima Owen Mei Tomas Ada Kofi
Elif Zora Paul Nadia Ravi Celia Hugo Wanda Yusuf Greta Dmitri Aiko
""")
LAST = _words("""
Delgado Tran Okafor Haddad Brandt Lindqvist Moreau Farouk Nair Whitfield Sato Castillo
Rahman Pruitt Zhang Novak Byron Mensah Aydin Hale Kessler Petrov Iyer Vance Baptiste
Sorensen Ortiz
""")
TOPICS = (
    ("My bill doubled", "bill doubled estimate october reading meter"),
    ("Start service at a new address", "start service address lease tuesday keys"),
    ("Can I get more time to pay?", "extension arrangement pay paycheck friday balance"),
    ("Power was out again", "outage transformer street lights freezer claim"),
    ("Water pressure is low", "pressure water pipe valve brown morning"),
    ("Please stop service", "stop final bill moving deposit refund"),
    ("Citation I do not owe", "citation parking plate appeal photo receipt"),
    ("Solar credit missing", "solar credit net meter inverter statement"),
    ("Autopay charged twice", "autopay charged twice bank card refund"),
    ("Leak adjustment", "leak plumber toilet adjustment gallons receipt"),
)
COMMON = _words("""
the my account please bill you thank is for and we have not number call about when would
like to know this month service hello customer today i it was
""")
OURS = "desk@alder.test"
SIGNS = "Thank you,\n"


def main(count: int) -> None:
    if Case.objects.exists():
        sys.exit("There are cases already: this fills an empty database only.")
    started = time.perf_counter()
    dice = random.Random(count)
    with transaction.atomic():
        stage = _stage(dice)
        _load(Customer, _customers(count))
        _load(Account, _accounts(count))
        _load(Point, _points(count))
        _load(Case, _cases(random.Random(1), count, stage))
        _load(Contact, _contacts(count, stage))
        _load(Message, _messages(count, stage))
        _sequences()
    _analyse()
    took = time.perf_counter() - started
    print(f"{count} cases, {count * MESSAGES} messages in {took:.0f} s ({connection.vendor})")


def _stage(dice: random.Random) -> dict[str, list[int]]:
    """Queues, teams, people, codes: few enough for the ORM."""
    queues, people = [], []
    for place, name in enumerate(QUEUES):
        team = Team.objects.create(name=f"{name} team")
        queue = Queue.objects.create(name=name, key=name.lower().replace(" ", "-"), position=place)
        queue.teams.add(team)
        Mailbox.objects.create(address=f"{queue.key}@alder.test", name=f"Alder {name}", queue=queue)
        queues.append(queue.pk)
        for number in range(5):
            who = f"{FIRST[place * 5 + number]} {LAST[number]}"
            address = f"{who.split()[0].lower()}.{place}{number}@alder.test"
            person = Person.objects.create(email=address, name=who, role="csr", level="II")
            person.teams.add(team)
            people.append(person.pk)
    teams = list(Team.objects.all())
    cast = {"ana": ("csr", teams[:3]), "lee": ("lead", teams[:3]), "max": ("manager", [])}
    for name, (role, own) in cast.items():
        email = f"{name}@alder.test"
        person = Person.objects.create_user(
            email, "a long pass phrase", name=name.title(), role=role
        )
        person.teams.set(own)
        people.append(person.pk)
    for key, name in {"bill": "Bill", "service": "Service", "other": "Other"}.items():
        WrapUpCode.objects.create(key=key, name=name)
    for key, name in {
        "solved": "Solved",
        "referred": "Referred",
        "nothing": "Nothing to do",
    }.items():
        Outcome.objects.create(key=key, name=name)
    dice.shuffle(people)
    return {
        "queues": queues,
        "people": people,
        "outcomes": list(Outcome.objects.values_list("pk", flat=True)),
        "mailboxes": list(Mailbox.objects.order_by("pk").values_list("pk", flat=True)),
        "now": [int(timezone.now().timestamp())],
    }


def _who(number: int) -> tuple[str, str]:
    """The customer of a case; each has about three cases."""
    number //= 3
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    return f"{first} {last}", f"{first}.{last}.{number}@cust.test".lower()


def _customers(count: int) -> Iterator[dict[str, object]]:
    for number in range(0, count, 3):
        name, _address = _who(number)
        yield {"id": number // 3 + 1, "name": name, "kind": "person", "language": "en"}


def _accounts(count: int) -> Iterator[dict[str, object]]:
    for number in range(0, count, 3):
        pk = number // 3 + 1
        yield {
            "id": pk, "number": f"44{pk:08d}", "line": "electric", "status": "active",
            "customer_id": pk, "balance": "0.00", "past_due": "0.00",
        }  # fmt: skip


def _points(count: int) -> Iterator[dict[str, object]]:
    for number in range(0, count, 3):
        _name, address = _who(number)
        pk = number // 3 + 1
        yield {"id": pk, "customer_id": pk, "kind": "email", "value": address, "label": ""}


def _plan(number: int, count: int, now: int) -> tuple[datetime, random.Random]:
    """When a case was opened: evenly over the two years, in order, the last one just now."""
    opened = now - (count - number) * DAYS * 86400 // count
    return datetime.fromtimestamp(opened, UTC), random.Random(number)


def _cases(
    dice: random.Random, count: int, stage: dict[str, list[int]]
) -> Iterator[dict[str, object]]:
    states, weights = list(STATES), list(STATES.values())
    now = datetime.fromtimestamp(stage["now"][0], UTC)
    for number in range(count):
        opened, own = _plan(number, count, stage["now"][0])
        state = dice.choices(states, weights)[0]
        if state == "merged" and number < 10:
            state = "closed"
        name, address = _who(number)
        topic, _words = TOPICS[own.randrange(len(TOPICS))]
        worked, asleep = state in {"new", "open"}, state == "snoozed"
        owner = None if state == "new" or own.random() < 0.3 else own.choice(stage["people"])
        last = opened + timedelta(hours=own.randrange(1, 70))
        yield {
            "id": number + 1, "subject": topic, "state": state,
            "priority": own.choices((0, 1, 2, -1), (90, 6, 2, 2))[0],
            "queue_id": dice.choices(stage["queues"], list(QUEUES.values()))[0],
            "owner_id": owner, "customer_id": number // 3 + 1, "account_id": number // 3 + 1,
            "match": "[]",
            "outcome_id": own.choice(stage["outcomes"]) if state == "closed" else None,
            "opened_at": opened,
            "due_at": now + timedelta(minutes=own.randrange(-3000, 3000)) if worked else None,
            "snoozed_until": now + timedelta(hours=own.randrange(1, 200)) if asleep else None,
            "closed_at": last + timedelta(hours=2) if state == "closed" else None,
            "merged_into_id": own.randrange(1, number) if state == "merged" else None,
            "state_before_merge": "open" if state == "merged" else "", "muted_at": None,
            "channel": "email", "who_name": name, "who_address": address,
            "last_words": _text(number, MESSAGES - 1)[:200].replace("\n", " "), "last_at": last,
            "last_inbound": worked, "undelivered": own.random() < 0.003,
        }  # fmt: skip


def _contacts(count: int, stage: dict[str, list[int]]) -> Iterator[dict[str, object]]:
    for number in range(count):
        opened, own = _plan(number, count, stage["now"][0])
        yield {
            "id": number + 1, "case_id": number + 1, "channel": "email", "inbound": True,
            "queue_id": own.choice(stage["queues"]), "arrived": opened, "held_seconds": 0,
            "note": "",
        }  # fmt: skip


def _messages(count: int, stage: dict[str, list[int]]) -> Iterator[dict[str, object]]:
    for number in range(count):
        opened, own = _plan(number, count, stage["now"][0])
        name, address = _who(number)
        topic, _words = TOPICS[own.randrange(len(TOPICS))]
        mailbox = own.choice(stage["mailboxes"])
        for place in range(MESSAGES):
            inbound, note = place % 2 == 0, place == MESSAGES - 2
            pk = number * MESSAGES + place + 1
            yield {
                "id": pk, "case_id": number + 1, "contact_id": number + 1,
                "kind": "note" if note else "email",
                "direction": "inside" if note else "in" if inbound else "out",
                "state": "kept" if note else "received" if inbound else "accepted",
                "author_id": None if inbound else own.choice(stage["people"]),
                "mailbox_id": mailbox,
                "at": opened + timedelta(minutes=own.randrange(1, 600) + 600 * place),
                "from_name": name if inbound else "Alder",
                "from_address": address if inbound else OURS,
                "to": json.dumps([{"name": "", "address": OURS if inbound else address}]),
                "cc": "[]", "subject": topic if place == 0 else f"Re: {topic}",
                "text": _text(number, place), "quoted": "", "html": "", "automatic": False,
                "message_id": f"{pk}@fill.test", "in_reply_to": "", "references": "[]",
                "external_id": "", "trouble": "",
            }  # fmt: skip


def _text(number: int, place: int) -> str:
    """Sixty words: common ones, some of the topic, a few that stand in almost no other message."""
    dice = random.Random(number * 7 + place)
    _topic, words = TOPICS[random.Random(number).randrange(len(TOPICS))]
    own = [f"ref{number:07d}"] if place == 0 else []
    own += [f"street{dice.randrange(4000)}", str(dice.randrange(10_000))]
    body = dice.choices(COMMON, k=38) + dice.choices(words.split(), k=12) + own
    dice.shuffle(body)
    return " ".join(body) + "\n" + SIGNS + _who(number)[0]


def _load(model: type[Model], rows: Iterable[dict[str, object]]) -> None:
    """Write rows as the database likes best: COPY, or one prepared INSERT.

    Columns that the rows do not name get the model's default.
    """
    rows = iter(rows)
    head = next(rows)
    rest = _defaults(model, head)
    names = ", ".join(f'"{column}"' for column in (*head, *rest))
    into = f"{_table(model)} ({names})"
    every = ((*row.values(), *rest.values()) for row in chain([head], rows))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for values in every:
                    copy.write_row(values)
            return
        marks = ", ".join(["%s"] * (len(head) + len(rest)))
        while batch := list(islice(every, BATCH)):
            flat = [[_plain(value) for value in row] for row in batch]
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", flat)


def _defaults(model: type[Model], named: Iterable[str]) -> dict[str, object]:
    fields = model._meta.concrete_fields  # Django's public name for it
    return {
        field.column: json.dumps(field.get_default())
        if isinstance(field, JSONField)
        else field.get_default()
        for field in fields
        if field.column not in named and not field.null and not field.primary_key
    }


def _plain(value: object) -> object:
    return value.replace(tzinfo=None).isoformat(" ") if isinstance(value, datetime) else value


def _sequences() -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (Customer, Account, Point, Case, Contact, Message):
            table = _table(model)
            key = f"pg_get_serial_sequence('{table}', 'id')"
            cursor.execute(f"SELECT setval({key}, (SELECT max(id) FROM {table}))")


def _table(model: type[Model]) -> str:
    return model._meta.db_table  # Django's public name for it


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
