"""The carrier of email against a real mail server and a real mailbox server."""

from __future__ import annotations

import threading
from dataclasses import replace
from email import message_from_bytes

import pytest

from contact_hub.carriers.base import Outbound, Party
from contact_hub.carriers.email import Email, fingerprint, imap, parse, smtp, tokens
from contact_hub.carriers.email.imap import Cursor, Fetcher, Source, keep_sent
from contact_hub.carriers.email.listener import Listener
from tests.peers.conftest import until

pytestmark = pytest.mark.peer
ROSA = "rosa@cust.test"


def letter(number, body="Why did my bill double?", to="billing@hub.test"):
    return (
        f"From: Rosa <{ROSA}>\r\nTo: {to}\r\nSubject: Bill {number}\r\n"
        f"Message-ID: <{number}@cust.test>\r\nDate: Fri, 20 Nov 2026 09:00:00 -0600\r\n"
        f"\r\n{body}\r\n"
    ).encode()


@pytest.fixture
def hub(post_office):
    """The hub's door, with what came in by it."""
    kept = []

    class Door:
        refusing = False

        def __call__(self, raw, mail_from, recipients, door):
            if self.refusing:
                raise OSError("disk full")
            kept.append((raw, mail_from, recipients, door))

    door = Door()
    door.kept = kept
    listener = Listener(f"127.0.0.1:{post_office.hub_lmtp}", door)
    listener.start()
    yield door
    listener.stop()


def test_a_customers_mail_comes_in_and_the_answer_reaches_the_mailbox(post_office, hub):
    post_office.post(letter("first"), sender=ROSA, to=["billing@hub.test"])
    raw, mail_from, recipients, _door = until(lambda: hub.kept, "the mail to come in")[0]
    asked = parse(raw)
    assert (mail_from, recipients) == (ROSA, ["billing@hub.test"])
    assert asked.automatic == ""
    assert fingerprint(raw) == fingerprint(letter("first"))

    accepted = Email().send(
        Outbound(
            channel="email",
            message_id="answer-1@hub.test",
            sender=Party("billing@hub.test", "Billing, Año"),
            to=(asked.sender,),
            reply_to=Party(tokens.reply_address("billing@hub.test", 42, "key")),
            subject=tokens.tag_subject(f"Re: {asked.subject}", 42),
            text="We looked. ¿Sí?",
            html="<p>We looked. ¿Sí?</p>",
            in_reply_to=asked.message_id,
            references=asked.references,
            server=post_office.smtp_server,
        )
    )
    (arrived,) = post_office.wait_for(ROSA)
    smtp.close()

    answer = message_from_bytes(arrived)
    assert accepted.external_id
    assert answer["In-Reply-To"] == answer["References"] == "<first@cust.test>"
    assert tokens.case_of(parse(arrived).reply_to[0].address, "key") == 42
    assert parse(arrived).text == "We looked. ¿Sí?"


def test_the_answer_to_the_signed_address_comes_back_with_it(post_office, hub):
    address = tokens.reply_address("billing@hub.test", 42, "key")

    post_office.post(letter("token", to=address), sender=ROSA, to=[address])

    ((_raw, _from, recipients, _door),) = until(lambda: hub.kept, "the mail to come in")
    assert tokens.case_of(recipients[0], "key") == 42


def test_a_mail_server_keeps_what_the_hub_could_not_and_brings_it_again(post_office, hub):
    hub.refusing = True
    post_office.post(letter("later"), sender=ROSA, to=["billing@hub.test"])
    log = post_office.home / "smtpd.log"
    until(lambda: "451 4.3.0" in log.read_text(errors="replace"), "the hub to refuse it for now")
    assert hub.kept == []

    hub.refusing = False
    until(lambda: hub.kept or post_office.retry(), "the mail to come again")
    assert parse(hub.kept[0][0]).message_id == "later@cust.test"


