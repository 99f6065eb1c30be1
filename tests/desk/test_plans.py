"""No statement of the account panel reads a table from end to end that grows with the town."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contact_hub.customers.models import Account, Customer, Flag, Premise, Role
from contact_hub.inbox.models import Case, Contact
from tests.customers.test_plans import plan, read_from_end_to_end
from tests.served import serve

MANY = 2000
FIRST = 10_000  # beside the customer who is looked at
TOWN = (Customer, Premise, Account, Flag, Role, Case, Contact)
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def town(billing):
    """Flags and roles of customers and accounts; none is of a premise, as billing has it."""
    numbers = range(FIRST, FIRST + MANY)
    Customer.objects.bulk_create(Customer(pk=n, name=f"C{n}") for n in numbers)
    Premise.objects.bulk_create(Premise(pk=n, street=f"{n} Oak St") for n in numbers)
    Account.objects.bulk_create(
        Account(pk=n, number=f"55{n:08}", line="water", customer_id=n, premise_id=n)
        for n in numbers
    )
    Flag.objects.bulk_create(Flag(code="medical", customer_id=n, account_id=n) for n in numbers)
    Role.objects.bulk_create(Role(kind="tenant", customer_id=n, account_id=n) for n in numbers)
    Case.objects.bulk_create(
        Case(pk=n, queue=billing, customer_id=n, who_address=f"{n}@cust.test") for n in numbers
    )
    Contact.objects.bulk_create(Contact(case_id=n, channel="voice", queue=billing) for n in numbers)


def of_the_town(sql):
    """The names under which a statement reads tables that grow with the town."""
    tables = {model._meta.db_table for model in TOWN}
    aliases = {alias for table, alias in re.findall(r'"(\w+)" ([UT]\d+)\b', sql) if table in tables}
    return tables | aliases


@pytest.mark.parametrize("place", ["", "panel/"])
def test_the_panel_reads_no_table_of_the_town_from_end_to_end(client, town, make_case, ana, place):
    customer, account = serve()
    case = make_case(customer=customer, account=account)
    client.force_login(ana)
    address = f"/desk/cases/{case.pk}/{place}"
    client.get(address, headers=SCRIPT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as done:
        client.get(address, headers=SCRIPT)

    wrong = [
        (line, one["sql"])
        for one in done
        if one["sql"].startswith("SELECT")
        for line in read_from_end_to_end(plan(one["sql"]))
        if of_the_town(one["sql"]) & set(line.split())
    ]
    assert wrong == []
