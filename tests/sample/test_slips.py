"""Clean records and the slips people make in them."""

import random
from dataclasses import asdict

import pytest

from contact_hub.sample.rules.names import urns
from contact_hub.sample.rules.records import records
from contact_hub.sample.rules.slips import SHARES, SLIPS, digit, slip, typo, usual

CLEAN = list(records(accounts=400, seed=5))
TOUCHES = {  # kind: the fields it may change
    "first": {"first"}, "last": {"last", "organisation"}, "nickname": {"first"},
    "initial": {"first"}, "swapped": {"first", "last"}, "truncated": {"last"},
    "sound": {"last", "organisation"}, "half": {"last"}, "plain": {"first", "last"},
    "spouse": {"first"}, "house": {"house"}, "zip": {"zip_code"}, "street": {"street"},
    "kind": {"street"}, "unit": {"unit"}, "no_unit": {"unit"}, "phone": {"phone"},
    "account": {"account"}, "email": {"email"}, "born": {"born"},
}  # fmt: skip


def changed(one, other):
    return {name for name, value in asdict(one).items() if asdict(other)[name] != value}


def distance(one, other):
    """Edits between two words, two neighbours in each other's place being one."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            best = min(row[-1] + 1, rows[-1][j] + 1, rows[-1][j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def test_the_records_are_those_of_the_extract_and_each_account_is_there_once():
    assert len({record.account for record in CLEAN}) == 400
    assert list(records(accounts=240, seed=5, first=200)) == CLEAN[200:240]


@pytest.mark.parametrize("kind", SLIPS)
def test_a_slip_changes_its_own_field_of_some_records_and_no_other(kind):
    dice = random.Random(3)
    seen = [changed(record, slip(record, dice=dice, kinds=[kind])) for record in CLEAN]

    assert set().union(*seen) <= TOUCHES[kind]
    assert any(seen)


def test_the_same_dice_make_the_same_slips():
    kinds = ("first", "phone", "street")

    once = [slip(record, dice=random.Random(1), kinds=kinds) for record in CLEAN]

    assert once == [slip(record, dice=random.Random(1), kinds=kinds) for record in CLEAN]


def test_a_typo_is_one_edit_and_so_is_a_wrong_digit():
    dice = random.Random(9)

    for word in ("Kowalski", "Ng", "O'Brien", "García"):
        assert {distance(word, typo(word, dice)) for _ in range(300)} <= {0, 1}
    assert {distance("5095550142", digit("5095550142", dice)) for _ in range(300)} == {1}


def test_every_kind_has_its_share_and_an_unknown_one_is_refused():
    assert SHARES.keys() == SLIPS.keys() == TOUCHES.keys()
    assert set(usual(random.Random(2))) <= SLIPS.keys()
    with pytest.raises(KeyError):
        slip(CLEAN[0], dice=random.Random(1), kinds=["telepathy"])


def test_names_are_as_common_as_in_the_census():
    dice = random.Random(4)
    drawn = [urns()["last"].draw(dice) for _ in range(20_000)]

    assert 0.008 < drawn.count("smith") / len(drawn) < 0.015
    assert len(set(drawn)) > 7_000
    assert len(urns()["last"].names) > 88_000