class Box:
    """What a fetcher handed in, and where its cursor was kept."""

    def __init__(self, post_office, address, **options):
        self.raws, self.cursors, self.troubles, self.goods = [], [], [], 0
        self.large = []
        self.poison = ""
        self.source = Source(
            server=post_office.imap_server(address),
            deliver=self.deliver,
            too_large=self.too_large,
            reached=self.cursors.append,
            good=self.good,
            trouble=self.troubles.append,
            all_of_it=True,
            **options,
        )

    def deliver(self, raw, _place):
        if self.poison and self.poison in parse(raw).subject:
            raise ValueError("poison")
        self.raws.append(raw)

    def too_large(self, header, size):
        if self.poison and self.poison in parse(header).subject:
            raise ValueError("poison")
        self.large.append((header, size))

    def good(self):
        self.goods += 1

    @property
    def subjects(self):
        return [parse(raw).subject for raw in self.raws]


def seen(post_office, address):
    with post_office.opened(address) as box:
        return {m.subject: "\\Seen" in m.flags for m in box.fetch(mark_seen=False)}


def test_mail_is_fetched_once_marked_after_it_was_kept(post_office):
    address = "once@office.test"
    for number in (1, 2):
        post_office.deliver(letter(number), to=address)
    box = Box(post_office, address)

    assert Fetcher(box.source, Cursor()).look() == 2
    assert Fetcher(box.source, box.cursors[-1]).look() == 0

    assert box.subjects == ["Bill 1", "Bill 2"]
    assert seen(post_office, address) == {"Bill 1": True, "Bill 2": True}
    assert fingerprint(box.raws[0]) == fingerprint(letter(1))


def test_a_poison_message_does_not_stop_the_next_and_is_tried_again(post_office):
    address = "poison@office.test"
    for number in (1, 2, 3):
        post_office.deliver(letter(number), to=address)
    box = Box(post_office, address)
    box.poison = "Bill 2"
    fetcher = Fetcher(box.source, Cursor())

    fetcher.look()
    assert box.subjects == ["Bill 1", "Bill 3"]
    assert "could not be kept: poison" in box.troubles[0]
    assert seen(post_office, address) == {"Bill 1": True, "Bill 2": False, "Bill 3": True}

    box.poison = ""
    box.raws.clear()
    Fetcher(box.source, box.cursors[-1]).look()  # as after a restart: from the cursor kept
    assert "Bill 2" in box.subjects

    box.raws.clear()
    fetcher.look()  # the one that ran on knows what failed
    assert box.subjects == ["Bill 2"]


def test_a_mailbox_numbered_anew_is_read_from_its_beginning(post_office):
    address = "anew@office.test"
    post_office.deliver(letter(1), to=address)
    box = Box(post_office, address)

    Fetcher(box.source, Cursor(uid_validity=1, last_uid=999)).look()

    assert box.subjects == ["Bill 1"]
    assert box.cursors[-1].uid_validity != 1


def test_mail_taken_in_is_moved_where_it_shall_be(post_office):
    address = "moved@office.test"
    post_office.deliver(letter(1), to=address)
    with post_office.opened(address) as opened:
        opened.folder.create("Done")
    box = Box(post_office, address, move_to="Done")

    Fetcher(box.source, Cursor()).look()

    assert post_office.messages(address) == []
    assert len(post_office.messages(address, "Done")) == 1


def looks(fetcher, box, number):
    """Let a fetcher run until it has told `number` times how far it is."""
    stop = threading.Event()
    thread = threading.Thread(target=fetcher.run, args=(stop,))
    thread.start()
    until(lambda: len(box.cursors) >= number, "the looks")
    stop.set()
    thread.join(30)


def test_a_mailbox_is_not_called_good_while_a_message_could_not_be_kept(post_office, monkeypatch):
    monkeypatch.setattr(imap, "POLL", 0.05)
    address = "notgood@office.test"
    for number in (1, 2):
        post_office.deliver(letter(number), to=address)
    box = Box(post_office, address)
    box.poison = "Bill 1"
    fetcher = Fetcher(box.source, Cursor())

    looks(fetcher, box, 6)
    assert box.goods == 0
    assert len(box.troubles) > 1

    box.poison = ""
    stop = threading.Event()
    thread = threading.Thread(target=fetcher.run, args=(stop,))
    thread.start()
    until(lambda: box.goods, "the mailbox to be called good")
    stop.set()
    thread.join(30)
    assert sorted(box.subjects) == ["Bill 1", "Bill 2"]


