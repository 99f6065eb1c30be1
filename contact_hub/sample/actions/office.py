"""The utility's own side: teams, queues, mailboxes, people, codes, outcomes, canned replies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password

from contact_hub.customers.actions.parameters import decide
from contact_hub.inbox.models import CannedReply, Mailbox, Outcome, Queue, WrapUpCode
from contact_hub.sample.rules.data import office
from contact_hub.staff.models import Person, Team

LONG_SINCE = date(2020, 1, 1)
DOMAIN = "aldercreek.test"


def set_up() -> None:
    """Write the office; the database must not have one."""
    plan = office()
    teams = {name: Team.objects.create(name=name) for name in plan["teams"]}
    queues = {row["key"]: _queue(row, number, teams) for number, row in enumerate(plan["queues"])}
    for row in plan["mailboxes"]:
        Mailbox.objects.create(
            address=row["address"],
            name=row["name"],
            queue=queues[row["queue"]],
            signature=plan["signature"]["en"].strip(),
            signature_es=plan["signature"]["es"].strip(),
        )
    password = make_password(plan["password"])  # once: a good hash takes its time
    for row in plan["staff"]:
        _person(row, password, teams)
    _codes(plan, queues)
    _decide(plan)
    for row in plan["canned"]:
        canned = CannedReply.objects.create(
            title=row["title"],
            body=row["en"].strip(),
            body_es=row["es"].strip(),
            tags=row["tags"],
        )
        canned.queues.set([queues[row["queue"]]] if "queue" in row else [])


def _decide(plan: dict[str, Any]) -> None:
    """What the office has decided for itself."""
    own = [row["address"] for row in plan["mailboxes"]]
    for name, value in {**plan["parameters"], "points.own": [*own, *plan["phones"]]}.items():
        decide(name, value=value, starts_on=LONG_SINCE, by=None)


def address_of(name: str) -> str:
    """The sign-in of somebody of the staff."""
    return f"{name.split()[0].lower()}@{DOMAIN}"


def _queue(row: dict[str, Any], position: int, teams: dict[str, Team]) -> Queue:
    queue = Queue.objects.create(
        name=row["name"],
        key=row["key"],
        position=position,
        first_reply_minutes=row["minutes"],
        auto_reply=row.get("auto_reply", "").strip(),
        auto_reply_es=row.get("auto_reply_es", "").strip(),
    )
    queue.teams.set([teams[name] for name in row["teams"]])
    return queue


def _person(row: dict[str, Any], password: str, teams: dict[str, Team]) -> None:
    person = Person.objects.create(
        email=address_of(row["name"]),
        password=password,
        name=row["name"],
        role=row["role"],
        level=row["level"],
        language=row.get("language", "en"),
        signature=row["name"],
    )
    person.teams.set([teams[name] for name in row["teams"]])


def _codes(plan: dict[str, Any], queues: dict[str, Queue]) -> None:
    for position, (key, (name, name_es)) in enumerate(plan["outcomes"].items()):
        Outcome.objects.create(key=key, name=name, name_es=name_es, position=position)
    for position, (key, (name, name_es, *only)) in enumerate(plan["codes"].items()):
        code = WrapUpCode.objects.create(key=key, name=name, name_es=name_es, position=position)
        code.queues.set([queues[queue] for queue in only])
