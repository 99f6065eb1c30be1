"""Machines that answer machines fall silent; mail that came back is told and its address rests."""

from datetime import timedelta

import pytest

from contact_hub.carriers.base import Bounce, Inbound, Party
from contact_hub.carriers.registry import use
from contact_hub.customers.models import Suppression
from contact_hub.inbox.actions import intake, replying
from contact_hub.inbox.models import AutoReply, Case, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def polite(billing):
    billing.auto_reply = "We have your mail and answer within four hours."
    billing.save()
    return billing


def test_a_first_mail_is_acknowledged_once(polite, arrive, outbox, work_at, now):
    arrive()
    arrive("me again\n", message_id="<two@cust.test>")
    work_at(now)

    (sent,) = outbox.sent
    assert sent.automatic
    assert sent.text.startswith("We have your mail")
    assert sent.to[0].address == "rosa@cust.test"


def test_an_acknowledgement_stops_no_clock(polite, arrive, now):
    case = arrive().case

    case.refresh_from_db()
    assert case.due_at is not None
    assert case.contacts.get().answered is None


@pytest.mark.parametrize(
    "headers",
    [
        {"auto_submitted": "auto-replied"},
        {"precedence": "bulk"},
        {"list_id": "<news.letters.test>"},
        {"x_auto_response_suppress": "All"},
        {"sender": "MAILER-DAEMON@cust.test"},
        {"sender": "billing@hub.test"},
    ],
)
def test_a_machine_gets_no_automatic_answer(polite, arrive, outbox, work_at, now, headers):
    arrive(**headers)
    work_at(now)

    assert outbox.sent == []


def test_an_out_of_office_answer_neither_reopens_nor_restarts_a_clock(
    arrive, ana, code, outcome, now
):
    from contact_hub.inbox.actions import closing

    case = arrive().case
    closing.wrap_up(case, by=ana, code=code, outcome=outcome, now=now)

    arrive(message_id="<ooo@x.test>", in_reply_to="<one@cust.test>", auto_submitted="auto-replied")

    case.refresh_from_db()
    assert (case.state, case.due_at) == ("closed", None)
    assert case.messages.count() == 2


def test_too_many_automatic_answers_to_one_address_end_in_a_visible_silence(
    polite, arrive, outbox, work_at, now, settings, code, outcome
):
    from contact_hub.inbox.actions import closing

    settings.AUTO_REPLY_PER_ADDRESS = 3
    for n in range(6):  # a machine that hides what it is, each time a new matter
        case = arrive(message_id=f"<{n}@robot.test>", subject=f"Ticket {n}").case
        closing.wrap_up(case, by=None, code=code, outcome=outcome, now=now)
    work_at(now)

    assert len(outbox.sent) == 3
    assert AutoReply.objects.count() == 3
    assert Case.objects.exclude(muted_at=None).count() == 3


def test_a_case_that_is_wrapped_up_and_opened_again_by_turns_is_muted_at_its_cap(
    polite, arrive, outbox, work_at, now, settings, code, outcome
):
    from contact_hub.inbox.actions import closing

    settings.AUTO_REPLY_PER_CASE = 2
    case = arrive().case
    for n in range(4):  # each time a new episode of the same matter
        case.refresh_from_db()
        closing.wrap_up(case, by=None, code=code, outcome=outcome, now=now)
        again = arrive("still\n", message_id=f"<{n}@x.test>", in_reply_to="<one@cust.test>")
        assert again.case == case
    work_at(now)

    case.refresh_from_db()
    assert len(outbox.sent) == AutoReply.objects.filter(case=case).count() == 2
    assert case.muted_at == now


def test_the_caps_forget_after_their_window(polite, arrive, now, settings, code, outcome):
    from contact_hub.inbox.actions import closing

    settings.AUTO_REPLY_PER_ADDRESS = 1
    closing.wrap_up(arrive().case, by=None, code=code, outcome=outcome, now=now)
    arrive(message_id="<later@cust.test>", at=now + timedelta(hours=4))

    assert AutoReply.objects.count() == 2


def test_an_out_of_office_answer_to_ours_is_no_bounce(arrive, ana, outbox, work_at, now):
    case = arrive(subject="Delayed refund").case
    ours = replying.reply(case, by=ana, body="Words", to=["rosa@cust.test"], now=now)
    work_at(now + timedelta(minutes=1))

    away = arrive(
        "I am away until Monday.\n",
        message_id="<away@cust.test>",
        subject="Automatic reply: Re: Delayed refund",
        in_reply_to=f"<{ours.message_id}>",
        auto_submitted="auto-replied",
        return_path="<>",
    )

    ours.refresh_from_db()
    assert ours.state == "accepted"
    assert (away.case, away.automatic) == (case, True)
    assert not Suppression.objects.exists()


