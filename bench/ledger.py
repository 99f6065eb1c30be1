"""What hangs on the accounts of a made-up town, for bench/panel.py: made by the database itself."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model

from contact_hub.customers import models as of
from contact_hub.inbox import models as inbox

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "
DAY = "DATE '2026-11-30' - CAST({days} AS integer)"
LITE_DAY = "date('2026-11-30', '-' || ({days}) || ' days')"


def fill(first: int, last: int, bills: int, queue: int) -> None:
    """What hangs on the account of each number, which is also its customer and its premise."""
    each = {"source": "'cis'"}
    here = {"account_id": "i", **each}
    few = {"first": first, "last": last}
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
        of.Consent,
        {
            "point_id": "(SELECT id FROM customers_point WHERE customer_id = i AND kind = 'phone')",
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
    _insert(of.Role, {**here, "customer_id": "i", "kind": "'co_holder'"}, every=11, **few)
    _insert(
        inbox.Case,
        {
            "id": "i",
            "queue_id": f"{queue}",
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
            "queue_id": f"{queue}",
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
        f"{rows} SELECT {', '.join(values.values())} FROM n, {series}"
        f" WHERE i % {every} = 0 AND i % 10 > 0"
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
