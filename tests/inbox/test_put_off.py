"""Some recipients were taken, others put off: those alone are tried again, under the same id."""

from datetime import timedelta

import pytest
import time_machine

from contact_hub.carriers.base import Bounce, Undeliverable
from contact_hub.customers.models import Suppression
from contact_hub.inbox.actions import replying, sending
from contact_hub.inbox.models import Case
from contact_hub.jobs import actions
from contact_hub.jobs.models import Job
from contact_hub.journal.models import Entry

pytestmark = pytest.mark.django_db

EVERYBODY = ["rosa@cust.test", "luis@cust.test", "eva@cust.test"]


def no(address, *, permanent=False):
    code = "5.1.1" if permanent else "4.2.0"
    return Bounce(
        message_id="", recipient=address, status=code, permanent=permanent, reason="Greylisted."
    )


@pytest.fixture
def message(arrive, ana, now):
    return replying.reply(arrive().case, by=ana, body="Words", to=EVERYBODY, now=now)


def test_who_was_put_off_is_tried_again_alone_and_under_the_same_id(message, outbox, work_at, now):
    outbox.partly = [(no("luis@cust.test"), no("eva@cust.test")), (no("eva@cust.test"),)]
    work_at(now + timedelta(minutes=1))

    message.refresh_from_db()
    assert (message.state, message.missed) == ("failed", [])
    assert message.trouble == "luis@cust.test: Greylisted.; eva@cust.test: Greylisted."
    assert message.sent_at is not None
    assert not Case.objects.get().undelivered

    for hour in (1, 2, 3):
        work_at(now + timedelta(hours=hour))

    message.refresh_from_db()
    assert (message.state, message.missed, message.trouble) == ("accepted", [], "")
    assert [list(one.recipients) for one in outbox.sent] == [
        EVERYBODY,
        ["luis@cust.test", "eva@cust.test"],
        ["eva@cust.test"],
    ]
    assert len({one.message_id for one in outbox.sent}) == 1
    assert {party.address for party in outbox.sent[2].to} == set(EVERYBODY)  # as it is written
    assert Entry.objects.filter(verb="sent").count() == 1
    assert set(Job.objects.filter(queue="mail").values_list("state", flat=True)) == {"done"}


def test_who_is_put_off_for_two_days_has_missed_it(message, outbox, work_at, now):
    outbox.partly = [(no("luis@cust.test"),)]
    work_at(now + timedelta(minutes=1))
    outbox.refusals = [Undeliverable("Greylisted.", permanent=False) for _ in range(2)]

    work_at(now + timedelta(hours=40))
    message.refresh_from_db()
    assert message.state == "failed"
    work_at(now + timedelta(hours=49))

    message.refresh_from_db()
    assert (message.state, message.missed) == ("bounced", ["luis@cust.test"])
    assert message.trouble == "Greylisted."
    assert Case.objects.get().undelivered
    assert not Suppression.objects.exists()
    assert len(outbox.sent) == 1


def test_who_is_refused_for_good_at_a_later_try_has_missed_it(message, outbox, work_at, now):
    outbox.partly = [(no("luis@cust.test"),)]
    work_at(now + timedelta(minutes=1))
    gone = no("luis@cust.test", permanent=True)
    outbox.refusals = [Undeliverable("Gone.", permanent=True, refused=(gone,))]

    work_at(now + timedelta(hours=1))

    message.refresh_from_db()
    assert (message.state, message.missed) == ("bounced", ["luis@cust.test"])
    assert Suppression.objects.get().value == "luis@cust.test"


def test_one_refused_for_good_and_one_put_off_are_told_apart(message, outbox, work_at, now):
    outbox.partly = [(no("luis@cust.test", permanent=True), no("eva@cust.test"))]
    work_at(now + timedelta(minutes=1))

    message.refresh_from_db()
    assert (message.state, message.missed) == ("bounced", ["luis@cust.test"])
    assert message.trouble == "Greylisted."

    work_at(now + timedelta(hours=1))

    message.refresh_from_db()
    assert (message.state, message.missed) == ("bounced", ["luis@cust.test"])
    assert list(outbox.sent[1].recipients) == ["eva@cust.test"]


def test_who_bounced_meanwhile_does_not_keep_the_others_from_it(message, outbox, work_at, now):
    outbox.partly = [(no("luis@cust.test"),)]
    work_at(now + timedelta(minutes=1))
    message.refresh_from_db()
    sending.receipts.missed(message, no("eva@cust.test", permanent=True), now=now)

    work_at(now + timedelta(hours=1))

    message.refresh_from_db()
    assert (message.state, message.missed, message.put_off) == ("bounced", ["eva@cust.test"], [])
    assert list(outbox.sent[1].recipients) == ["luis@cust.test"]


def test_a_worker_that_dies_after_the_server_took_it_forgets_nobody(
    message, outbox, work_at, now, monkeypatch
):
    outbox.partly = [(no("luis@cust.test"), no("eva@cust.test", permanent=True))]

    class PowerCut(BaseException):
        pass

    def die(*arguments, **options):
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_accepted", die)
        with pytest.raises(PowerCut):
            work_at(now + timedelta(minutes=1))
    with time_machine.travel(now + timedelta(minutes=10), tick=False):
        actions.recover(now=now + timedelta(minutes=10))
    work_at(now + timedelta(minutes=10))
    work_at(now + timedelta(hours=2))

    message.refresh_from_db()
    assert (message.state, message.missed) == ("bounced", ["eva@cust.test"])
    assert [list(one.recipients) for one in outbox.sent] == [EVERYBODY, ["luis@cust.test"]]
