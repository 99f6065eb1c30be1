"""Whom an answer goes to when one opens the composer."""

from datetime import timedelta

import pytest

from contact_hub.inbox.actions import merging, notes, replying
from contact_hub.inbox.models import Mailbox
from contact_hub.inbox.queries.composing import composer

pytestmark = pytest.mark.django_db


def test_an_answer_goes_where_the_sender_asked_to_be_answered(arrive, ana):
    case = arrive(reply_to="rosa@work.test").case

    assert composer(case, ana).to == "rosa@work.test"


def test_an_answer_goes_to_who_wrote_last(arrive, ana):
    case = arrive().case
    arrive(message_id="<two@x.test>", sender="luis@cust.test", in_reply_to="<one@cust.test>")

    assert composer(case, ana).to == "luis@cust.test"


def test_an_answer_never_goes_to_ourselves(arrive, ana, outages):
    Mailbox.objects.create(address="outages@hub.test", name="Outages", queue=outages)
    case = arrive(reply_to="outages@hub.test", cc="outages@hub.test, luis@cust.test").case

    start = composer(case, ana)

    assert start.to == "rosa@cust.test"
    assert start.also == ["luis@cust.test"]


def after_a_note(case, ana, at):
    notes.note(case, by=ana, body="The meter was read twice.", now=at)


def after_our_answer(case, ana, at):
    replying.reply(case, by=ana, body="Which account?", to=["rosa@cust.test"], now=at)


@pytest.mark.parametrize("meanwhile", [after_a_note, after_our_answer])
def test_what_is_said_among_us_does_not_change_whom_an_answer_goes_to(arrive, ana, now, meanwhile):
    case = arrive(reply_to="rosa@work.test", cc="luis@cust.test").case
    meanwhile(case, ana, now + timedelta(minutes=5))

    start = composer(case, ana)

    assert (start.to, start.also) == ("rosa@work.test", ["luis@cust.test"])


def test_an_answer_of_a_machine_does_not_change_whom_an_answer_goes_to(arrive, ana, now):
    case = arrive(reply_to="rosa@work.test").case
    arrive(
        message_id="<away@work.test>",
        sender="away@work.test",
        in_reply_to="<one@cust.test>",
        auto_submitted="auto-replied",
        at=now + timedelta(minutes=5),
    )

    assert composer(case, ana).to == "rosa@work.test"


def test_an_answer_goes_to_who_wrote_last_in_a_case_that_was_merged_into_this(
    arrive, make_case, ana, now
):
    target = make_case()
    source = arrive(sender="luis@cust.test", reply_to="luis@work.test", at=now).case
    target.messages.update(at=now - timedelta(hours=1))
    merging.merge(source, into=target, by=ana, now=now)

    assert composer(target, ana).to == "luis@work.test"
