"""Every awkward mail is understood as a person would understand it."""

from __future__ import annotations

import pytest

from contact_hub.carriers.base import Unreadable
from contact_hub.carriers.email import parse
from tests.carriers.awkward import CASES


def as_written(inbound, field):
    """What the hub understood, in the terms of the table."""
    return {
        "sender": lambda: inbound.sender.address,
        "name": lambda: inbound.sender.name,
        "to": lambda: [party.address for party in inbound.to],
        "sent_at": lambda: inbound.sent_at and inbound.sent_at.isoformat(),
        "files": lambda: [file.name for file in inbound.files],
        "content": lambda: inbound.files[0].content,
        "cid": lambda: inbound.files[0].content_id,
    }.get(field, lambda: getattr(inbound, field))()


@pytest.mark.parametrize(("raw", "expected"), [pytest.param(*c[1:], id=c[0]) for c in CASES])
def test_an_awkward_mail_is_understood(raw, expected):
    inbound = parse(raw)
    exact = {k: v for k, v in expected.items() if k not in ("defect", "html", "no_html")}

    assert {field: as_written(inbound, field) for field in exact} == exact
    assert expected.get("html", "") in inbound.html
    assert expected.get("no_html", "\0") not in inbound.html
    assert expected.get("defect", "") in "; ".join(inbound.defects)


def test_the_table_has_every_case_once():
    names = [case[0] for case in CASES]
    assert len(names) == len(set(names)) >= 60


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\0\0", b" \t\n"])
def test_nothing_at_all_is_unreadable(raw):
    with pytest.raises(Unreadable):
        parse(raw)


def test_a_file_over_the_limit_is_left_out_and_the_mail_says_so():
    raw = next(case[1] for case in CASES if case[0] == "mixed with a file")

    inbound = parse(raw, file_limit=5)

    assert inbound.files == ()
    assert inbound.text == "Hello"
    assert "“bill.pdf” was not kept" in inbound.defects[0]


def test_a_very_long_text_is_shown_in_part_and_kept_whole():
    line = b"word " * 12 + b"\r\n"
    raw = b"From: rosa@cust.test\r\n\r\n" + line * 40_000

    inbound = parse(raw)

    assert len(inbound.text) <= 1_000_000
    assert inbound.files[0].name == "message.txt"
    assert inbound.files[0].content == line * 40_000
