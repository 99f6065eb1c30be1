"""When nobody knows whether the mail server took a message, it goes again under the same id."""

from datetime import timedelta

import pytest

from contact_hub.carriers.base import Undeliverable, Unsure
from contact_hub.inbox.actions import replying
from contact_hub.jobs.models import Attempt

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(arrive, ana, now):
    return replying.reply(arrive().case, by=ana, body="Words", to=["rosa@cust.test"], now=now)


def test_a_line_that_broke_after_the_words_leaves_an_unknown_attempt(message, outbox, work_at, now):
    outbox.refusals = [Unsure("the connection broke; it may have been taken")]
    work_at(now + timedelta(minutes=1))

    message.refresh_from_db()
    assert (message.state, Attempt.objects.get().state) == ("failed", "unknown")
    assert "may have been taken" in message.trouble

    work_at(now + timedelta(hours=1))

    message.refresh_from_db()
    assert message.state == "accepted"
    assert [one.message_id for one in outbox.sent] == [message.message_id]
    states = Attempt.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["unknown", "accepted"]


def test_a_refusal_is_no_unknown_attempt(message, outbox, work_at, now):
    outbox.refusals = [Undeliverable("busy", permanent=False)]
    work_at(now + timedelta(minutes=1))

    assert Attempt.objects.get().state == "refused"
