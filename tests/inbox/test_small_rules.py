"""Mentions, variables, identifiers, few words, silence: rules on plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.inbox.rules.autoreply import Caps, allowed
from contact_hub.inbox.rules.filling import fill, unfilled
from contact_hub.inbox.rules.html import as_html
from contact_hub.inbox.rules.identifiers import MOST, Patterns, find
from contact_hub.inbox.rules.mentions import mentioned
from contact_hub.inbox.rules.wording import words

PEOPLE = {"lee": 1, "lee ann park": 2, "ana": 3, "o'neil": 4}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Lee look", [1]),
        ("@lee ann park, please", [2]),
        ("ask @Ana, @lee and @ana again", [3, 1]),
        ("mail lee@alder.test about it", []),
        ("@nobody knows", []),
        ("(@O'Neil)", [4]),
        ("@Lee.", [1]),
    ],
)
def test_a_note_names_colleagues_with_an_at_sign(text, found):
    assert mentioned(text, PEOPLE) == found


def test_a_variable_without_a_value_stays_and_is_named():
    filled = fill("Dear {customer.name}, {account.balance} is due.", {"customer.name": "Rosa"})

    assert filled.text == "Dear Rosa, {account.balance} is due."
    assert filled.missing == ("account.balance",)
    assert unfilled(filled.text) == ("account.balance",)


def test_a_value_that_looks_like_a_variable_is_not_filled_again():
    filled = fill("{customer.name}", {"customer.name": "{agent.name}", "agent.name": "Ana"})

    assert filled.text == "{agent.name}"


@given(st.text(alphabet="0123456789 -.Oo#abc\n", max_size=600))
def test_looking_for_identifiers_never_fails_and_asks_for_a_bounded_number(text):
    asked = []
    find(text, patterns=Patterns(area="614"), exist=lambda some: asked.extend(some) or ())

    assert len(asked) <= MOST


@given(st.text(max_size=3000))
def test_the_last_words_fit_their_column(text):
    assert len(words(text)) <= 200


CAPS = Caps(per_address=10, per_case=3)


@pytest.mark.parametrize(
    ("given_", "why"),
    [
        ({}, ""),
        ({"automatic": "out of office"}, "out of office"),
        ({"sender": ""}, "nobody to answer"),
        ({"own": True}, "one of our own addresses"),
        ({"address": 10}, "muted"),
        ({"case": 3}, "muted"),
    ],
)
def test_the_hub_answers_by_itself_only_when_nothing_speaks_against_it(given_, why):
    asked = {"automatic": "", "sender": "rosa@cust.test", "own": False, "address": 0, "case": 0}

    assert allowed(**asked | given_, caps=CAPS) == why


def test_plain_text_becomes_paragraphs_with_links_and_no_markup_of_its_own():
    made = as_html("Hi <b>\n\nsee https://example.com/a?b=1&c=2.")

    assert made == (
        '<p>Hi &lt;b&gt;</p>\n<p>see <a href="https://example.com/a?b=1&amp;c=2">'
        "https://example.com/a?b=1&amp;c=2</a>.</p>"
    )
