"""A merge never hides a customer who waits for an answer."""

from datetime import timedelta

import pytest

from contact_hub.inbox.actions import casework, closing, merging, replying
from contact_hub.inbox.errors import CannotMerge

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(make_case):
    return make_case(text="And what about March?")


@pytest.mark.parametrize("put_away", ["waiting", "snoozed"])
def test_a_question_merged_into_a_case_that_was_put_away_brings_it_back(
    make_case, question, ana, now, put_away
):
    target = make_case()
    if put_away == "waiting":
        replying.reply(target, by=ana, body="Which?", to=["rosa@cust.test"], wait=True, now=now)
    else:
        casework.snooze(target, by=ana, until=now + timedelta(days=3), now=now)

    merging.merge(question, into=target, by=ana, now=now)

    target.refresh_from_db()
    assert (target.state, target.snoozed_until, target.last_inbound) == ("open", None, True)
    assert target.due_at is not None


def test_the_earlier_of_two_promises_holds(make_case, question, ana, now):
    target = make_case(due_at=question.due_at + timedelta(hours=3))

    merging.merge(question, into=target, by=ana, now=now)

    target.refresh_from_db()
    assert target.due_at == question.due_at


def test_a_case_waiting_on_the_customer_wakes_nothing(make_case, question, ana, now):
    target = make_case()
    for case in (question, target):
        replying.reply(case, by=ana, body="Which?", to=["rosa@cust.test"], wait=True, now=now)

    merging.merge(question, into=target, by=ana, now=now)

    target.refresh_from_db()
    assert (target.state, target.due_at, target.last_inbound) == ("waiting", None, False)


def test_nothing_disappears_into_a_closed_case(make_case, question, ana, code, outcome, now):
    target = make_case()
    closing.wrap_up(target, by=ana, code=code, outcome=outcome, now=now)

    with pytest.raises(CannotMerge, match="reopen it first"):
        merging.merge(question, into=target, by=ana, now=now)

    question.refresh_from_db()
    assert question.merged_into is None
