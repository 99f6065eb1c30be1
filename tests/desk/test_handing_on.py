"""A case that nobody owns is offered to somebody and has a clock, whoever spoke last in it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from contact_hub.inbox.actions import casework, closing, notes, replying
from contact_hub.inbox.models import Case, Draft

SCRIPT = {"HX-Request": "true"}
TO = ["rosa@cust.test"]


@pytest.fixture
def answered(make_case, ana):
    """Ana has answered and owns it; no answer of ours is due."""
    case = make_case()
    replying.reply(case, by=ana, body="The crew will look at it.", to=TO)
    case.refresh_from_db()
    assert (case.owner, case.due_at, case.last_inbound) == (ana, None, False)
    return case


def offered(client, person):
    """The case that person gets by asking for the next contact."""
    client.force_login(person)
    client.post("/desk/next/", headers=SCRIPT)
    return Case.objects.filter(owner=person).first()


def test_a_case_answered_and_then_handed_over_is_offered_over_there(
    client, answered, ana, zoe, outages
):
    client.force_login(ana)
    fields = {"queue": outages.pk, "note": "Please send a crew."}
    client.post(f"/desk/cases/{answered.pk}/hand-over/", fields, headers=SCRIPT)
    answered.refresh_from_db()
    assert answered.due_at is not None

    assert offered(client, zoe) == answered


def test_a_case_that_waits_on_the_customer_is_looked_at_where_it_is_handed_over(
    client, make_case, ana, zoe, outages
):
    case = make_case()
    replying.reply(case, by=ana, body="Which pole?", to=TO, wait=True)

    casework.hand_over(case, by=ana, queue=outages)

    assert offered(client, zoe) == case


def test_a_case_answered_and_given_back_is_offered_to_the_team(client, answered, ana, ben):
    client.force_login(ana)
    client.post(f"/desk/cases/{answered.pk}/assign/", {"to": ""}, headers=SCRIPT)
    answered.refresh_from_db()
    assert (answered.owner, answered.state) == (None, "open")
    assert answered.due_at is not None

    assert offered(client, ben) == answered


def test_a_promise_that_runs_is_kept_when_a_case_is_handed_over(make_case, ana, outages):
    case = make_case()

    handed = casework.hand_over(case, by=ana, queue=outages)

    assert handed.due_at == case.due_at


def test_a_case_that_comes_back_has_a_clock(answered, ana):
    now = timezone.now()
    casework.snooze(answered, by=ana, until=now + timedelta(hours=1), now=now)

    casework.wake(now + timedelta(hours=1))

    answered.refresh_from_db()
    assert answered.due_at == now + timedelta(hours=1, minutes=answered.queue.first_reply_minutes)


def test_a_reopened_case_has_a_clock(answered, ana, code, outcome):
    closing.wrap_up(answered, by=ana, code=code, outcome=outcome)

    assert closing.reopen(answered, by=ana).due_at is not None


def test_handing_over_with_a_word_leaves_a_note_one_has_begun(make_case, ana, outages):
    case = make_case()
    Draft.objects.create(case=case, person=ana, mode="note", body="Half a thought", version=1)

    casework.hand_over(case, by=ana, queue=outages, note="No power since noon")

    assert Draft.objects.get().body == "Half a thought"
    assert notes.note(case, by=None, body="Kept").text == "Kept"


@pytest.mark.needs("postgresql")
def test_the_index_of_what_comes_next_knows_every_case_that_nobody_owns(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'case_next'")
        ((definition,),) = cursor.fetchall()

    assert "owner_id IS NULL" in definition
    assert "last_inbound" not in definition
