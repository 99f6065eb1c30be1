"""Taking an answer back puts the case where it was, and touches nothing that came after."""

from datetime import timedelta

import pytest

from contact_hub.inbox.actions import casework, merging, replying

pytestmark = pytest.mark.django_db

TO = ["rosa@cust.test"]


@pytest.fixture
def case(arrive):
    return arrive().case


def fresh(case):
    case.refresh_from_db()
    return case


def test_the_list_shows_the_customers_words_again(case, ana, now):
    words, at = case.last_words, case.last_at
    message = replying.reply(
        case, by=ana, body="Wrong words", to=TO, now=now + timedelta(minutes=1)
    )

    replying.undo(message, by=ana, now=now + timedelta(minutes=1))

    assert (fresh(case).last_words, case.last_at) == (words, at)


def test_a_first_answer_taken_back_is_no_first_answer(case, ana, now):
    message = replying.reply(case, by=ana, body="Wrong words", to=TO, now=now)

    replying.undo(message, by=ana, now=now)

    contact = case.contacts.get()
    assert (contact.answered, contact.agent) == (None, None)


def test_a_case_that_was_put_away_is_put_away_again_and_comes_back(case, ana, now):
    until = now + timedelta(days=2)
    casework.snooze(case, by=ana, until=until, now=now)
    message = replying.reply(case, by=ana, body="Wrong words", to=TO, now=now)

    replying.undo(message, by=ana, now=now)

    assert (fresh(case).state, case.snoozed_until) == ("snoozed", until)
    assert casework.wake(until) == 1


def test_a_case_merged_meanwhile_stays_merged(case, make_case, ana, now):
    message = replying.reply(case, by=ana, body="Wrong words", to=TO, now=now)
    target = make_case()
    merging.merge(case, into=target, by=ana, now=now)

    replying.undo(message, by=ana, now=now)

    assert (fresh(case).state, case.merged_into) == ("merged", target)


def test_a_case_answered_once_more_stays_answered(case, ana, now):
    first = replying.reply(case, by=ana, body="Wrong words", to=TO, now=now)
    replying.reply(case, by=ana, body="Right words", to=TO, wait=True, now=now)

    replying.undo(first, by=ana, now=now)

    assert (fresh(case).state, case.due_at, case.last_inbound) == ("waiting", None, False)
    assert case.last_words == "Right words"
