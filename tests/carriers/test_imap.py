"""Reading a mailbox: of whom it is read, and from where on."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import date

import pytest

from contact_hub.carriers.email.imap import Cursor, Fetcher, Source, connected
from tests.carriers.postbox import Postbox


@pytest.fixture
def postbox(tmp_path):
    opened = []

    def open_one(**options):
        opened.append(Postbox(tmp_path, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
def test_a_certificate_nobody_vouches_for_is_refused_before_the_password_is_said(
    postbox, encryption
):
    box = postbox(encryption=encryption)

    with pytest.raises(ssl.SSLCertVerificationError), connected(box.server, None):
        pass
    assert not [said for said in box.heard if "LOGIN" in said or "AUTHENTICATE" in said]


@pytest.mark.parametrize("encryption", ["tls", "starttls"])
def test_an_authority_of_the_offices_own_is_believed(postbox, encryption):
    box = postbox(encryption=encryption)

    with connected(replace(box.server, ca_file=str(box.cert_file)), None):
        pass
    assert [said for said in box.heard if "LOGIN" in said or "AUTHENTICATE" in said]


class Reader:
    """Reads a postbox and keeps what was in it, with its place, and how far it was read."""

    def __init__(self, box, **options):
        self.kept, self.cursors = [], []
        self.source = Source(
            server=box.server,
            deliver=lambda raw, place: self.kept.append((raw, place)),
            too_large=lambda *_header_and_size: None,
            reached=self.cursors.append,
            good=lambda: None,
            trouble=lambda _words: None,
            **options,
        )


def mail(number):
    return f"Subject: {number}\r\n\r\nhi\r\n".encode()


def test_a_mailbox_nobody_read_before_is_read_from_now_on(postbox):
    box = postbox()
    box.put(mail(1))
    box.put(mail(2))
    read = Reader(box)
    fetcher = Fetcher(read.source, Cursor())

    assert fetcher.look() == 0
    box.put(mail(3))

    assert fetcher.look() == 1
    assert read.kept == [(mail(3), "7.3")]
    assert read.cursors[0] == Cursor(7, 2)


def test_an_empty_mailbox_misses_nothing_that_comes_later(postbox):
    box = postbox()
    read = Reader(box)
    fetcher = Fetcher(read.source, Cursor())
    fetcher.look()
    box.put(mail(1))

    assert fetcher.look() == 1


def test_what_is_there_already_comes_in_when_that_is_wanted(postbox):
    box = postbox()
    box.put(mail(1))
    read = Reader(box, all_of_it=True)

    assert Fetcher(read.source, Cursor()).look() == 1


def test_renumbered_mail_is_taken_in_again_but_none_from_before_we_came(postbox):
    box = postbox()
    box.put(mail(1), day="01-Oct-2026")
    box.put(mail(2), day="20-Nov-2026")
    box.uid_validity = 8
    read = Reader(box, since=date(2026, 11, 20))

    assert Fetcher(read.source, Cursor(7, 2)).look() == 1
    assert read.kept == [(mail(2), "8.2")]
