"""Words in memory: which are near one, and that memory follows the table."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from contact_hub.customers.models import Vocabulary
from contact_hub.customers.queries import vocabulary
from contact_hub.customers.rules.faces import sounds
from contact_hub.customers.rules.lexicon import MOST, Shelf, ranked

letters = st.text("abcdeé", min_size=1, max_size=7)


def shelf(kind, *words):
    return Shelf(kind, [(word, 1, (sounds(word) or ("",))[0]) for word in words])


@given(st.sets(letters, min_size=1, max_size=30), letters)
def test_whatever_is_one_slip_away_is_near_and_two_are_far(words, told):
    on_file = shelf("s", *words)

    around = on_file.around(told)
    far = {(slips, word) for slips, _count, word in on_file.far(told)}

    assert {word for word in words if OSA.distance(told, word) <= 1} <= around
    assert far == {
        (OSA.distance(told, word), word) for word in words if OSA.distance(told, word) <= 2
    }


def test_words_that_sound_the_same_or_begin_so_are_near():
    lasts = shelf("l", "schmidt", "smithson", "brown")

    assert lasts.sounding("shmit") == {"schmidt"}
    assert lasts.around("smi") == {"smithson"}
    assert lasts.around("s") == set()  # too many family names begin so
    assert shelf("f", "james", "rosa").around("j") == {"james"}


def test_of_many_that_begin_so_the_most_frequent_are_near():
    firsts = Shelf("f", [(f"j{at:03}", at, "") for at in range(100)])

    assert len(firsts.around("j")) == MOST
    assert "j099" in firsts.around("j")
    assert "j000" not in firsts.around("j")


def test_the_word_itself_comes_first_and_short_forms_before_slips():
    near = ranked("bill", around={"bell", "billy", "xyz"}, sounding={"bale"}, short={"william"})

    assert near[:3] == ["bill", "billy", "william"]
    assert set(near[3:]) == {"bell", "bale"}


@pytest.fixture
def at_once(db, monkeypatch):
    """Nothing is taken from memory without a look at the table."""
    monkeypatch.setattr(vocabulary, "SOON", 0.0)
    monkeypatch.setattr(vocabulary, "LATER", 0.0)


def add(*words, count=1):
    Vocabulary.objects.bulk_create(
        Vocabulary(kind="l", token=word, count=count, phonetic=f"l{sounds(word)[0]}")
        for word in words
    )


def near(word):
    return vocabulary.lexicon().near("l", word)


def test_a_word_that_another_process_added_is_heard_of(at_once):
    add("delgado")
    assert near("ortega") == ["ortega"]

    add("ortegas")

    assert near("ortega") == ["ortega", "ortegas"]
    assert near("delgada") == ["delgada", "delgado"]
    assert vocabulary.lexicon().faces == 2


@pytest.mark.parametrize(("late", "left"), [(1, 1), (1000, 3)])
def test_words_are_put_in_order_when_many_came_late(at_once, monkeypatch, late, left):
    monkeypatch.setattr(vocabulary, "LATE", late)
    for word in ("delgado", "ortega", "brown", "smith"):
        add(word)
        assert word in near(f"{word}s")

    assert len(vocabulary.lexicon().came_late) == left
    assert vocabulary.lexicon().words == 4


def test_words_that_were_rolled_back_are_not_kept(at_once):
    add("delgado")
    with transaction.atomic():
        add("ortega")
        assert near("ortegas") == ["ortegas", "ortega"]
        transaction.set_rollback(True)

    assert near("ortegas") == ["ortegas"]


def test_counts_that_grew_are_read_anew(at_once):
    add("smith", count=1)
    assert vocabulary.lexicon().count("l", "smith") == 1

    Vocabulary.objects.update(count=500)

    assert vocabulary.lexicon().count("l", "smith") == 500
    assert vocabulary.lexicon().faces == 500


def test_a_word_that_was_passed_over_is_found_a_minute_later(at_once):
    """Two transactions at once: the one that took the smaller number ends later."""
    add("smith")
    Vocabulary.objects.filter(token="smith").update(id=1000)
    assert near("smiths") == ["smiths", "smith"]

    Vocabulary.objects.create(id=999, kind="l", token="ortega", count=1, phonetic="lARTK")

    assert near("ortegas") == ["ortegas", "ortega"]


def test_a_look_up_needs_no_statement_for_its_words(db, django_assert_num_queries):
    add("delgado")
    vocabulary.lexicon()

    with django_assert_num_queries(0):
        assert near("delgada") == ["delgada", "delgado"]
        assert vocabulary.lexicon().far("l", "delgadaz") == ["delgado"]
