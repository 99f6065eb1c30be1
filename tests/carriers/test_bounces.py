"""What reports of undelivered mail say about which message of ours."""

from __future__ import annotations

import pytest

from contact_hub.carriers.email import parse, status
from tests.carriers.awkward import bundle, part

OURS = "m1@hub.test"
DAEMON = b"From: Mail Delivery System <MAILER-DAEMON@mx.cust.test>\r\nTo: billing@hub.test\r\n"
RETURNED = part("message/rfc822", f"Message-ID: <{OURS}>\r\nTo: rosa@cust.test\r\n\r\nOur words")


def report(*recipients, returned=RETURNED):
    """An RFC 3464 report on some recipients, each a block of fields."""
    blocks = ["Reporting-MTA: dns; mx.cust.test", *recipients]
    fields = part("message/delivery-status", "\r\n\r\n".join(blocks))
    parts = [part("text/plain", "Sorry."), fields, *([returned] if returned else [])]
    head = b'Content-Type: multipart/report; report-type=delivery-status; boundary="e"\r\n\r\n'
    return DAEMON + b"Subject: Undelivered\r\n" + head + bundle(*parts, boundary="e")


def fate(address="rosa@cust.test", action="failed", code="5.1.1", said="550 5.1.1 User unknown"):
    return (
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {code}\r\n"
        f"Diagnostic-Code: smtp; {said}"
    )


def plain(text, *, subject="Undelivered Mail Returned to Sender", headers=b""):
    return DAEMON + b"Subject: " + subject.encode() + b"\r\n" + headers + b"\r\n" + text.encode()


def test_a_report_names_message_recipient_and_reason():
    bounce = parse(report(fate())).bounce

    assert (bounce.message_id, bounce.recipient) == (OURS, "rosa@cust.test")
    assert (bounce.status, bounce.permanent, bounce.delayed) == ("5.1.1", True, False)
    assert bounce.reason == "there is no such mailbox (550 5.1.1 User unknown)"


def test_a_report_is_a_machines_mail():
    assert parse(report(fate())).automatic


@pytest.mark.parametrize(
    ("code", "said", "permanent", "words"),
    [
        ("5.2.2", "552 over quota", True, "mailbox is full"),
        ("4.4.7", "", False, "time allowed"),
        ("5.7.1", "554 blocked", True, "taken for spam"),
        ("5.0.0", "550 No such user here", True, "no such mailbox"),
        ("5.9.9", "", True, "without saying why"),
    ],
)
def test_codes_are_said_in_words(code, said, permanent, words):
    bounce = parse(report(fate(code=code, said=said))).bounce

    assert bounce.permanent is permanent
    assert words in bounce.reason


@pytest.mark.parametrize(
    "said",
    [
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient rosa@cust.test not found by SMTP",
        "550 5.1.10 recipient not found",
    ],
)
def test_an_unknown_mailbox_is_no_domain_that_takes_no_mail(said):
    reason = parse(report(fate(code="5.1.10", said=said))).bounce.reason

    assert reason.startswith("there is no such mailbox (")


def test_a_domain_that_takes_no_mail_is_told_as_one():
    bounce = parse(report(fate(code="5.1.10", said="556 5.1.10 null MX"))).bounce

    assert bounce.reason.startswith("the domain says that it takes no mail")


def test_a_delay_is_not_a_failure():
    bounce = parse(report(fate(action="delayed", code="4.4.1", said="timed out"))).bounce

    assert (bounce.delayed, bounce.permanent) == (True, False)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_receipt_is_no_bounce(action):
    assert parse(report(fate(action=action, code="2.0.0"))).bounce is None


def test_the_failure_counts_among_many_recipients():
    mixed = report(
        fate("leo@cust.test", action="delivered", code="2.0.0"),
        fate("ana@cust.test", action="delayed", code="4.4.1"),
        fate("rosa@cust.test"),
        fate("ben@cust.test"),
    )
    bounce = parse(mixed).bounce

    assert (bounce.recipient, bounce.others) == ("rosa@cust.test", ("ben@cust.test",))


def test_the_address_we_wrote_to_counts_when_it_was_rewritten():
    block = "Original-Recipient: rfc822;Rosa@cust.test\r\n" + fate("box7@inner.test")

    assert parse(report(block)).bounce.recipient == "rosa@cust.test"


