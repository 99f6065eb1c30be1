"""Whom an answer goes to when one opens the composer."""

import pytest

from contact_hub.inbox.models import Mailbox, Message
from contact_hub.inbox.queries.composing import composer

pytestmark = pytest.mark.django_db


def begun(case, person):
    latest = Message.objects.filter(case=case).order_by("-at", "-pk").first()
    return composer(case, person, latest=latest)


def test_an_answer_goes_where_the_sender_asked_to_be_answered(arrive, ana):
    case = arrive(reply_to="rosa@work.test").case

    assert begun(case, ana).to == "rosa@work.test"


def test_an_answer_goes_to_who_wrote_last(arrive, ana):
    case = arrive().case
    arrive(message_id="<two@x.test>", sender="luis@cust.test", in_reply_to="<one@cust.test>")

    assert begun(case, ana).to == "luis@cust.test"


def test_an_answer_never_goes_to_ourselves(arrive, ana, outages):
    Mailbox.objects.create(address="outages@hub.test", name="Outages", queue=outages)
    case = arrive(reply_to="outages@hub.test", cc="outages@hub.test, luis@cust.test").case

    start = begun(case, ana)

    assert start.to == "rosa@cust.test"
    assert start.also == ["luis@cust.test"]
