"""The hub's own door: nothing is acknowledged that is not kept, nothing kept is refused."""

from __future__ import annotations

import smtplib
import socket
import threading

import pytest

MAIL = b"From: rosa@cust.test\r\nSubject: High bill\r\n\r\nWhy?\r\n"
BILLING = "billing@hub.test"


@pytest.fixture(params=["lmtp", "smtp"])
def door(request, open_door):
    return open_door(door=request.param)


def test_a_message_is_handed_in_with_its_envelope(door, kept, knock):
    knock(door).sendmail("rosa@cust.test", [BILLING], MAIL)

    assert kept == [
        (b"Return-Path: <rosa@cust.test>\r\n" + MAIL, "rosa@cust.test", [BILLING], door.door)
    ]


def test_mail_without_a_return_address_is_taken(door, kept, knock):
    knock(door).sendmail("", [BILLING], MAIL)

    assert kept[0][0].startswith(b"Return-Path: <>\r\n")
    assert kept[0][1] == ""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b".hidden dot\r\n..two\r\n.\r\nthree\r\n",
        b"x" * 3_000_000 + b"\r\n",
        b"short.\r\n" * 50_000,
        "raw ünïcode\r\n".encode(),
        b"latin \xe9\r\n",
    ],
)
def test_a_message_arrives_as_it_was_sent(door, kept, knock, body):
    line = knock(door)
    line.sendmail("rosa@cust.test", [BILLING], b"Subject: x\r\n\r\n" + body)
    line.sendmail("rosa@cust.test", [BILLING], b"Subject: y\r\n\r\nnext\r\n")

    first, second = (raw.partition(b"\r\n")[2] for raw, *_ in kept)
    assert first == b"Subject: x\r\n\r\n" + body
    assert second == b"Subject: y\r\n\r\nnext\r\n"


def test_commands_sent_ahead_are_not_lost(door, kept, talk):
    stream = talk(door)
    hello = b"LHLO" if door.door == "lmtp" else b"EHLO"
    one = b"MAIL FROM:<rosa@cust.test>\r\nRCPT TO:<billing@hub.test>\r\nDATA\r\n"
    stream.write(hello + b" me\r\n" + (one + b"a\r\n.\r\n") + (one + b".\r\n") + b"QUIT\r\n")

    answers = stream.read().decode()

    assert answers.count("250 2.0.0 Kept") == 2
    assert [raw for raw, *_ in kept] == [
        b"Return-Path: <rosa@cust.test>\r\na\r\n",
        b"Return-Path: <rosa@cust.test>\r\n",
    ]


def test_trouble_in_keeping_is_answered_with_try_again(open_door, knock):
    def broken(*delivery):
        raise OSError("disk full")

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        knock(open_door(broken)).sendmail("rosa@cust.test", [BILLING], MAIL)
    assert refusal.value.smtp_code == 451


def test_lmtp_answers_once_for_every_recipient(open_door, kept, talk):
    stream = talk(open_door())
    rcpt = b"".join(b"RCPT TO:<%s@hub.test>\r\n" % name for name in (b"a", b"b", b"c"))
    stream.write(b"LHLO me\r\nMAIL FROM:<r@x>\r\n" + rcpt + b"DATA\r\nhi\r\n.\r\nQUIT\r\n")

    assert stream.read().count(b"250 2.0.0 Kept") == 3
    assert len(kept) == 1
    assert kept[0][2] == ["a@hub.test", "b@hub.test", "c@hub.test"]


def test_lmtp_answers_for_every_recipient_when_it_keeps_nothing(open_door, talk):
    def broken(*delivery):
        raise OSError("disk full")

    small = talk(open_door(max_bytes=100))
    trouble = talk(open_door(broken))
    for stream in (small, trouble):
        rcpt = b"RCPT TO:<a@hub.test>\r\nRCPT TO:<b@hub.test>\r\n"
        stream.write(b"LHLO me\r\nMAIL FROM:<r@x>\r\n" + rcpt)
        stream.write(b"DATA\r\n" + b"x" * 200 + b"\r\n.\r\nQUIT\r\n")

    assert small.read().count(b"552 5.3.4") == 2
    assert trouble.read().count(b"451 4.3.0") == 2


def test_a_message_announced_too_big_is_refused_for_good(open_door, kept, knock):
    line = knock(open_door(door="smtp", max_bytes=1000))

    with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
        line.sendmail("rosa@cust.test", [BILLING], MAIL + b"x" * 2000)
    assert refusal.value.smtp_code == 552
    assert kept == []


def test_a_message_of_just_the_limit_is_kept(open_door, kept, knock):
    knock(open_door(max_bytes=len(MAIL))).sendmail("rosa@cust.test", [BILLING], MAIL)

    assert len(kept) == 1


