"""The process that takes mail in: its listeners, and the mailboxes it reads."""

import smtplib
import socket
import ssl
import threading

import pytest

from contact_hub.cli.mail import Doors, Fetching, is_ours
from contact_hub.inbox.models import Case, Envelope, Mailbox
from tests.carriers.postbox import certificate

MAIL = (
    "From: Rosa <rosa@cust.test>\r\nTo: billing@hub.test\r\n"
    "Subject: My bill\r\nMessage-ID: <one@cust.test>\r\n\r\nWhy?\r\n"
)
PATIENCE = 30  # seconds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_doors(settings, billing):
    """Open the doors of a hub with an LMTP and an SMTP listener on free ports."""
    settings.LMTP_LISTEN = settings.SMTP_LISTEN = "127.0.0.1:0"
    running = []

    def open_now():
        doors = Doors()
        thread = threading.Thread(target=doors.run)
        thread.start()
        running.append((doors, thread))
        wait_until(lambda: all(one.port for one in doors.listeners), thread)
        return doors

    yield open_now
    for doors, thread in running:
        doors.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def doors(open_doors):
    return open_doors()


def wait_until(condition, thread):
    """Wait for what `thread` brings about."""
    for _ in range(PATIENCE * 50):
        if condition():
            return
        thread.join(0.02)
        assert thread.is_alive() or condition()
    pytest.fail("it never came about")


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as once:
        return once.getsockname()[1]


def test_mail_by_lmtp_is_a_case_before_the_server_hears_yes(doors, mailbox):
    with smtplib.LMTP("127.0.0.1", doors.listeners[0].port) as door:
        refused = door.sendmail("rosa@cust.test", ["billing@hub.test"], MAIL)

    assert refused == {}
    assert Case.objects.get().queue == mailbox.queue
    envelope = Envelope.objects.get()
    assert (envelope.door, envelope.mail_from) == ("lmtp", "rosa@cust.test")
    assert envelope.recipients == ["billing@hub.test"]


def test_the_doors_speak_tls_when_a_certificate_is_named(
    settings, tmp_path, billing, mailbox, open_doors
):
    cert_file, key_file = certificate(tmp_path)
    settings.MAIL_CERT_FILE, settings.MAIL_KEY_FILE = str(cert_file), str(key_file)
    doors = open_doors()
    trusting = ssl.create_default_context(cafile=str(cert_file))

    with smtplib.SMTP("127.0.0.1", doors.listeners[1].port) as door:
        door.starttls(context=trusting)
        first = door.sock.getpeercert(binary_form=True)
        door.sendmail("rosa@cust.test", ["billing@hub.test"], MAIL)

    assert Case.objects.get().queue == mailbox.queue

    certificate(tmp_path)  # renewed in its place
    doors.reload()
    trusting = ssl.create_default_context(cafile=str(cert_file))
    with smtplib.SMTP("127.0.0.1", doors.listeners[1].port) as door:
        door.starttls(context=trusting)
        assert door.sock.getpeercert(binary_form=True) != first


def test_without_a_certificate_no_tls_is_offered(doors):
    with smtplib.SMTP("127.0.0.1", doors.listeners[1].port) as door:
        door.ehlo()
        assert not door.has_extn("starttls")


def test_the_smtp_door_takes_mail_for_our_mailboxes_and_no_others(doors, mailbox):
    with smtplib.SMTP("127.0.0.1", doors.listeners[1].port) as door:
        door.ehlo()
        door.mail("rosa@cust.test")
        ours, marked, other = (
            door.rcpt(address)[0]
            for address in (
                "Billing@hub.test",
                "billing+c42.abcdefghij@hub.test",
                "who@elsewhere.test",
            )
        )

    assert (ours, marked, other) == (250, 250, 550)


def test_a_mailbox_out_of_use_takes_no_mail_by_smtp(mailbox):
    assert is_ours(mailbox.address)

    Mailbox.objects.update(active=False)

    assert not is_ours(mailbox.address)


def test_a_mailbox_that_does_not_answer_says_so_in_words(mailbox, closed_port):
    Mailbox.objects.update(imap_host="127.0.0.1", imap_port=closed_port, imap_encryption="none")
    mailbox.refresh_from_db()

    fetching = Fetching(mailbox)
    wait_until(lambda: Mailbox.objects.get().last_error, fetching.thread)
    fetching.stop.set()
    fetching.thread.join(PATIENCE)

    assert Mailbox.objects.get().last_error == "the mail server refuses connections"
    assert not fetching.thread.is_alive()


def test_mailboxes_are_read_as_they_are_set_up_now(mailbox, closed_port, settings):
    settings.LMTP_LISTEN = ""
    doors = Doors()

    doors.reload()
    assert doors.reading == {}

    Mailbox.objects.update(imap_host="127.0.0.1", imap_port=closed_port, imap_encryption="none")
    doors.reload()
    first = doors.reading[mailbox.pk]
    doors.reload()
    assert doors.reading[mailbox.pk] is first

    Mailbox.objects.update(imap_user="rosa")
    doors.reload()
    second = doors.reading[mailbox.pk]
    assert second is not first
    assert first.stop.is_set()

    Mailbox.objects.update(active=False)
    doors.reload()
    assert doors.reading == {}
    assert second.stop.is_set()
    for fetching in (first, second):
        fetching.thread.join(PATIENCE)
