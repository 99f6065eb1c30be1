"""Mail too large to take in, which a mailbox of somebody else's keeps for us."""

import pytest
from django.utils import translation

from contact_hub.carriers.email import parse
from contact_hub.carriers.email.stubs import without_body
from contact_hub.inbox.actions import intake, mailboxes
from contact_hub.inbox.models import Envelope, Mailbox, Message
from contact_hub.inbox.queries.reasons import explained
from contact_hub.journal.models import Entry

HEADER = (
    b"From: Rosa <rosa@cust.test>\r\nTo: billing@hub.test\r\nMessage-ID: <big@cust.test>\r\n"
    b"Date: Fri, 20 Nov 2026 09:00:00 -0600\r\nSubject: Photos of the meter\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=abc\r\n"
    b"Content-Transfer-Encoding: base64\r\nX-After: 1\r\n\r\n"
)
SIZE = 48 * 1024 * 1024


@pytest.fixture
def note(mailbox):
    return lambda: intake.note_large(HEADER, size=SIZE, door="imap", mailbox=mailbox)


def test_a_lead_sees_who_wrote_what_about_and_how_large_it_is(client, lee, note):
    note()
    client.force_login(lee)

    page = client.get("/tend/quarantine/").text

    assert "larger than 35 MB; it is still in the mailbox: Photos of the meter: 2026-11-20" in page
    assert "rosa@cust.test" in page
    assert "48.0\xa0MB" in page
    assert "billing@hub.test" in page


def test_the_same_mail_seen_again_is_one_and_says_so_once(note):
    assert note() == note()

    assert Envelope.objects.get().state == "quarantined"
    assert Entry.objects.filter(verb="quarantined").count() == 1


def test_no_sweep_files_it_but_a_person_may_to_ask_the_customer(note, lee, now):
    envelope = note()
    assert intake.sweep(now) == 0

    message = intake.release(envelope, by=lee)

    assert message == Message.objects.get()
    assert (message.subject, message.from_address) == ("Photos of the meter", "rosa@cust.test")
    assert message.text == (
        "[This mail is larger than 35 MB. It was left in the mailbox billing@hub.test.]"
    )


def test_headers_keep_everything_but_what_they_said_of_the_body():
    raw = without_body(HEADER, "¿Sí?")

    assert b"multipart" not in raw
    assert b"boundary" not in raw
    assert b"base64" not in raw
    assert b"X-After: 1" in raw
    assert parse(raw).text.strip() == "¿Sí?"


@pytest.mark.parametrize(
    "header", [b"", b"\r\n\r\n", b"\xff\0: x", b"Subject: cut of", b"x" * 9000]
)
def test_headers_that_are_none_are_noted_too(header, mailbox):
    envelope = intake.note_large(header, size=SIZE, door="imap", mailbox=mailbox)

    assert envelope.state == "quarantined"
    assert envelope.error.startswith("larger than 35 MB")


def test_the_reason_is_said_in_spanish_and_the_subject_left_as_it_was():
    with translation.override("es"):
        assert explained("larger than 35 MB; it is still in the mailbox: the mailbox is full") == (
            "supera 35 MB; sigue en el buzón: the mailbox is full"
        )


def test_a_mailbox_in_trouble_stays_so_until_all_it_had_was_kept(mailbox, now):
    mailboxes.trouble(mailbox, error="message 7 could not be kept")

    mailboxes.fetched(mailbox, uid_validity=1, uid=6, now=now)
    told = Mailbox.objects.get()
    mailboxes.trouble(mailbox, error="message 7 could not be kept")
    mailboxes.good(mailbox, now=now)

    assert (told.last_error, told.last_uid) == ("message 7 could not be kept", 6)
    assert Mailbox.objects.get().last_error == ""
    verbs = Entry.objects.filter(subject=f"mailbox.{mailbox.pk}").order_by("seq")
    assert list(verbs.values_list("verb", flat=True)) == ["failing", "recovered"]
