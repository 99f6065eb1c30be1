"""Which case a mail belongs to, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.inbox.rules.threading import Key, Known, Mail, digest, digests, find


def test_a_valid_reply_token_beats_everything_else():
    keys = (Key("parent", case=2, own=True),)
    mail = Mail("rosa@cust.test", own="me", references=("parent",), token=1, tag=3)

    assert find(mail, Known(keys, (4,), frozenset({3}))) == (1, "reply token")


def test_the_nearest_ancestor_decides_not_the_oldest():
    keys = (Key("old", case=1, own=True), Key("new", case=2, own=True))

    assert find(Mail("x@y.test", references=("old", "new")), Known(keys)) == (2, "references")


def test_in_reply_to_alone_is_enough():
    keys = (Key("parent", case=7, own=True),)

    assert find(Mail("x@y.test", in_reply_to="parent"), Known(keys)) == (7, "in-reply-to")


def test_a_parent_joins_the_reply_that_overtook_it():
    keys = (Key("parent", case=5, own=False, address="rosa@cust.test"),)

    assert find(Mail("rosa@cust.test", own="parent"), Known(keys)) == (5, "awaited parent")


def test_two_strangers_who_answer_one_newsletter_are_not_joined():
    keys = (Key("newsletter", case=5, own=False, address="first@cust.test"),)
    mail = Mail("second@cust.test", own="b", in_reply_to="newsletter", references=("newsletter",))

    assert find(mail, Known(keys)) is None


def test_one_sender_who_refers_twice_to_an_unknown_mail_stays_in_one_case():
    keys = (Key("unseen", case=5, own=False, address="rosa@cust.test"),)

    assert find(Mail("rosa@cust.test", own="b", references=("unseen",)), Known(keys)) == (
        5,
        "references",
    )


def test_a_subject_tag_from_a_stranger_opens_no_door():
    assert find(Mail("stranger@x.test", tag=3), Known()) is None
    assert find(Mail("rosa@cust.test", tag=3), Known(of_sender=frozenset({3}))) == (
        3,
        "subject tag",
    )


@pytest.mark.parametrize(
    ("open_cases", "found"), [((), None), ((8,), (8, "same sender")), ((8, 9), None)]
)
def test_the_senders_only_open_case_takes_the_mail_but_two_are_never_guessed(open_cases, found):
    assert find(Mail("rosa@cust.test", own="n"), Known((), open_cases)) == found


ids = st.sampled_from(["", "a", "b", "c", "d"])
keys = st.builds(
    Key, ids.filter(bool), st.integers(1, 4), st.booleans(), st.sampled_from(["", "r@x", "s@x"])
)


@given(
    mail=st.builds(Mail, st.sampled_from(["", "r@x"]), ids, ids, st.lists(ids).map(tuple)),
    known=st.lists(keys).map(lambda found: Known(tuple(found))),
)
def test_a_mail_only_ever_joins_a_case_that_one_of_its_ids_points_to(mail, known):
    found = find(mail, known)

    pointed = {key.case for key in known.keys if key.digest in digests(mail)}
    assert found is None or found[0] in pointed


def test_ids_of_any_length_have_a_short_digest():
    assert digest("") == ""
    assert len(digest("x" * 5000)) == 32
    assert digest("a@b") != digest("A@b")
