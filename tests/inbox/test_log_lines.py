"""Lines in the log say which case, contact and message they are about, and none of its words."""

from datetime import timedelta

import pytest
import structlog
from structlog.testing import capture_logs

from contact_hub.carriers.base import Undeliverable
from contact_hub.inbox.actions import replying

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """What is logged by structlog, with what is bound to it."""
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
        yield logged


def test_a_mail_that_was_filed_names_its_envelope_case_contact_and_message(lines, arrive):
    message = arrive("secret words\n")

    (line,) = [one for one in lines if one["event"] == "filed"]
    envelope = message.envelopes.get()
    assert (line["envelope"], line["case"]) == (envelope.pk, message.case_id)
    assert (line["contact"], line["message"]) == (message.contact_id, message.pk)
    assert "secret" not in str(lines)


def test_a_job_that_carries_a_message_names_both(arrive, ana, outbox, work_at, now, lines):
    message = replying.reply(arrive().case, by=ana, body="secret", to=["rosa@cust.test"], now=now)
    outbox.refusals = [Undeliverable("busy", permanent=False)]
    work_at(now + timedelta(minutes=1))
    work_at(now + timedelta(hours=1))

    told = [one for one in lines if one["event"] in ("not sent yet", "sent")]
    assert [one["event"] for one in told] == ["not sent yet", "sent"]
    for line in told:
        assert (line["case"], line["contact"]) == (message.case_id, message.contact_id)
        assert line["message"] == message.pk
        assert line["job"]
    assert "secret" not in str(lines)
    assert "job" not in structlog.contextvars.get_contextvars()


def test_a_request_names_the_case_or_message_it_is_about(client, make_case, lee, lines):
    case = make_case()
    message = case.messages.get()
    client.force_login(lee)

    client.get(f"/desk/cases/{case.pk}/")
    client.get(f"/desk/messages/{message.pk}/text/")
    client.get("/desk/")

    about = [(one.get("case"), one.get("message")) for one in lines if one["event"] == "request"]
    assert about == [(case.pk, None), (None, message.pk), (None, None)]
