"""The queue's rules: pauses, endings, values. Slots of schedules: see test_cron.py."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.jobs.errors import Later, Permanent, Unknown
from contact_hub.jobs.rules.ending import ending
from contact_hub.jobs.rules.pausing import CAP, LONGEST, back_off, next_look, stay_away
from contact_hub.jobs.rules.values import as_json, as_text

jitters = st.floats(0.5, 1)


def test_the_pause_doubles_with_each_failure_until_the_cap():
    pauses = [back_off(failures, jitter=1, base=10, cap=100) for failures in range(1, 7)]
    assert pauses == [10, 20, 40, 80, 100, 100]


@given(failures=st.integers(1, 10**9), jitter=jitters, base=st.floats(0.1, 100))
def test_a_pause_is_between_half_and_the_whole_of_its_step(failures, jitter, base):
    pause = back_off(failures, jitter=jitter, base=base)
    assert base / 2 <= pause <= CAP
    assert pause <= back_off(failures + 1, jitter=jitter, base=base)
    assert back_off(failures, jitter=0.5, base=base) <= pause
    assert pause <= back_off(failures, jitter=1, base=base)


@given(st.floats(allow_nan=False))
def test_the_other_side_may_name_any_pause_within_reason(seconds):
    assert 0 <= stay_away(seconds) <= LONGEST
    assert not 0 <= seconds <= LONGEST or stay_away(seconds) == seconds


@given(looks=st.integers(0, 10**6), longest=st.floats(0.1, 60))
def test_looks_at_an_empty_queue_grow_rarer_but_never_too_rare(looks, longest):
    assert 0 < next_look(looks, longest=longest) <= next_look(looks + 1, longest=longest) <= longest


def end(error, **changes):
    said = {"attempts": 1, "max_attempts": 3, "uncertain": False, "jitter": 1.0} | changes
    after = ending(error, **said)
    return after.state, after.wait


def test_an_error_is_tried_again_after_the_back_off():
    assert end(ValueError()) == ("ready", 10)
    assert end(ValueError(), attempts=2, jitter=0.5) == ("ready", 10)


def test_a_named_pause_is_kept_whatever_the_jitter():
    assert end(Later("busy", 7.5), attempts=2, jitter=0.5) == ("ready", 7.5)
    assert end(Later("busy")) == ("ready", 10)


def test_the_last_try_is_dead_or_unknown_when_a_call_may_have_gone_through():
    assert end(ValueError(), attempts=3) == ("dead", 0)
    assert end(Later("busy", 5), attempts=3) == ("dead", 0)
    assert end(ValueError(), attempts=3, uncertain=True) == ("unknown", 0)


@given(attempts=st.integers(1, 20), most=st.integers(1, 20), uncertain=st.booleans())
def test_a_permanent_error_is_dead_and_an_unknown_one_unknown_at_any_try(attempts, most, uncertain):
    said = {"attempts": attempts, "max_attempts": most, "uncertain": uncertain}
    assert end(Permanent("no such mailbox"), **said) == ("dead", 0)
    assert end(Unknown("the line went dead"), **said) == ("unknown", 0)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(st.characters(codec="ascii", min_codepoint=32)), inner)
    ),
)


@given(json_values)
def test_what_json_can_say_is_kept_as_it_is(value):
    assert as_json(value) == value


@given(st.text())
def test_text_is_refused_exactly_when_a_database_would(text):
    bad = "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
    try:
        assert as_json([text]) == [text]
    except ValueError:
        assert bad
    else:
        assert not bad


def test_an_escaped_backslash_before_u0000_is_no_nul():
    assert as_json(r"a \u0000 b") == r"a \u0000 b"
    with pytest.raises(ValueError, match="NUL"):
        as_json("\\\0")


def test_tuples_and_numbered_keys_are_shown_as_they_will_come_back():
    assert as_json({1: (2, 3)}) == {"1": [2, 3]}


@pytest.mark.parametrize("value", [object(), b"bytes", {1, 2}, {"x": json}])
def test_what_json_cannot_say_is_refused(value):
    with pytest.raises(TypeError):
        as_json(value)


@pytest.mark.parametrize("value", [float("nan"), [float("inf")]])
def test_numbers_that_are_none_are_refused(value):
    with pytest.raises(ValueError, match="JSON"):
        as_json(value)


@given(st.text(), st.integers(1, 50))
def test_any_words_can_be_kept_as_text_with_their_end(words, longest):
    kept = as_text(words, longest=longest)
    assert len(kept) <= longest
    assert "\0" not in kept
    kept.encode()
    assert len(words) <= longest or kept.startswith("…")
