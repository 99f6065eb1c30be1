"""How the account panel and the find page stand up as an office grows: two sizes, one run.

    python bench/panel.py                                # 10,000 and 1,000,000 accounts
    python bench/panel.py --accounts 2000 20000 --bills 6 --requests 60

It fills an empty, migrated database (DATABASE_URL, or SQLite under HUB_VAR) to the first size,
measures, fills on to the next, and measures again. Each request is for another customer, by
somebody who may see everything that level 2 opens. The last column is the p95 against the first
size: the bar is 1.5.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from itertools import pairwise
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
os.environ.setdefault("HUB_LOG_LEVEL", "ERROR")
django.setup()

from django.conf import settings  # noqa: E402  # after setup
from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.test import Client  # noqa: E402

from contact_hub.customers import models as of  # noqa: E402
from contact_hub.inbox import models as inbox  # noqa: E402
from contact_hub.staff.models import Person, Team  # noqa: E402

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "
DAY = "DATE '2026-11-30' - CAST({days} AS integer)"
LITE_DAY = "date('2026-11-30', '-' || ({days}) || ' days')"
AT_ONCE = 100_000
OWN = 1_000_000_000  # numbers of the measured cases begin here
HTMX = {"HX-Request": "true"}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--accounts", type=int, nargs="+", default=[10_000, 1_000_000])
    asked.add_argument("--bills", type=int, default=24, help="of each account")
    asked.add_argument("--requests", type=int, default=300)
    options = asked.parse_args()
    if of.Customer.objects.exists():
        sys.exit("There are customers already: this fills an empty database only.")
    settings.ALLOWED_HOSTS = ["*"]
    queue, person = _office()
    print(f"{connection.vendor}, {options.bills} bills an account, {options.requests} requests")
    print(
        f"{'accounts':>10}{'filled s':>10}{'page':>8}{'p50 ms':>9}{'p95 ms':>9}"
        f"{'statements':>12}{'p95 ×':>8}"
    )
    base: dict[str, float] = {}
    for before, upto in pairwise([0, *options.accounts]):
        started = time.perf_counter()
        _fill(before + 1, upto, options.bills, queue)
        took = time.perf_counter() - started
        cases = _sample(upto, options.requests, queue, person)
        for page, addresses in _pages(cases).items():
            middle, high, statements = _measure(person, addresses)
            ratio = high / base.setdefault(page, high)
            print(
                f"{upto:>10}{took:>10.0f}{page:>8}{middle:>9.1f}{high:>9.1f}"
                f"{statements:>12}{ratio:>8.2f}",
                flush=True,
            )


def _office() -> tuple[inbox.Queue, Person]:
    team = Team.objects.create(name="Billing team")
    queue = inbox.Queue.objects.create(name="Billing", key="billing")
    queue.teams.add(team)
    person = Person.objects.create_user("ana@alder.test", "a long pass phrase", name="Ana")
    person.teams.add(team)
    return queue, person


def _sample(count: int, size: int, queue: inbox.Queue, person: Person) -> list[tuple[int, int]]:
    """So many cases of customers all over the town, each with somebody proven to level 2."""
    found = []
    for pk in random.Random(count).sample(range(1, count + 1), size):
        number = OWN + 3 * count + pk  # beside those that the filling numbers
        case = inbox.Case.objects.create(
            pk=number, queue=queue, customer_id=pk, account_id=pk, owner=person
        )
        contact = inbox.Contact.objects.create(pk=number, case=case, channel="voice", queue=queue)
        inbox.VerificationEvent.objects.create(
            contact=contact,
            customer_id=pk,
            account_id=pk,
            level=2,
            methods={"pin": "match"},
            result="match",
            agent=person,
        )
        found.append((case.pk, pk))
    return found


def _pages(cases: list[tuple[int, int]]) -> dict[str, list[str]]:
    return {
        "panel": [f"/desk/cases/{case}/panel/" for case, _customer in cases],
        "page": [f"/customers/{customer}/?case={case}" for case, customer in cases],
        "meter": [f"/?q=meter+M{customer:07d}" for _case, customer in cases],
    }


def _measure(person: Person, addresses: list[str]) -> tuple[float, float, int]:
    client = Client()
    client.force_login(person)
    for address in addresses[:10]:
        client.get(address, headers=HTMX)
    told: list[str] = []

    def count(execute, sql, params, many, context):
        told.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        client.get(addresses[0], headers=HTMX)
    times = []
    for address in addresses[10:]:
        started = time.perf_counter()
        answer = client.get(address, headers=HTMX)
        times.append(1000 * (time.perf_counter() - started))
        assert answer.status_code == 200, address
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.95)], len(told)


def _fill(first: int, last: int, bills: int, queue: inbox.Queue) -> None:
    for start in range(first, last + 1, AT_ONCE):
        with transaction.atomic():
            _town(start, min(start + AT_ONCE - 1, last), bills, queue)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _town(first: int, last: int, bills: int, queue: inbox.Queue) -> None:
    """One customer, premise, account and service for each number, and what hangs on them."""
    each = {"source": "'cis'"}
    here = {"account_id": "i", **each}
    few = {"first": first, "last": last}
    _insert(of.Customer, {"id": "i", "name": "'Rosa N' || i", "language": "'en'", **each}, **few)
    _insert(
        of.Premise,
        {
            "id": "i",
            "street": "(i % 9000) || ' Oak St'",
            "city": "'Alder'",
            "state": "'WA'",
            "zip_code": "'98101'",
        },
        **few,
    )
    _insert(
        of.Account,
        {
            "id": "i",
            "number": "'' || (4400000000 + i)",
            "line": "'electric'",
            "customer_id": "i",
            "premise_id": "i",
            "balance": "213.40",
        },
        **few,
    )
    meter = "'M' || substr('0000000' || i, length('' || i) + 1)"
    _insert(
        of.Service,
        {**here, "premise_id": "i", "kind": "'electric'", "meter": meter, "multiplier": "1"},
        **few,
    )
    _insert(
        of.Reading,
        {
            "meter": meter,
            "read_on": _day("30 * k"),
            "value": "1000 - k",
            "code": "'actual'",
            "usage": "400",
            "days": "30",
        },
        times=6,
        **few,
    )
    _insert(
        of.Point,
        {
            "id": "2 * i + k",
            "customer_id": "i",
            "kind": "CASE k WHEN 0 THEN 'phone' ELSE 'email' END",
            "value": "'v' || k || '.' || (i - k * (i % 2))",
        },
        times=2,
        **few,
    )
    _insert(
        of.Consent,
        {
            "point_id": "2 * i",
            "channel": "'phone'",
            "purpose": "'service'",
            "granted": "1 = 1",
            "source": "'cis'",
            "at": "CURRENT_TIMESTAMP",
        },
        **few,
    )
    _insert(
        of.Bill,
        {
            **here,
            "id": f"i * {bills} + k",
            "external_id": "i || '-' || k",
            "usage": "400 + k",
            "billed_on": _day("30 * k"),
            "days": "30",
            "current": "100 + k",
            "total": "100 + k",
        },
        times=bills,
        **few,
    )
    _insert(
        of.BillLine,
        {
            "bill_id": f"i * {bills} + k % 3",
            "position": "k / 3",
            "code": "'ENERGY'",
            "amount": "40",
            "quantity": "400",
            "price": "0.1",
        },
        times=9,
        **few,
    )
    _insert(
        of.Payment,
        {
            **here,
            "external_id": "i || '-' || k",
            "amount": "100",
            "method": "'card'",
            "status": "'posted'",
            "received_on": _day("30 * k"),
        },
        times=6,
        **few,
    )
    for model, more in _some():
        _insert(model, {**here, **more}, every=7, **few)
    _insert(of.Role, {**here, "customer_id": "i - 1", "kind": "'co_holder'"}, every=11, **few)
    _insert(
        inbox.Case,
        {
            "id": "i",
            "queue_id": f"{queue.pk}",
            "customer_id": "i",
            "account_id": "i",
            "state": "'closed'",
            "subject": "'A matter'",
            "opened_at": "CURRENT_TIMESTAMP",
            "last_at": "CURRENT_TIMESTAMP",
        },
        every=3,
        **few,
    )
    _insert(
        inbox.Contact,
        {
            "id": "i",
            "case_id": "i",
            "channel": "'voice'",
            "arrived": "CURRENT_TIMESTAMP",
            "queue_id": f"{queue.pk}",
        },
        every=3,
        **few,
    )


def _some() -> list[tuple[type[Model], dict[str, str]]]:
    """What every seventh account has."""
    return [
        (of.Deposit, {"external_id": "'D' || i", "amount": "150", "status": "'held'"}),
        (of.Flag, {"code": "'medical'", "customer_id": "i"}),
        (of.FieldOrder, {"external_id": "'F' || i", "kind": "'check'", "made_on": _day("3")}),
        (of.Dispute, {"external_id": "'X' || i", "opened_on": _day("3"), "amount": "90"}),
        (of.Notice, {"external_id": "'N' || i", "kind": "'late'", "mailed_on": _day("30")}),
        (of.Arrangement, {"external_id": "'A' || i", "total": "90", "made_on": _day("9")}),
    ]


def _day(days: str) -> str:
    return (DAY if connection.vendor == "postgresql" else LITE_DAY).format(days=days)


def _insert(
    model: type[Model],
    told: dict[str, str],
    *,
    first: int,
    last: int,
    times: int = 1,
    every: int = 1,
) -> None:
    """Rows made by the database itself: `i` is the account, `k` counts up to `times`."""
    values = {
        field.column: _literal(field.get_default())
        for field in model._meta.concrete_fields
        if not field.primary_key
    } | {name: value for name, value in told.items() if _has(model, name)}
    rows = NUMBERS.format(first=first, last=last)
    series = f"(SELECT 0 AS k{''.join(f' UNION ALL SELECT {k}' for k in range(1, times))}) AS t"
    if connection.vendor == "postgresql":
        values = {name: _cast(model, name, value) for name, value in values.items()}
    statement = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(map(connection.ops.quote_name, values))}) "
        f"{rows} SELECT {', '.join(values.values())} FROM n, {series} WHERE i % {every} = 0"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("%", "%%"), [])


def _has(model: type[Model], column: str) -> bool:
    return column in {field.column for field in model._meta.concrete_fields}


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "(1 = 1)" if value else "(1 = 0)"
    if isinstance(value, (dict, list)):
        return "'{}'" if isinstance(value, dict) else "'[]'"
    return f"'{value}'"


def _cast(model: type[Model], column: str, value: str) -> str:
    field = next(one for one in model._meta.concrete_fields if one.column == column)
    return f"CAST({value} AS {field.rel_db_type(connection) or field.db_type(connection)})"


if __name__ == "__main__":
    main()
