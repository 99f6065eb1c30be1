"""Marks by which answers find their case."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from contact_hub.carriers.email import tokens

KEY = "a secret key"
CASES = st.integers(1, 10**18 - 1)
LOCALS = st.text(string.ascii_lowercase + string.digits + ".-_+", min_size=1, max_size=30)


@given(CASES, LOCALS)
def test_a_reply_address_leads_back_to_its_case(case, local):
    made = tokens.reply_address(f"{local}@hub.test", case, KEY)

    assert tokens.case_of(made, KEY) == case
    assert tokens.case_of(made.upper(), KEY) == case
    assert tokens.without_tag(made) == tokens.without_tag(f"{local}@hub.test")
    assert len(made.partition("@")[0]) <= 64


@given(CASES, st.data())
def test_a_tag_with_any_letter_changed_is_refused(case, data):
    made = tokens.reply_address("billing@hub.test", case, KEY)
    at = data.draw(st.integers(len("billing+c"), made.index("@") - 1))
    other = data.draw(
        st.sampled_from([c for c in string.ascii_lowercase + "0123456789." if c != made[at]])
    )

    changed = made[:at] + other + made[at + 1 :]

    assert tokens.case_of(changed, KEY) is None


@given(CASES)
def test_a_tag_made_with_another_key_is_refused(case):
    assert tokens.case_of(tokens.reply_address("billing@hub.test", case, "other"), KEY) is None


def test_a_plus_tag_of_the_office_stays():
    made = tokens.reply_address("billing+east@hub.test", 7, KEY)

    assert made.startswith("billing+east+c7.")
    assert tokens.without_tag(made) == "billing+east@hub.test"


def test_tagging_again_replaces_the_tag():
    once = tokens.reply_address("billing@hub.test", 7, KEY)

    assert tokens.case_of(tokens.reply_address(once, 8, KEY), KEY) == 8
    assert tokens.reply_address(once, 7, KEY) == once


def test_an_address_too_long_for_a_tag_stays_as_it_is():
    long = "x" * 60 + "@hub.test"

    assert tokens.reply_address(long, 7, KEY) == long


def test_addresses_without_a_tag_name_no_case():
    for address in (
        "",
        "billing@hub.test",
        "billing+c7@hub.test",
        "+c7.aaaaaaaaaa",
        "c7.x@hub.test",
    ):
        assert tokens.case_of(address, KEY) is None


def test_a_subject_is_tagged_once():
    once = tokens.tag_subject("High bill", 42)

    assert once == "High bill [#42]"
    assert tokens.tag_subject(f"Re: {once}", 42) == "Re: High bill [#42]"
    assert tokens.tag_subject(once, 43) == "High bill [#43]"
    assert tokens.tag_subject("", 42) == "[#42]"


def test_a_tagged_subject_names_its_case():
    assert tokens.tagged_case("RE: High bill [#42] (urgent)") == 42
    assert tokens.tagged_case("Fw: [#7] Re: High bill [#42]") == 42
    for subject in ("High bill", "#42", "[42]", "[#0]", "[#" + "9" * 30 + "]"):
        assert tokens.tagged_case(subject) is None
