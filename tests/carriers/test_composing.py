"""Outgoing mail is what every mail program understands."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.carriers.base import File, Outbound, Party, Undeliverable
from contact_hub.carriers.email import parse
from contact_hub.carriers.email.compose import compose

ROSA = Party("rosa@cust.test", "Rosa Delgado")
REPLY = Outbound(
    channel="email",
    message_id="m1@hub.test",
    sender=Party("billing@hub.test", "Alder Billing"),
    to=(ROSA,),
    subject="High bill [#42]",
    text="We looked.",
    written_at=datetime(2026, 11, 20, 15, tzinfo=UTC),
)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


def read(outbound):
    """The mail as another program reads it."""
    return message_from_bytes(compose(outbound), policy=policy.default)


def test_a_plain_answer_has_what_threads_and_nothing_more():
    mail = read(replace(REPLY, in_reply_to="c1@cust.test", references=("c0@cust.test",)))

    assert mail["From"] == "Alder Billing <billing@hub.test>"
    assert mail["To"] == "Rosa Delgado <rosa@cust.test>"
    assert mail["Message-ID"] == "<m1@hub.test>"
    assert mail["In-Reply-To"] == "<c1@cust.test>"
    assert mail["References"].split() == ["<c0@cust.test>", "<c1@cust.test>"]
    assert mail["Date"] == "Fri, 20 Nov 2026 15:00:00 +0000"
    assert mail["Bcc"] is None
    assert mail["Auto-Submitted"] is None
    assert mail["X-Contact-Hub-Loop"] == "hub.test; person"
    assert mail.get_content() == "We looked.\r\n"


def test_the_reply_address_is_asked_for():
    mail = read(replace(REPLY, reply_to=Party("billing+c42.abcdefghij@hub.test", "Billing")))

    assert mail["Reply-To"].addresses[0].addr_spec == "billing+c42.abcdefghij@hub.test"


def test_mail_the_hub_writes_itself_says_so():
    mail = read(replace(REPLY, automatic=True, in_reply_to="c1@cust.test"))

    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Precedence"] == "bulk"
    assert parse(bytes(mail)).automatic == "written by a contact hub itself"
    assert read(replace(REPLY, automatic=True))["Auto-Submitted"] == "auto-generated"


def test_an_answer_by_a_person_is_a_persons_at_another_hub():
    assert parse(compose(REPLY)).automatic == ""


def test_the_same_message_composed_twice_is_the_same():
    whole = replace(
        REPLY, html="<p>We looked.</p>", files=(File(name="a", content_type="x/y", content=b"z"),)
    )

    assert compose(whole) == compose(whole)


def test_ids_are_never_cut_whatever_their_length():
    long = "x" * 300 + "@cust.test"
    raw = compose(replace(REPLY, in_reply_to=long, references=(long[1:], long[2:])))

    assert raw.count(b"x" * 298) == 4
    assert b"=?" not in raw


def test_a_long_thread_keeps_its_first_and_last_ids():
    references = tuple(f"r{number}@cust.test" for number in range(500))
    mail = read(replace(REPLY, in_reply_to="parent@cust.test", references=references))
    kept = mail["References"].split()

    assert len(kept) == 20
    assert (kept[0], kept[-1]) == ("<r0@cust.test>", "<parent@cust.test>")


def test_text_page_and_files_stand_in_the_right_places():
    mail = read(
        replace(
            REPLY,
            html='<p><img src="cid:logo"></p>',
            files=(
                File(name="bill.pdf", content_type="application/pdf", content=b"%PDF" * 500),
                File(
                    name="l.png",
                    content_type="image/png",
                    content=b"P",
                    content_id="logo",
                    inline=True,
                ),
            ),
        )
    )

    assert [one.get_content_type() for one in mail.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "multipart/related"),
        *("text/html", "image/png", "application/pdf"),
    ]
    assert mail.get_body(("plain",)).get_content().strip() == "We looked."
    assert [one.get_content() for one in mail.iter_attachments()] == [b"%PDF" * 500]


def test_an_attached_message_travels_as_a_file():
    mail = read(
        replace(REPLY, files=(File(name="x.eml", content_type="message/rfc822", content=b"a: b"),))
    )

    assert next(mail.iter_attachments()).get_content() == b"a: b"


@given(
    subject=TEXT,
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
    name=TEXT,
    file=TEXT,
)
def test_whatever_is_written_arrives(subject, text, name, file):
    raw = compose(
        replace(
            REPLY,
            subject=subject,
            text=text,
            to=(Party("rosa@cust.test", name), Party("leo@cust.test")),
            files=(File(name=file, content_type="text/csv", content=b"a,b"),),
        )
    )
    mail = parse(raw)

    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()
    assert re.sub(rb"\r\n", b"", raw).count(b"\n") == 0
    assert [party.address for party in mail.to] == ["rosa@cust.test", "leo@cust.test"]
    assert mail.subject == parse(compose(replace(REPLY, subject=" ".join(subject.split())))).subject
    assert len(mail.files) == 1


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "¿Por qué subió?",
        "請求書" * 40,
        "a" * 300,
        "=?utf-8?Q?no?=",
        "  two  blanks ",
        "😀" * 30,
        "x " * 200,
    ],
)
def test_subjects_arrive_as_they_were_written(subject):
    assert parse(compose(replace(REPLY, subject=subject))).subject == " ".join(subject.split())


@pytest.mark.parametrize(
    "name",
    [
        "año.pdf",
        "請求書" * 20 + ".pdf",
        'a"b.pdf',
        "a;b.pdf",
        "100%.pdf",
        "why?.pdf",
        "x" * 140 + ".pdf",
    ],
)
def test_names_of_files_arrive(name):
    files = (File(name=name, content_type="application/pdf", content=b"%PDF"),)
    arrived = parse(compose(replace(REPLY, files=files))).files[0].name

    assert arrived == re.sub(r'["?]', "_", name)


@pytest.mark.parametrize(
    "name", ["Delgado, Rosa", 'Rosa "Ro" Delgado', "Rosá", "rosa@cust.test", "R" * 60, "(Rosa)"]
)
def test_names_of_people_arrive(name):
    arrived = read(replace(REPLY, to=(Party("rosa@cust.test", name),)))["To"].addresses[0]

    assert (arrived.display_name, arrived.addr_spec) == (name, "rosa@cust.test")


@pytest.mark.parametrize(
    "text", ["", ".", "..\n.\nFrom me\n", "a" * 5000, "é" * 3000, "tab\t \n trailing \n"]
)
def test_texts_arrive(text):
    assert read(replace(REPLY, text=text)).get_content().replace("\r\n", "\n").rstrip(
        "\n"
    ) == text.rstrip("\n")


def test_domains_with_letters_of_their_own_are_written_in_ascii():
    assert b"<rosa@xn--mller-kva.test>" in compose(replace(REPLY, to=(Party("rosa@müller.test"),)))


BREAKS = [
    replace(REPLY, subject="Hi\r\nBcc: all@cust.test"),
    replace(REPLY, subject="Hi\nthere"),
    replace(REPLY, to=(Party("rosa@cust.test", "Rosa\r\nBcc: all@cust.test"),)),
    replace(REPLY, to=(Party("rosa@cust.test>\r\nBcc: <all@cust.test"),)),
    replace(REPLY, to=(Party("rosa@cust.test, all@cust.test"),)),
    replace(REPLY, to=(Party("rosa"),)),
    replace(REPLY, to=()),
    replace(REPLY, message_id="m1"),
    replace(REPLY, message_id="m1@hub.test>\r\nBcc: <x"),
    replace(REPLY, headers=(("Bcc", "all@cust.test"),)),
    replace(REPLY, headers=(("X-Note", "a\r\nBcc: all@cust.test"),)),
    replace(REPLY, headers=(("X Note", "a"),)),
    replace(REPLY, reply_to=Party("x\n@hub.test")),
]


@pytest.mark.parametrize("outbound", BREAKS)
def test_what_would_become_another_mail_is_refused_for_good(outbound):
    with pytest.raises(Undeliverable) as refusal:
        compose(outbound)
    assert refusal.value.permanent


def test_strange_ids_of_others_are_left_out():
    mail = read(replace(REPLY, references=("a b@x", "c>\r\nBcc: x", "ok@x")))

    assert mail["References"] == "<ok@x>"


def test_further_headers_are_added():
    assert read(replace(REPLY, headers=(("List-Unsubscribe", "<mailto:off@hub.test>"),)))[
        "List-Unsubscribe"
    ]
