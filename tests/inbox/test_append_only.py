"""What was tried to prove who speaks stays as it was written, whoever asks the database."""

import pytest
from django.db import DatabaseError, connection, transaction

from contact_hub.inbox.models import VerificationEvent
from tests.served import serve

UPDATE = "UPDATE inbox_verificationevent SET level = 3"
COLUMNS = "contact_id, customer_id, level, methods, result, at"
REFUSED = {
    "update": UPDATE,
    "delete": "DELETE FROM inbox_verificationevent",
    "the engine's own way": {
        "sqlite": f"INSERT OR REPLACE INTO inbox_verificationevent (id, {COLUMNS})"
        f" SELECT id, {COLUMNS} FROM inbox_verificationevent",
        "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE inbox_verificationevent",
    }[connection.vendor],
}


@pytest.fixture
def event(make_case, ana):
    customer, account = serve()
    case = make_case(customer=customer, account=account)
    return VerificationEvent.objects.create(
        contact=case.contacts.get(), customer=customer, account=account, agent=ana,
        level=1, methods={"tax": "match"}, result="match",
    )  # fmt: skip


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("attempt", REFUSED)
def test_the_database_refuses_to_change_or_delete_an_event(event, attempt):
    with pytest.raises(DatabaseError, match="append-only"):
        run(REFUSED[attempt])

    assert list(VerificationEvent.objects.values_list("pk", "level")) == [(event.pk, 1)]


@pytest.mark.parametrize("round_", ["before", "after"])
@pytest.mark.django_db(transaction=True)
def test_the_refusal_outlives_the_emptying_of_all_tables_after_a_test(event, round_):
    with pytest.raises(DatabaseError, match="append-only"):
        run(UPDATE)
