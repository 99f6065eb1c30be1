"""The cast that plays in every test, and the builders that set its stage."""

from __future__ import annotations

import os
from functools import cache

import pytest
from django.conf import settings as site
from django.contrib.auth.hashers import make_password
from django.core.management.base import CommandError
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone, translation
from playwright.sync_api import expect

from contact_hub.customers.queries import learned, vocabulary
from contact_hub.customers.queries.parameters import forget
from contact_hub.inbox.append_only import VERIFICATIONS
from contact_hub.inbox.models import Case, Contact, Mailbox, Message, Outcome, Queue, WrapUpCode
from contact_hub.inbox.queries import ours
from contact_hub.journal.append_only import JOURNAL
from contact_hub.staff.models import Person, Team

APPEND_ONLY = (JOURNAL, VERIFICATIONS)
HERE = {connection.vendor} | ({"redis"} if site.REDIS_URL else set())


def pytest_collection_modifyitems(config, items):
    """Leave out what is about a server that this run is not made on; the other run has it."""
    needs = {item: set(mark.args) for item in items for mark in item.iter_markers("needs")}
    elsewhere = [item for item in items if not needs.get(item, set()) <= HERE]
    items[:] = [item for item in items if item not in elsewhere]
    config.hook.pytest_deselected(items=elsewhere)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """On the CI machine everything is installed, so a skipped test there is a failed one."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session", autouse=True)
def _what_is_append_only_may_be_emptied_between_tests():
    """What really was committed is removed by emptying every table, which some tables refuse."""
    empty = TransactionTestCase._fixture_teardown

    def empty_at_last(case):
        for _try in range(4):  # a browser that leaves may still be telling the server so
            try:
                return empty(case)
            except CommandError:
                connection.rollback()
        return empty(case)

    def teardown(case):
        for refusal in APPEND_ONLY:
            refusal.lift(connection)
        try:
            empty_at_last(case)
        finally:
            for refusal in APPEND_ONLY:
                refusal.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


PATIENCE = 30_000  # ms that a browser waits for what a screen is to show, on a busy machine


@pytest.fixture(scope="session", autouse=True)
def _browsers_are_patient():
    """Set once: what one test set and another set back was too short for a third."""
    expect.set_options(timeout=PATIENCE)


PASSWORD = "a long pass phrase"  # of everybody in the cast


@cache
def hashed_password():
    return make_password(PASSWORD)  # slow by design, so once is enough


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """SQLite is tested as it is run: a file in WAL mode, so that threads and processes share it."""
    database = site.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(
            tmp_path_factory.mktemp("sqlite") / "test.sqlite3"
        )


@pytest.fixture(autouse=True)
def in_english():
    """A page asked for in Spanish leaves the thread speaking Spanish; no test inherits that."""
    translation.activate(site.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def no_decisions_of_other_tests():
    """What an office decided, its own points, and its words and weights the process remembers."""
    forget()
    learned.forget()
    vocabulary.drop()
    ours.forget()


@pytest.fixture(autouse=True)
def own_blobs(settings, tmp_path):
    """No test leaves files behind."""
    settings.BLOB_ROOT = tmp_path / "blobs"


@pytest.fixture
def billing_team(db):
    return Team.objects.create(name="Billing team")


@pytest.fixture
def other_team(db):
    return Team.objects.create(name="Another team")


@pytest.fixture
def billing(billing_team):
    queue = Queue.objects.create(name="Billing", key="billing")
    queue.teams.add(billing_team)
    return queue


@pytest.fixture
def outages(other_team):
    queue = Queue.objects.create(name="Outages", key="outages")
    queue.teams.add(other_team)
    return queue


@pytest.fixture
def mailbox(billing):
    return Mailbox.objects.create(address="billing@hub.test", name="Alder Billing", queue=billing)


@pytest.fixture
def make_person(db):
    def make(name, *teams, role=Person.Role.CSR, level=Person.Level.TWO, **fields):
        person = Person.objects.create(
            email=f"{name.lower()}@alder.test",
            password=hashed_password(),
            name=name,
            role=role,
            level=level,
            **fields,
        )
        person.teams.set(teams)
        return person

    return make


@pytest.fixture
def ana(make_person, billing_team):
    """Answers; CSR II."""
    return make_person("Ana", billing_team)


@pytest.fixture
def ben(make_person, billing_team):
    """Is new; CSR I."""
    return make_person("Ben", billing_team, level=Person.Level.ONE)


@pytest.fixture
def lee(make_person, billing_team):
    """Leads."""
    return make_person("Lee", billing_team, role=Person.Role.LEAD, level=Person.Level.LEAD)


@pytest.fixture
def max_(make_person):
    """Manages: sees every queue."""
    return make_person("Max", role=Person.Role.MANAGER, level=Person.Level.SUPERVISOR)


@pytest.fixture
def zoe(make_person, other_team):
    """Works for another team and must see nothing."""
    return make_person("Zoe", other_team)


@pytest.fixture
def code(db):
    return WrapUpCode.objects.create(key="high-bill", name="High bill")


@pytest.fixture
def outcome(db):
    return Outcome.objects.create(key="solved", name="Solved")


@pytest.fixture
def make_case(billing, mailbox):
    """A case with one email from a customer in it."""

    def make(*, subject="My bill doubled", text="Why?", sender="rosa@cust.test", **fields):
        now = timezone.now()
        case = Case.objects.create(
            **{
                "queue": billing,
                "subject": subject,
                "who_address": sender,
                "who_name": "Rosa",
                "last_words": text,
                "last_at": now,
                "due_at": now,
            }
            | fields
        )
        contact = Contact.objects.create(case=case, channel="email", queue=case.queue)
        Message.objects.create(
            case=case,
            contact=contact,
            kind="email",
            direction="in",
            state="received",
            from_name="Rosa",
            from_address=sender,
            subject=subject,
            text=text,
            mailbox=mailbox,
            message_id=f"first-{case.pk}@cust.test",
            to=[{"name": "", "address": mailbox.address}],
        )
        return case

    return make