def test_the_next_message_is_kept_after_one_too_big(open_door, kept, talk):
    stream = talk(open_door(max_bytes=1000))
    envelope = b"MAIL FROM:<r@x>\r\nRCPT TO:<a@hub.test>\r\nDATA\r\n"
    big, small = b"x\r\n" * 2000, b"hi\r\n"
    stream.write(b"LHLO me\r\n" + envelope + big + b".\r\n" + envelope + small + b".\r\nQUIT\r\n")

    answers = stream.read()

    assert answers.count(b"552 5.3.4") == 1
    assert [raw.partition(b"\r\n")[2] for raw, *_ in kept] == [small]


def test_an_address_that_is_not_ours_is_refused(open_door, kept, knock):
    line = knock(open_door(accepts=lambda address: address == BILLING))

    refused = line.sendmail("rosa@cust.test", [BILLING, "nobody@hub.test"], MAIL)

    assert refused["nobody@hub.test"][0] == 550
    assert kept[0][2] == [BILLING]


def test_when_addresses_cannot_be_looked_up_the_sender_tries_again(open_door, knock):
    def broken(address):
        raise OSError("no database")

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        knock(open_door(accepts=broken)).sendmail("rosa@cust.test", [BILLING], MAIL)
    assert refusal.value.recipients[BILLING][0] == 451


def test_too_many_connections_are_turned_away_for_now(open_door, knock, talk):
    listener = open_door(connections=1)
    first = knock(listener)

    turned_away = talk(listener).read()
    first.quit()

    assert turned_away.startswith(b"421")


def begin(talk, listener, size):
    """Send `size` bytes of a message and leave it open; gives the stream to end it by."""
    stream = talk(listener)
    stream.write(b"LHLO me\r\nMAIL FROM:<r@x>\r\nRCPT TO:<a@hub.test>\r\nDATA\r\n")
    stream.write(b"x" * (size - 3) + b".\r\n")
    return stream


def test_more_mail_than_memory_is_put_off(open_door, kept, talk, knock, eventually):
    listener = open_door(max_bytes=1000, budget=1000)
    slow = begin(talk, listener, 600)
    eventually(lambda: listener.held == 600)

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        knock(listener).sendmail("rosa@cust.test", [BILLING], b"y" * 600 + b"\r\n")
    assert refusal.value.smtp_code == 452
    slow.write(b"\r\n.\r\nQUIT\r\n")
    assert b"250 2.0.0 Kept" in slow.read()
    eventually(lambda: listener.held == 0)

    knock(listener).sendmail("rosa@cust.test", [BILLING], b"y" * 600 + b"\r\n")
    assert len(kept) == 2
    eventually(lambda: listener.held == 0)


def test_a_connection_that_breaks_lets_its_memory_go(open_door, talk, eventually):
    listener = open_door()
    begin(talk, listener, 600)
    eventually(lambda: listener.held == 600)

    talk.hang_up()

    eventually(lambda: listener.held == 0)


def test_a_connection_that_ended_makes_room(open_door, kept, talk, knock, eventually):
    listener = open_door(connections=1)
    for _ in range(3):
        stream = talk(listener)
        stream.write(b"QUIT\r\n")
        stream.read()
    eventually(lambda: not listener.lines)

    knock(listener).sendmail("rosa@cust.test", [BILLING], MAIL)
    assert len(kept) == 1


def test_a_broken_connection_hands_in_nothing(open_door, kept, talk):
    listener = open_door()
    stream = talk(listener)
    stream.write(b"LHLO me\r\nMAIL FROM:<r@x>\r\nRCPT TO:<a@hub.test>\r\nDATA\r\nhalf a mes")
    talk.hang_up()
    listener.stop()
    listener.stop = lambda: None

    assert kept == []


def test_stopping_lets_a_delivery_finish(open_door, kept, knock, eventually):
    began, go_on = threading.Event(), threading.Event()

    def slow(*delivery):
        began.set()
        go_on.wait(20)
        kept(*delivery)

    listener = open_door(slow)
    port = listener.port
    line = knock(listener)
    sender = threading.Thread(target=line.sendmail, args=("rosa@cust.test", [BILLING], MAIL))
    sender.start()
    assert began.wait(20)
    stopper = threading.Thread(target=listener.stop)
    stopper.start()
    eventually(lambda: refused(port))  # it takes nobody in any more, and still waits
    assert stopper.is_alive()
    assert kept == []
    go_on.set()
    stopper.join(20)
    sender.join(20)
    listener.stop = lambda: None

    assert not stopper.is_alive()
    assert len(kept) == 1


def refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=20).close()
    except ConnectionRefusedError:
        return True
    return False


def test_an_address_in_use_is_an_error_at_once(open_door):
    taken = open_door()

    with pytest.raises(OSError, match="in use"):
        open_door(address=f"127.0.0.1:{taken.port}")


def test_a_unix_socket_is_a_door_too(open_door, kept, tmp_path):
    open_door(address=str(tmp_path / "lmtp"))
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(20)
        line.connect(str(tmp_path / "lmtp"))
        line.sendall(
            b"LHLO me\r\nMAIL FROM:<r@x>\r\nRCPT TO:<a@hub.test>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n"
        )
        while line.recv(1000):
            pass

    assert len(kept) == 1
