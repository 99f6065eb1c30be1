"""The town's people at work: real LMTP to a hub, real SMTP from it."""

import smtplib
import threading
from contextlib import contextmanager
from queue import SimpleQueue

import pytest

from contact_hub.carriers.email import parse
from contact_hub.carriers.email.listener import Listener
from contact_hub.sample.player import Player

PATIENCE = 30  # seconds until a test that waits for mail gives up
OURS = (
    "From: Billing <billing@aldercreek.test>\r\n"
    "To: Oliver Finch <oliver.finch@example.net>\r\n"
    "Reply-To: billing+c42.abcdefghij@aldercreek.test\r\n"
    "Subject: Re: My bill doubled [#42]\r\n"
    "Message-ID: <ours@aldercreek.test>\r\n\r\n"
    "We looked into it.\r\n"
)


@pytest.fixture
def hub():
    """A door that keeps what comes, and refuses once when told to."""
    with door() as found:
        yield found


@contextmanager
def door():
    came = SimpleQueue()
    trouble = []

    def deliver(raw, mail_from, recipients, _door):
        if trouble:
            raise trouble.pop()
        came.put((raw, mail_from, recipients))

    listener = Listener("127.0.0.1:0", deliver)
    listener.start()
    listener.came, listener.trouble = came, trouble
    yield listener
    listener.stop()


@contextmanager
def playing(hub, *, every=1000.0, most=None):
    player = Player(
        hub=("127.0.0.1", hub.port), sink="127.0.0.1:0", every=every, seed=5, haste=1000
    )
    player.start()
    thread = threading.Thread(target=player.run, kwargs={"most": most})
    thread.start()
    yield player
    player.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_somebody_writes_and_the_mail_is_what_the_hub_reads(hub):
    with playing(hub):
        raw, mail_from, (recipient,) = hub.came.get(timeout=PATIENCE)

    inbound = parse(raw)
    assert inbound.sender.address == mail_from
    assert recipient.endswith("@aldercreek.test")
    assert inbound.subject
    assert inbound.text


def test_a_letter_the_hub_could_not_take_comes_again(hub):
    hub.trouble.append(RuntimeError("not now"))

    with playing(hub):
        raw, _mail_from, _recipients = hub.came.get(timeout=PATIENCE)

    assert parse(raw).subject


def test_an_answer_of_ours_is_answered_in_its_thread(hub):
    with playing(hub, every=1e9) as player:
        with smtplib.SMTP("127.0.0.1", player.server.port) as out:
            out.sendmail("billing@aldercreek.test", ["oliver.finch@example.net"], OURS)
        answers = [hub.came.get(timeout=PATIENCE) for _ in range(2)]  # a first letter, too

    (answer,) = [one for one in answers if b"In-Reply-To" in one[0]]
    assert answer[2] == ["billing+c42.abcdefghij@aldercreek.test"]
    assert parse(answer[0]).in_reply_to == "ours@aldercreek.test"


def test_the_towns_server_refuses_who_is_not_there(hub):
    with playing(hub) as player, smtplib.SMTP("127.0.0.1", player.server.port) as out:
        out.ehlo()
        out.mail("billing@aldercreek.test")
        code, _words = out.rcpt("drew.calder@example.com")

    assert code == 550


def test_the_town_falls_silent_after_so_many_letters(hub):
    with playing(hub, every=0.01, most=3):
        came = [hub.came.get(timeout=PATIENCE) for _ in range(3)]

    assert len(came) == 3
    assert hub.came.empty()
