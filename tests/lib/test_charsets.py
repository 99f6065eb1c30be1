"""Bytes become text that any database holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.lib import charsets

LABELS = st.sampled_from(
    ["", "utf-8", "us-ascii", "iso-2022-jp", "utf-7", "utf-16", "hz", "ks_c_5601-1987", "x-none",
     "idna", "punycode", "rot13", "hex", "unicode_escape", "iso-8859-8-i", "cp932", "../etc"]
) | st.text(max_size=20)  # fmt: skip


@given(st.binary(max_size=300), LABELS)
def test_any_bytes_under_any_label_become_storable_text(data, label):
    text, _defect = charsets.decode(data, label)

    assert "\0" not in text
    text.encode()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_text_comes_back_from_utf_8_whatever_the_label_says_of_ascii(text):
    for label in ("utf-8", "us-ascii", ""):
        assert charsets.decode(text.encode(), label)[0] == charsets.clean(text).removeprefix(
            "\ufeff"
        )


@pytest.mark.parametrize("label", ["UTF8", '"utf-8"', " Utf_8 ", "UNICODE-1-1-UTF-8"])
def test_a_label_is_known_however_it_is_written(label):
    assert charsets.codec_of(label) == ("utf-8", "")


@pytest.mark.parametrize("label", ["x-unknown", "base64", "idna", "rot13", "a/b", "unicode_escape"])
def test_what_is_no_charset_is_said_to_be_unknown(label):
    assert charsets.codec_of(label)[0] == ""
    assert "unknown charset" in charsets.codec_of(label)[1]


def test_line_ends_become_one_kind():
    assert charsets.clean("a\r\nb\rc\u2028d") == "a\nb\nc\nd"


def test_lone_surrogates_and_controls_do_not_survive():
    assert charsets.clean("a\ud800b\0c\x07d\te") == "a\ufffdbcd\te"
