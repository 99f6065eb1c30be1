"""Headers of any length: what counts is read, and what is left out is told."""

from __future__ import annotations

import pytest

from contact_hub.carriers.email import parse

TAIL = b"From: rosa@cust.test\r\nSubject: High bill\r\nMessage-ID: <one@cust.test>\r\n\r\nWhy?\r\n"


def read(head):
    return parse(head + TAIL)


@pytest.mark.parametrize(
    "head",
    [
        b"X-Spam: " + b"x" * 700_000 + b"\r\n",
        b"X-Spam: " + b"x\r\n " * 200_000 + b"x\r\n",
        b"".join(b"X-%d: %s\r\n" % (n, b"y" * 70_000) for n in range(10)),
    ],
)
def test_an_endless_field_hides_none_behind_it(head):
    mail = read(head)

    assert (mail.sender.address, mail.subject) == ("rosa@cust.test", "High bill")
    assert mail.message_id == "one@cust.test"
    assert mail.text.strip() == "Why?"
    assert "an over-long header was left out" in " ".join(mail.defects)


def test_headers_without_end_are_cut_and_that_is_told():
    mail = read(b"".join(b"X-%d: %s\r\n" % (n, b"y" * 500) for n in range(2000)))

    assert mail.text.strip() == "Why?"
    assert "the headers were cut off" in " ".join(mail.defects)


def test_headers_of_usual_length_are_read_whole():
    assert read(b"X-Spam: " + b"x" * 60_000 + b"\r\n").defects == ("no date",)
