"""What is said at the end of a case is read again, and what is taken back after it is not lost."""

import json
from datetime import timedelta

import pytest

from contact_hub.inbox.actions import closing, merging, replying

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def case(make_case):
    return make_case()


@pytest.fixture
def wrapped(desk, case, code, outcome):
    """A case that Ana has wrapped up with a note."""
    said = {"code": code.pk, "outcome": outcome.pk, "note": "Crew replaced transformer T-9."}
    desk.post(f"/desk/cases/{case.pk}/wrap-up/", said, headers=SCRIPT)
    case.refresh_from_db()
    assert case.state == "closed"
    return case


def toast(answer):
    return json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


def test_the_note_of_a_wrap_up_stands_under_it(desk, wrapped):
    page = desk.get(f"/desk/cases/{wrapped.pk}/").text

    assert page.count("Crew replaced transformer T-9.") == 1
    assert page.index("wrapped it up: High bill, Solved") < page.index("transformer T-9.")


def test_the_note_of_a_wrap_up_is_found(desk, wrapped):
    found = desk.get("/desk/?q=transformer", headers=SCRIPT)

    assert f'id="row-{wrapped.pk}"' in found.text


def test_the_note_of_a_wrap_up_stands_with_the_last_contacts(desk, wrapped, make_case):
    again = make_case()

    past = desk.get(f"/desk/cases/{again.pk}/panel/", headers=SCRIPT)

    assert "Crew replaced transformer T-9." in past.text


def test_a_wrap_up_without_a_note_leaves_none(desk, case, code, outcome):
    closing.wrap_up(case, by=None, code=code, outcome=outcome, note=" ")

    assert not case.messages.filter(kind="note").exists()


def test_taking_back_the_last_answer_opens_a_case_that_was_closed_after_it(
    desk, case, ana, code, outcome
):
    due = case.due_at
    message = replying.reply(case, by=ana, body="Wrong words", to=["rosa@cust.test"])
    closing.wrap_up(case, by=ana, code=code, outcome=outcome)

    answer = desk.post(f"/desk/messages/{message.pk}/undo/", headers=SCRIPT)

    case.refresh_from_db()
    assert (case.state, case.outcome, case.closed_at) == ("new", None, None)
    assert (case.due_at, case.last_inbound) == (due, True)
    assert toast(answer) == "Taken back. The text is a draft again, and the case is open again."
    assert "Wrong words" in answer.text


def test_taking_back_opens_the_closed_case_that_the_answers_case_was_merged_into(
    case, make_case, ana, code, outcome
):
    target = make_case()
    message = replying.reply(case, by=ana, body="Wrong words", to=["rosa@cust.test"])
    merging.merge(case, into=target, by=ana)
    closing.wrap_up(target, by=ana, code=code, outcome=outcome)

    replying.undo(message, by=ana)

    target.refresh_from_db()
    assert target.state == "open"
    assert target.due_at is not None


def test_a_closed_case_that_was_answered_once_more_stays_closed(case, ana, code, outcome):
    first = replying.reply(case, by=ana, body="Wrong words", to=["rosa@cust.test"])
    later = first.at + timedelta(seconds=1)
    replying.reply(case, by=ana, body="Right words", to=["rosa@cust.test"], now=later)
    closing.wrap_up(case, by=ana, code=code, outcome=outcome, now=later)

    replying.undo(first, by=ana)

    case.refresh_from_db()
    assert case.state == "closed"
