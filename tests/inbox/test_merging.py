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


def shown(case):
    """What the work list shows of a case, as the database has it."""
    case.refresh_from_db()
    return (
        case.state,
        case.due_at,
        case.snoozed_until,
        case.last_inbound,
        case.last_words,
        case.last_at,
    )


@pytest.mark.parametrize("put_away", ["waiting", "snoozed", "due later"])
def test_taking_cases_apart_gives_both_back_what_they_showed(make_case, ana, now, put_away):
    target = make_case(due_at=now + timedelta(hours=4), last_at=now)
    target.messages.update(at=now)
    if put_away == "waiting":
        replying.reply(target, by=ana, body="Which?", to=["rosa@cust.test"], wait=True, now=now)
    elif put_away == "snoozed":
        casework.snooze(target, by=ana, until=now + timedelta(days=3), now=now)
    later = now + timedelta(minutes=10)
    question = make_case(text="And March?", due_at=now + timedelta(hours=1), last_at=later)
    question.messages.update(at=later)
    before = shown(question), shown(target)
    merging.merge(question, into=target, by=ana, now=later)
    assert shown(target) != before[1]

    merging.unmerge(question, by=ana)

    assert (shown(question), shown(target)) == before


def test_taking_cases_apart_keeps_what_happened_in_the_target_since(arrive, question, ana, now):
    target = arrive(sender="luis@cust.test").case
    replying.reply(target, by=ana, body="Which?", to=["rosa@cust.test"], wait=True, now=now)
    merging.merge(question, into=target, by=ana, now=now)
    later = now + timedelta(minutes=10)
    answer = {"message_id": "<two@cust.test>", "in_reply_to": "<one@cust.test>", "at": later}
    arrive("The gas one.", sender="luis@cust.test", **answer)
    since = shown(target)

    merging.unmerge(question, by=ana)

    assert shown(target) == since
    assert target.state == "open"


def test_a_case_wrapped_up_with_its_target_comes_back_closed(
    make_case, question, ana, code, outcome, now
):
    target = make_case()
    merging.merge(question, into=target, by=ana, now=now)
    closing.wrap_up(target, by=ana, code=code, outcome=outcome, now=now + timedelta(minutes=1))
    closing.reopen(target, by=ana)

    merging.unmerge(question, by=ana)

    question.refresh_from_db()
    assert (question.state, question.outcome) == ("closed", outcome)
    assert question.closed_at == now + timedelta(minutes=1)
    assert question.due_at is None