def test_of_a_message_over_the_limit_the_headers_are_kept_even_if_not_at_once(post_office):
    address = "bigger@office.test"
    post_office.deliver(letter("big", body="x\r\n" * 2000), to=address)
    box = Box(post_office, address, max_bytes=3000)
    box.poison = "Bill big"
    fetcher = Fetcher(box.source, Cursor())

    fetcher.look()
    assert box.large == []
    assert "could not be kept" in box.troubles[0]

    box.poison = ""
    fetcher.look()
    fetcher.look()
    assert len(box.large) == 1


def test_a_message_over_the_limit_stays_and_is_told(post_office):
    address = "big@office.test"
    post_office.deliver(letter("big", body="x\r\n" * 2000), to=address)
    post_office.deliver(letter("small"), to=address)
    box = Box(post_office, address, max_bytes=3000)

    Fetcher(box.source, Cursor()).look()

    assert box.subjects == ["Bill small"]
    ((header, size),) = box.large
    assert size > 6000
    assert len(header) < 1000
    assert parse(header).subject == "Bill big"
    assert box.troubles == []
    assert seen(post_office, address)["Bill big"] is False


def test_new_mail_is_fetched_while_waiting(post_office):
    address = "idle@office.test"
    post_office.deliver(letter("first"), to=address)
    box = Box(post_office, address)
    stop = threading.Event()
    thread = threading.Thread(target=Fetcher(box.source, Cursor()).run, args=(stop,))
    thread.start()
    try:
        until(lambda: box.goods, "the first look")
        post_office.deliver(letter("second"), to=address)
        until(lambda: len(box.raws) == 2, "the server to tell of the second")
    finally:
        stop.set()
        thread.join(30)

    assert not thread.is_alive()
    assert box.subjects == ["Bill first", "Bill second"]
    assert box.troubles == []


def test_a_server_that_is_away_is_told_in_words_and_tried_again(post_office):
    box = Box(post_office, "away@office.test")
    gone = Source(
        server=post_office.imap_server("away@office.test").__class__(
            host="127.0.0.1", port=1, encryption="none", user="a", password="b"
        ),
        deliver=box.deliver, too_large=box.too_large, reached=box.cursors.append,
        good=box.good, trouble=box.troubles.append,
    )  # fmt: skip
    stop = threading.Event()
    thread = threading.Thread(target=Fetcher(gone, Cursor()).run, args=(stop,))
    thread.start()
    until(lambda: box.troubles, "the trouble to be told")
    stop.set()
    thread.join(30)

    assert box.troubles[0] == "the mail server refuses connections"
    assert not thread.is_alive()


def test_a_cursor_that_cannot_be_kept_does_not_end_the_reading(post_office, monkeypatch):
    monkeypatch.setattr(imap, "FIRST_PAUSE", 0.01)
    address = "cursor@office.test"
    post_office.deliver(letter(1), to=address)
    box = Box(post_office, address)
    refusals = [RuntimeError("database away")]

    def reached(cursor):
        if refusals:
            raise refusals.pop()

    stop = threading.Event()
    source = replace(box.source, reached=reached)
    thread = threading.Thread(target=imap.Fetcher(source, Cursor()).run, args=(stop,))
    thread.start()
    until(lambda: box.raws, "the mail to be fetched after all")
    stop.set()
    thread.join(30)

    assert box.troubles == ["database away"]
    assert box.subjects == ["Bill 1"]


def test_a_sent_copy_is_kept_once(post_office):
    server = post_office.imap_server("copies@office.test")
    for _ in range(2):
        keep_sent(server, "Sent", letter("copy"), "copy@cust.test")
    keep_sent(server, "Sent", letter("other"), "other@cust.test")

    assert len(post_office.messages("copies@office.test", "Sent")) == 2
