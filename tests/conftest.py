"""The cast that plays in every test, and the builders that set its stage."""

from __future__ import annotations

import pytest
from django.utils import timezone

from contact_hub.inbox.models import Case, Contact, Mailbox, Message, Outcome, Queue, WrapUpCode
from contact_hub.staff.models import Person, Team


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
        person = Person.objects.create_user(
            f"{name.lower()}@alder.test",
            "a long pass phrase",
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
