"""Which mail is taken for a machine's, and why."""

from __future__ import annotations

import pytest

from contact_hub.carriers.email import parse
from contact_hub.carriers.email.automatic import Mail, reason
from tests.carriers.awkward import mail

MACHINES = [
    ("auto-submitted", "auto-replied", "Auto-Submitted: auto-replied"),
    ("auto-submitted", "auto-generated; owner=x", "Auto-Submitted: auto-generated"),
    ("auto-submitted", "AUTO-NOTIFIED", "auto-notified"),
    ("precedence", "bulk", "Precedence: bulk"),
    ("precedence", "Junk", "Precedence: junk"),
    ("precedence", "list", "Precedence: list"),
    ("precedence", "auto_reply", "Precedence: auto_reply"),
    ("x-auto-response-suppress", "All", "X-Auto-Response-Suppress"),
    ("x-auto-response-suppress", "DR, OOF, AutoReply", "X-Auto-Response-Suppress"),
    ("x-autoreply", "yes", "X-Autoreply"),
    ("x-autorespond", "vacation", "X-Autorespond"),
    ("list-id", "<news.cust.test>", "mailing list"),
    ("list-unsubscribe", "<mailto:off@cust.test>", "mailing list"),
    ("return-path", "<>", "without a return address"),
    ("return-path", " <> ", "without a return address"),
    ("x-contact-hub-loop", "other.test; automatic", "written by a contact hub"),
    ("x-contact-hub-loop", "other.test", "written by a contact hub"),
]
PEOPLE = [
    ("auto-submitted", "no"),
    ("precedence", "normal"),
    ("precedence", "first-class"),
    ("x-auto-response-suppress", "None"),
    ("x-auto-response-suppress", "DR, RN, NRN"),
    ("x-autoreply", "no"),
    ("return-path", "<rosa@cust.test>"),
    ("return-path", ""),
    ("x-contact-hub-loop", "other.test; person"),
    ("list-id", ""),
]


@pytest.mark.parametrize(("header", "value", "why"), MACHINES)
def test_a_machine_is_told_by_a_header(header, value, why):
    assert why in reason(Mail(headers={header: [value]}, sender="rosa@cust.test"))


@pytest.mark.parametrize(("header", "value"), PEOPLE)
def test_a_person_stays_one(header, value):
    assert reason(Mail(headers={header: [value]}, sender="rosa@cust.test")) == ""


@pytest.mark.parametrize(
    "local",
    ["MAILER-DAEMON", "postmaster", "noreply", "no-reply", "no_reply", "do-not-reply", "donotreply",
     "bounces+12=x", "no-reply-bills", "no-contestar"],
)  # fmt: skip
def test_nobody_reads_what_is_written_to_a_machine(local):
    assert reason(Mail(headers={}, sender=f"{local.lower()}@cust.test")).startswith("sent by")


@pytest.mark.parametrize("local", ["rosa", "noreen", "postman", "robot", "rootes", "norepl"])
def test_people_with_names_like_machines_are_people(local):
    assert reason(Mail(headers={}, sender=f"{local}@cust.test")) == ""


@pytest.mark.parametrize(
    ("subject", "text", "answers", "automatic"),
    [
        ("Automatic reply: Your bill", "", True, True),
        ("Respuesta automática: Su factura", "", True, True),
        ("Out of office", "I am out of the office until Monday.", False, True),
        ("Fuera de la oficina", "Estoy fuera de la oficina.", False, True),
        ("Out of office", "The street lamp at your office is out.", False, False),
        ("Re: Automatic reply: Your bill", "Thanks", True, False),
        ("My vacation home", "I am out of the office, so write to me.", True, False),
    ],
)
def test_an_out_of_office_subject_alone_proves_nothing(subject, text, answers, automatic):
    headers = {"in-reply-to": ["<a@hub.test>"]} if answers else {}

    assert bool(reason(Mail(headers=headers, subject=subject, text=text))) is automatic


def test_reports_are_automatic():
    assert "delivery report" in reason(Mail(headers={}, kind="multipart/report"))
    assert "read receipt" in reason(
        Mail(headers={}, kind="multipart/report", report="disposition-notification")
    )


def test_the_reason_comes_with_the_mail():
    assert "Precedence" in parse(mail("Precedence: bulk")).automatic
    assert "return address" in parse(b"Return-Path: <>\r\n" + mail()).automatic
    assert parse(mail()).automatic == ""