class Reporting:
    """Wraps the carrier of the test so that the next mail is a delivery report."""

    def __init__(self, carrier, bounce):
        self.carrier, self.bounce, self.name = carrier, bounce, carrier.name

    def parse(self, raw):
        return Inbound(
            channel="email",
            sender=Party("mailer-daemon@cust.test"),
            subject="Undelivered",
            text="It came back",
            automatic="delivery report",
            bounce=self.bounce,
        )


@pytest.fixture
def sent(arrive, ana, outbox, work_at, now):
    case = arrive().case
    message = replying.reply(case, by=ana, body="Words", to=["rosa@cust.test"], now=now)
    work_at(now + timedelta(minutes=1))
    return message


def report(outbox, message_id, **fields):
    bounce = Bounce(
        **{
            "message_id": message_id,
            "recipient": "rosa@cust.test",
            "status": "5.1.1",
            "permanent": True,
            "reason": "There is no such mailbox.",
        }
        | fields
    )
    with use("email", Reporting(outbox, bounce)):
        return intake.receive(f"report {fields} {message_id}".encode(), door="lmtp")


def test_a_bounce_flips_the_message_and_rests_the_address(sent, outbox):
    report(outbox, sent.message_id)
    report(outbox, sent.message_id, reason="Said again.")

    sent.refresh_from_db()
    assert (sent.state, sent.trouble) == ("bounced", "There is no such mailbox.")
    assert Case.objects.get().undelivered
    assert Suppression.objects.get().value == "rosa@cust.test"
    assert Message.objects.filter(direction="in").count() == 1


def test_one_of_two_recipients_that_bounced_is_the_one_it_is_sent_to_again(
    arrive, ana, outbox, work_at, now
):
    case = arrive().case
    both = ["rosa@cust.test", "luis@cust.test"]
    message = replying.reply(case, by=ana, body="Words", to=both, now=now)
    work_at(now + timedelta(minutes=1))
    report(outbox, message.message_id, recipient="luis@cust.test", status="5.2.2")

    replying.resend(message, by=ana, now=now)
    work_at(now + timedelta(minutes=2))

    message.refresh_from_db()
    assert message.missed == ["luis@cust.test"]
    assert [party.address for party in outbox.sent[1].to] == ["luis@cust.test"]


def test_a_recipient_refused_at_the_door_is_told_while_the_others_got_it(
    arrive, ana, outbox, work_at, now
):
    refused = Bounce(
        message_id="", recipient="gone@cust.test", status="5.1.1", permanent=True, reason="Gone."
    )
    outbox.partly = [(refused,)]
    both = ["rosa@cust.test", "gone@cust.test"]
    message = replying.reply(arrive().case, by=ana, body="Words", to=both, now=now)
    work_at(now + timedelta(minutes=1))

    message.refresh_from_db()
    assert (message.state, message.missed) == ("bounced", ["gone@cust.test"])
    assert Suppression.objects.get().value == "gone@cust.test"
    assert len(outbox.sent) == 1


def test_a_delay_is_only_recorded(sent, outbox):
    report(outbox, sent.message_id, delayed=True, permanent=False, status="4.4.1")

    sent.refresh_from_db()
    assert sent.state == "accepted"
    assert not Suppression.objects.exists()


def test_a_full_mailbox_does_not_rest_the_address_for_good(sent, outbox):
    report(outbox, sent.message_id, permanent=False, status="4.2.2", reason="Mailbox full.")

    sent.refresh_from_db()
    assert sent.state == "bounced"
    assert not Suppression.objects.exists()


def test_a_report_about_where_it_was_forwarded_to_flips_the_message_and_suppresses_nobody(
    sent, outbox
):
    envelope = report(outbox, sent.message_id, recipient="rosa@new-home.test")
    report(outbox, sent.message_id, recipient="rosa@new-home.test", reason="Said again.")

    sent.refresh_from_db()
    envelope.refresh_from_db()
    assert (sent.state, sent.missed) == ("bounced", [])
    assert sent.trouble == "There is no such mailbox."
    assert not Suppression.objects.exists()
    assert envelope.message == sent


def test_a_report_about_nothing_of_ours_is_a_quiet_case(outbox, mailbox):
    envelope = report(outbox, "unknown@else.test")

    envelope.refresh_from_db()
    assert envelope.message.automatic
    assert envelope.message.case.priority == Case.Priority.LOW
