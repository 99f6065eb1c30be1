"""Whatever the bytes are, a mail is read, and a copy of it has its name."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from contact_hub.carriers.base import Unreadable
from contact_hub.carriers.email import fingerprint, parse
from tests.carriers.awkward import CASES, TEXT, mail, many

LETTERS = [case[1] for case in CASES]
PIECES = [
    b"\r\n", b"\n", b"\r", b"--edge", b"--", b"=?utf-8?B?", b"?=", b"Content-Type: ", b"multipart/",
    b"mixed; boundary=", b'"', b"<", b">", b"(", b")", b",", b";", b":", b"@", b"\0", b"\xff",
    b"\x1b$B", b"begin 644 x\n", b"base64", b"=", b"From: ", b"Date: ", b"message/delivery-status",
]  # fmt: skip


def mutated(raw, seed):
    """`raw` with a few bytes cut, doubled, swapped, or replaced by what headers are made of."""
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 8)):
        at, to = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
        piece = chance.choice([b"", raw[at:to] * 2, chance.choice(PIECES), chance.randbytes(3)])
        raw = raw[:at] + piece + raw[min(to, at + 40) :]
    return raw


def all_text(inbound):
    parties = [inbound.sender, *inbound.to, *inbound.cc, *inbound.reply_to]
    files = [word for file in inbound.files for word in (file.name, file.content_id)]
    names = [word for party in parties for word in (party.name, party.address)]
    whole = [inbound.text, inbound.quoted, inbound.html, inbound.subject, inbound.message_id]
    kinds = [file.content_type for file in inbound.files]
    told = [inbound.automatic, *inbound.defects, *kinds]
    told += [inbound.bounce.reason, inbound.bounce.recipient] if inbound.bounce else []
    return "".join([*whole, inbound.in_reply_to, *inbound.references, *files, *names, *told])


def is_read(raw):
    fingerprint(raw)
    try:
        inbound = parse(raw)
    except Unreadable:
        assert not raw.strip(b"\0 \t\r\n")
        return
    text = all_text(inbound)
    assert "\0" not in text
    text.encode()  # no lone surrogates: PostgreSQL takes it


@given(st.binary(max_size=2000))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read(raw):
    is_read(raw)


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=60).map(b"".join))
@settings(max_examples=300, deadline=None)
def test_any_heap_of_mail_syntax_is_read(raw):
    is_read(raw)


@given(st.sampled_from(LETTERS), st.integers(0, 2**32))
@settings(max_examples=600, deadline=None)
def test_any_mail_that_was_damaged_is_read(raw, seed):
    is_read(mutated(raw, seed))


TRACES = [
    b"Received: from a.test by b.test; Fri, 20 Nov 2026 09:00:01 -0600\r\n",
    b"Return-Path: <rosa@cust.test>\r\n",
    b"Delivered-To: billing@hub.test\r\n",
    b"X-Spam-Score: 1.0\r\n\tfolded\r\n",
    b"DKIM-Signature: v=1; b=abc\r\n",
    b"Authentication-Results: b.test; spf=pass\r\n",
]


@given(st.sampled_from(LETTERS), st.lists(st.sampled_from(TRACES)), st.booleans())
def test_a_copy_that_came_another_way_has_the_same_name(raw, traces, unix):
    raw = raw.lstrip()
    if raw.startswith((b"From ", b"Why")):
        return
    head, empty, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    copy = b"".join(traces).replace(b"\r\n", b"\n") + head + empty + body + b"\n\n"

    assert fingerprint(copy if unix else copy.replace(b"\n", b"\r\n")) == fingerprint(raw)


@given(st.binary(min_size=1, max_size=50), st.binary(min_size=1, max_size=50))
def test_other_words_have_another_name(one, other):
    def words(text):
        return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n \t")

    same = words(one) == words(other)
    assert (fingerprint(mail(body=one)) == fingerprint(mail(body=other))) is same


def test_a_refolded_header_leaves_the_name_as_it_is():
    one = mail("Subject: My bill doubled", "Message-ID: <a@x>")
    other = mail("Subject: My bill\r\n\tdoubled", "Message-ID:\r\n <a@x>")

    assert fingerprint(one) == fingerprint(other)


def test_the_name_begins_with_the_message_id():
    assert fingerprint(mail("Message-ID: <a@cust.test>")).startswith("a@cust.test|")
    assert fingerprint(mail()).startswith("none|")


def test_two_mails_that_share_an_id_have_two_names():
    one = fingerprint(mail("Message-ID: <a@x>", body="My bill"))
    other = fingerprint(mail("Message-ID: <a@x>", body="Your bill"))

    assert one != other
    assert one.partition("|")[0] == other.partition("|")[0]


@given(st.text(min_size=1, max_size=2000))
def test_a_name_is_short_and_printable(ident):
    name = fingerprint(mail(b"Message-ID: <" + ident.encode("utf-8", "surrogatepass") + b">"))

    assert len(name) <= 300
    assert name.isascii()
    assert name.isprintable()


def test_a_mail_of_ten_thousand_parts_is_bounded():
    inbound = parse(many("multipart/mixed", *[TEXT] * 10_000))

    assert inbound.text.count("Hello") == 500
    assert inbound.files[0].content.count(b"Hello") == 9_500
