from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from contact_hub.journal import queries
from contact_hub.journal.actions import record
from contact_hub.journal.models import Entry


def where(here):
    """Keep a test where its engine is; elsewhere there is nothing to test, so nothing to skip."""
    return lambda test: test if here else None


def numbers(subject):
    return [entry.seq for entry in queries.timeline(subject)]


def test_each_subject_counts_its_own_lines_from_one(ana):
    record("case.1", "received", by=None)
    record("case.2", "received", by=None)
    record("case.1", "assigned", by=ana, to="Ana")

    assert numbers("case.1") == [1, 2]
    assert numbers("case.2") == [1]


def test_a_reader_who_has_seen_line_n_gets_only_what_came_after(ana):
    for verb in ("received", "assigned", "replied"):
        record("case.1", verb, by=ana)

    later = queries.timeline("case.1", after=1)

    assert [(entry.seq, entry.verb, entry.by) for entry in later] == [
        (2, "assigned", ana),
        (3, "replied", ana),
    ]


def test_heads_say_how_far_each_subject_has_come(db):
    record("case.1", "received", by=None)
    record("case.1", "assigned", by=None)

    assert queries.heads(["case.1", "case.9"]) == {"case.1": 2, "case.9": 0}


def test_a_line_is_numbered_and_written_in_one_statement_where_the_database_can(db, settings):
    settings.BUS = "local"

    with CaptureQueriesContext(connection) as statements:
        record("case.1", "received", by=None, topics=["case.1", "queue.1", "person.1"])

    assert len(statements) == {"postgresql": 1, "sqlite": 2}[connection.vendor]


def test_a_line_is_given_back_as_it_was_written(db, ana):
    entry = record("case.1", "assigned", by=ana, to={"person": 7}, why="¿por qué?")

    (kept,) = Entry.objects.all()
    assert (kept.pk, kept.seq, kept.by, kept.at) == (entry.pk, entry.seq, ana, entry.at)
    assert kept.particulars == entry.particulars == {"to": {"person": 7}, "why": "¿por qué?"}


@pytest.mark.needs("postgresql")  # which carries the bus
def test_on_postgresql_the_same_statement_tells_the_news(db, settings):
    settings.BUS = "postgres"

    with CaptureQueriesContext(connection) as statements:
        record("case.1", "received", by=None, topics=["case.1", "queue.1", "person.1"])

    assert len(statements) == 1


def test_what_cannot_be_written_down_spoils_the_change_it_tells_of(db):
    with pytest.raises(TypeError), transaction.atomic():
        record("case.1", "received", by=None, when=object())

    record("case.1", "received", by=None)
    assert numbers("case.1") == [1]


def test_a_change_that_is_taken_back_leaves_no_gap(db):
    record("case.1", "received", by=None)
    with transaction.atomic():
        record("case.1", "replied", by=None)
        transaction.set_rollback(True)
    record("case.1", "assigned", by=None)

    assert [(entry.seq, entry.verb) for entry in queries.timeline("case.1")] == [
        (1, "received"),
        (2, "assigned"),
    ]


REFUSED = {
    "save": lambda entry: Entry(pk=entry.pk, subject="case.1", seq=1, verb="x").save(
        force_update=True
    ),
    "update": lambda _: Entry.objects.update(verb="x"),
    "delete": lambda entry: entry.delete(),
    "delete many": lambda _: Entry.objects.all().delete(),
    "raw update": lambda _: run("UPDATE journal_entry SET verb = 'x'"),
    "raw delete": lambda _: run("DELETE FROM journal_entry"),
    "raw renumbering": lambda _: run("UPDATE journal_entry SET seq = seq + 1"),
}
ONLY_HERE = {
    "sqlite": "INSERT OR REPLACE INTO journal_entry (subject, seq, verb, particulars, at)"
    " VALUES ('case.1', 1, 'x', '{}', '2026-01-01')",
    "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE journal_entry",
}


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("attempt", [*REFUSED, "the engine's own way"])
def test_the_database_refuses_to_change_or_delete_a_line(db, attempt):
    entry = record("case.1", "received", by=None, sender="rosa@cust.test")
    change = REFUSED.get(attempt, lambda _: run(ONLY_HERE[connection.vendor]))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(entry)

    assert list(Entry.objects.values_list("verb", "particulars")) == [
        ("received", {"sender": "rosa@cust.test"})
    ]


@pytest.mark.parametrize("round_", ["before", "after"])
@pytest.mark.django_db(transaction=True)
def test_the_refusal_outlives_the_emptying_of_all_tables_after_a_test(round_):
    record("case.1", "received", by=None)

    with pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.all().delete()


@pytest.mark.needs("postgresql")  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
def test_many_writers_of_one_subject_leave_neither_gaps_nor_doubles():
    def write(worker):
        try:
            for turn in range(20):
                with transaction.atomic():
                    record("case.1", f"verb{worker}", by=None)
                    if turn % 4 == worker % 4:
                        transaction.set_rollback(True)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))

    assert numbers("case.1") == list(range(1, 6 * 15 + 1))