def test_headers_alone_name_the_message():
    headers = part("text/rfc822-headers", f"Subject: Bill\r\nMessage-ID:\r\n <{OURS}>\r\n")

    assert parse(report(fate(), returned=headers)).bounce.message_id == OURS


def test_a_report_without_our_message_still_counts():
    bounce = parse(report(fate(), returned=None)).bounce

    assert (bounce.message_id, bounce.recipient) == ("", "rosa@cust.test")


QMAIL = f"""Hi. This is the qmail-send program at cust.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<rosa@cust.test>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <billing@hub.test>
Message-ID: <{OURS}>
To: rosa@cust.test

Our words
"""
EXIM = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  rosa@cust.test
    host mx.cust.test [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<rosa@cust.test>:
    550 5.2.1 mailbox disabled

------ This is a copy of the message, including all the headers. ------

Message-ID: <{OURS}>
"""
EXCHANGE = """Delivery has failed to these recipients or groups:

Rosa Delgado (rosa@cust.test)
The email address you entered couldn't be found. The recipient's mailbox doesn't exist.

Diagnostic information for administrators:
Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'
"""
POSTFIX = f"""I'm sorry to have to inform you that your message could not be delivered.

<rosa@cust.test>: host mx.cust.test[192.0.2.1] said: 552 5.2.2 Mailbox full

Message-ID: <{OURS}>
"""


@pytest.mark.parametrize(
    ("text", "headers", "code", "message_id"),
    [
        (QMAIL, b"", "5.1.1", OURS),
        (EXIM, b"X-Failed-Recipients: rosa@cust.test\r\n", "5.2.1", OURS),
        (EXIM, b"", "5.2.1", OURS),
        (EXCHANGE, f"In-Reply-To: <{OURS}>\r\n".encode(), "5.1.10", OURS),
        (EXCHANGE, b"", "5.1.10", ""),
        (POSTFIX, b"", "5.2.2", OURS),
    ],
)
def test_a_report_in_plain_words_is_understood(text, headers, code, message_id):
    bounce = parse(plain(text, headers=headers)).bounce

    assert bounce.recipient == "rosa@cust.test"
    assert (bounce.status, bounce.message_id, bounce.permanent) == (code, message_id, True)


def test_a_warning_in_plain_words_is_a_delay():
    text = "Your message to\n\n  rosa@cust.test\n\nhas not yet been delivered. We will keep trying."
    bounce = parse(plain(text, subject="Warning: message delayed")).bounce

    assert (bounce.delayed, bounce.permanent) == (True, False)


def test_an_out_of_office_notice_is_no_bounce():
    raw = b"Return-Path: <>\r\nFrom: rosa@cust.test\r\nSubject: Out of office\r\n\r\nBack on Monday"

    assert parse(raw).bounce is None


AWAY = b"Return-Path: <>\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <m1@hub.test>\r\n"


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Re: Delayed refund [#1]",
        "Re: Undeliverable parcel",
        "RE: Delivery failure at my house",
        "Delayed refund",
        "Respuesta automática: No entregado",
        "Out of office: undelivered newspaper",
    ],
)
@pytest.mark.parametrize("sender", ["rosa@cust.test", "postmaster@cust.test"])
def test_a_notice_of_absence_is_no_bounce_whatever_the_matter_is_called(subject, sender):
    text = "I am out of the office until Monday. My extension is 4410."
    raw = AWAY + f"From: {sender}\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()

    assert parse(raw).bounce is None


def test_a_daemon_that_tells_neither_reason_nor_address_reports_nothing():
    assert parse(plain("Thank you for your message.", subject="Delivery status")).bounce is None


@pytest.mark.parametrize("text", [QMAIL, EXIM, EXCHANGE, POSTFIX])
def test_a_report_from_no_return_address_is_known_by_how_it_begins(text):
    raw = b"Return-Path: <>\r\nFrom: Mail <mail@mx.cust.test>\r\nSubject: Hm\r\n\r\n"

    assert parse(raw + text.encode()).bounce.recipient == "rosa@cust.test"


def test_a_customer_who_writes_of_a_bounce_is_no_bounce():
    raw = b"From: rosa@cust.test\r\nSubject: Undelivered mail\r\n\r\n550 5.1.1 is what I got"

    assert parse(raw).bounce is None


@pytest.mark.parametrize(("code", "dead"), [("5.1.1", True), ("5.2.2", False), ("5.7.1", False)])
def test_only_some_failures_speak_against_the_address(code, dead):
    assert status.address_is_dead(code) is dead
