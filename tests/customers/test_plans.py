"""No look-up reads a table from end to end, on either engine."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import Account, Customer, Point, Premise
from contact_hub.customers.queries import find
from contact_hub.customers.rules.matching import Told

MANY = 3000
SYLLABLES = ("bar", "cel", "dun", "fro", "gil", "hol", "jas", "kem", "lor", "mur", "nor", "pel")


def word(at):
    one, two, three = at % 12, at // 12 % 12, at // 144 % 12
    return SYLLABLES[one] + SYLLABLES[two] + SYLLABLES[three]


@pytest.fixture
def crowd(db):
    """So many that reading all of them is never the quicker plan."""
    Customer.objects.bulk_create(
        Customer(pk=at, name=f"C{at}", first_name=word(at * 7), last_name=word(at))
        for at in range(1, MANY)
    )
    Premise.objects.bulk_create(
        Premise(pk=at, street=f"{at} {word(at * 5)} St", city="S", zip_code=f"{43001 + at % 90}")
        for at in range(1, MANY)
    )
    Account.objects.bulk_create(
        Account(pk=at, number=f"{at * 7919:010}", line="water", customer_id=at, premise_id=at)
        for at in range(1, MANY)
    )
    Point.objects.bulk_create(
        Point(customer_id=at, kind="phone", value=f"+1614{at:07}") for at in range(1, MANY)
    )
    renew(range(1, MANY))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # the tables are small: what is asked is whether an index serves every part at all
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [row[3] for row in cursor.fetchall()]


def read_from_end_to_end(lines):
    """SQLite says SCAN of a table, which a subquery's result is not; PostgreSQL says Seq Scan."""
    return [
        line
        for line in lines
        if "Seq Scan" in line
        or (line.startswith("SCAN") and not line.startswith(("SCAN arm", "SCAN (")))
    ]


TOLD = (
    Told(phones=("+16140000077",)),
    Told(phones=("+16140000077",), names=("Xaver Yolo",)),
    Told(numbers=("0000609764",)),
    Told(emails=("a@b.test",)),
    Told(last4=("9764",), names=(word(77),)),
    Told(names=(f"{word(539)} {word(77)}",)),
    Told(names=(f"{word(539)} {word(77)}x",), zips=("43078",)),
    Told(names=(f"J {word(77)}",), streets=("77",)),
    Told(streets=(f"77 {word(385)} St",), zips=("43078",)),
    Told(streets=(word(385),)),
    Told(names=("Zzyzx Qwrtl",), streets=("12345 Vxyz Rd",), zips=("99999",)),
    Told(meters=("M1",), plates=("P1",)),
)


def test_no_look_up_reads_a_table_from_end_to_end(crowd):
    find(Told(names=("warm up",)))
    with CaptureQueriesContext(connection) as done:
        for told in TOLD:
            find(told)

    # the vocabulary itself is in memory
    looked = [one["sql"] for one in done if "customers_face" in one["sql"]]
    assert len(looked) > len(TOLD)
    ends = {sql: read_from_end_to_end(plan(sql)) for sql in looked}
    assert {sql: lines for sql, lines in ends.items() if lines} == {}
