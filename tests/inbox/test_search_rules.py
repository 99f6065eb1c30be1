"""What the search box understands."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contact_hub.inbox.rules.search import (
    Bound,
    Filter,
    Problem,
    Search,
    Words,
    excerpt,
    fold,
    parse,
)

SOMETHING = st.one_of(
    st.text(max_size=80),
    st.text(alphabet='abé -:"#.@0129_*()', max_size=40),
    st.lists(
        st.sampled_from(
            ["bill", '"past due"', "-outage", "from:rosa@cust.test", "is:open", "before:2026-11"]
        )
    ).map(" ".join),
)


def only(search, *expected):
    assert (*search.words, *search.filters, *search.bounds, *search.problems) == expected


def test_a_bare_word_finds_longer_words_too():
    only(parse("elec"), Words(("elec",), prefix=True))


def test_a_short_or_quoted_word_finds_only_itself():
    only(parse('my "past due"'), Words(("my",)), Words(("past", "due")))


def test_accents_and_case_do_not_matter():
    assert parse("Señor").words == parse("SENOR").words


def test_an_address_is_its_parts_standing_together():
    only(parse("from:rosa@cust.test"), Words(("rosa", "cust", "test"), "from", prefix=True))


def test_a_minus_takes_hits_away():
    only(
        parse("bill -outage"),
        Words(("bill",), prefix=True),
        Words(("outage",), prefix=True, negated=True),
    )


def test_a_minus_alone_is_explained():
    assert parse("-outage").problems == (Problem("only_not"),)


def test_an_operator_may_be_negated_and_quoted():
    only(parse('-queue:"start and stop"'), Filter("queue", "start and stop", negated=True))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-01", date(2026, 11, 1)),
        ("2026-2", date(2026, 2, 1)),
        ("2026", date(2026, 1, 1)),
    ],
)
def test_a_day_a_month_or_a_year_bounds_the_search(typed, day):
    only(parse(f"before:{typed}"), Bound("before", day))


@pytest.mark.parametrize("typed", ["soon", "2026-13-01", "2026-02-30", "11/01/2026", "٢٠٢٦"])
def test_another_date_is_a_problem(typed):
    assert parse(f"before:{typed}").problems == (Problem("date", "before", typed),)


def test_an_operator_without_a_value_is_a_problem():
    assert parse("from: bill").problems == (Problem("empty", "from"),)
    assert parse("is:").problems == (Problem("empty", "is"),)


def test_an_unknown_state_is_a_problem():
    assert parse("is:happy").problems == (Problem("is", "is", "happy"),)


def test_a_colon_after_another_word_is_only_a_colon():
    only(parse("re:invoice"), Words(("re", "invoice"), prefix=True))


def test_a_number_alone_names_a_case_or_an_account():
    assert parse("#4127").number == "4127"
    assert parse(" 4410-2279-31 ").number == "4410227931"
    assert parse("4127 bill").number == ""


@given(SOMETHING)
@example('-from:"')
@example('"')
@example("is: is:")
def test_whatever_is_typed_is_understood_or_explained(typed):
    search = parse(typed)

    assert isinstance(search, Search)
    for words in search.words:
        assert words.tokens
        assert all(token == fold(token) and token.isalnum() for token in words.tokens)


@given(st.lists(st.sampled_from(["bill", "water", "outage", "señor"]), min_size=1, max_size=5))
def test_words_are_found_in_any_order_they_are_typed(words):
    assert set(parse(" ".join(words)).words) == set(parse(" ".join(reversed(words))).words)


@given(st.text(max_size=400), SOMETHING)
def test_an_excerpt_says_nothing_that_the_text_does_not(text, typed):
    pieces = excerpt(text, parse(typed).words)

    said = "".join(piece for piece, _hit in pieces).strip("… ")
    assert fold(said) in fold(" ".join(text.split()))


def test_an_excerpt_marks_what_was_found():
    text = "Hello, my electric bill is past due since Monday. " * 3
    pieces = excerpt(text, parse('elec "past due"').words)

    assert [piece for piece, hit in pieces if hit][:2] == ["electric", "past due"]


def test_an_excerpt_begins_shortly_before_the_first_hit():
    pieces = excerpt("word " * 200 + "needle and thread", parse("needle").words)

    assert pieces[0] == ("… ", False)
    assert len("".join(piece for piece, _hit in pieces)) < 200
