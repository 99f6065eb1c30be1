"""Levels, bits and probabilities, on plain values."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.customers.rules import comparing, judging
from contact_hub.customers.rules.faces import Place, Shown, Who, shown
from contact_hub.customers.rules.matching import Told
from contact_hub.customers.rules.scoring import Scale, form
from contact_hub.customers.rules.weights import SPOKEN, SWAPPED
from contact_hub.lib import names, streets

BLANK = Shown(None, "", "", "", "", "", "", "", "", "", "", "", True)


@pytest.mark.parametrize(
    ("field", "said", "on_file", "level"),
    [
        ("last", "smith", "smith", "exact"),
        ("last", "smyth", "smith", "near"),
        ("last", "smtih", "smith", "near"),
        ("last", "smith", "jones", "differs"),
        ("first", "bill", "william", "nickname"),
        ("first", "w", "william", "initial"),
        ("first", "wil", "william", "near"),
        ("phone", "6145550142", "6145550124", "near"),
        ("phone", "6145550142", "6145559999", "differs"),
        ("number", "123456", "1234567", "near"),
        ("street", "oakk", "oak", "near"),
        ("street", "oak hill", "oak", "near"),
        ("zip", "43012", "43021", "near"),
        ("email", "rosa@cust.tset", "rosa@cust.test", "near"),
        ("email", "rosa.d@other.test", "rosa.d@cust.test", "similar"),
        ("email", "rosa.delgado42@cust.tset", "rosa.delgado42@cust.test", "near"),
        ("email", "rosa.delgado542@cust.test", "rosa.delgado522@cust.test", "similar"),
        ("unit", "3", "4", "differs"),
    ],
)
def test_how_near_two_values_are(field, said, on_file, level):
    assert comparing.COMPARE[field](said, on_file) == level


def test_a_rare_name_says_more_than_a_common_one():
    last = SPOKEN["last"]

    assert last.bits("exact", 0.01) == pytest.approx(log2(last.exact / 0.01))
    assert last.bits("exact", 0.0001) > last.bits("exact", 0.01) > last.bits("near", 0.01)
    assert last.bits("nickname", 0.01) == 0.75 * last.bits("exact", 0.01)


def test_what_is_missing_on_either_side_says_nothing():
    scale = Scale(form(Told(names=("Rosa Delgado",), zips=("43001",))), {}, 1000)

    assert scale.bits(BLANK) == 0
    assert Scale(form(Told()), {}, 1000).bits(BLANK._replace(last="delgado", zip="43001")) == 0


def test_the_other_order_costs_a_little():
    scale = Scale(form(Told(names=("Rosa Delgado",))), {("l", "delgado"): 5, ("f", "rosa"): 5}, 999)

    straight = scale.bits(BLANK._replace(last="delgado", first="rosa"))
    turned = Scale(form(Told(names=("Delgado Rosa",))), scale.counts, 999)

    assert turned.bits(BLANK._replace(last="delgado", first="rosa")) == straight + SWAPPED


def test_the_evidence_sums_to_the_bits():
    told = Told(names=("Rosa Delgado",), streets=("12 Oak St",), phones=("6145550142",))
    face = BLANK._replace(last="delgado", first="rosa", house="12", phones="6145550142 6145550000")
    scale = Scale(form(told), {}, 10_000)

    assert sum(one.bits for one in scale.evidence(face)) == pytest.approx(scale.bits(face), abs=0.1)


def test_a_zip_code_says_little_beside_its_own_street():
    face = BLANK._replace(house="12", street="oak", zip="43001")
    counts = {("s", "oak"): 10, ("z", "43001"): 10}
    place, alone = (Told(streets=lines, zips=("43001",)) for lines in (("12 Oak St",), ()))
    street = Scale(form(Told(streets=("12 Oak St",))), counts, 9999).bits(face)

    both = Scale(form(place), counts, 9999)

    assert Scale(form(alone), counts, 9999).bits(face) > 9
    assert both.bits(face) == street + 2
    assert sum(one.bits for one in both.evidence(face)) == pytest.approx(both.bits(face), abs=0.1)


def test_of_equals_whoever_looks_more_alike_is_nearer():
    scale = Scale(form(Told(names=("Daniel Reid",))), {}, 9999)

    one, other = scale.likeness(
        [BLANK._replace(last="reid", first=first) for first in ("annalise", "emiily")]
    )

    assert one > other


def test_learned_factors_scale_a_field():
    face = BLANK._replace(phones="6145550142")
    told = form(Told(phones=("6145550142",)))

    assert Scale(told, {}, 9, {"phone": 0.5}).bits(face) == Scale(told, {}, 9).bits(face) / 2


def test_probability_is_against_nobody_and_everybody():
    even = judging.prior(1_000_000, known_share=0.9)

    assert even == pytest.approx(log2(1_000_000 / 9))
    assert judging.probabilities([even], even=even) == [pytest.approx(0.5)]
    assert judging.probabilities([23.0, 23.0], even=10.0) == [pytest.approx(0.5, abs=1e-3)] * 2
    assert judging.probabilities([], even=even) == []


@given(st.lists(st.floats(-2000, 2000), max_size=30), st.floats(-50, 50))
def test_beliefs_are_shares_of_one(bits, even):
    shares = judging.probabilities(bits, even=even)

    assert all(0 <= share <= 1 for share in shares)
    assert sum(shares) <= 1.000001


@pytest.mark.parametrize(
    ("probability", "band"), [(0.99, "suggested"), (0.98, "possible"), (0.49, "unknown")]
)
def test_bands(probability, band):
    assert judging.band(probability, suggest=0.99, possible=0.5) == band


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("1204 N Oak St Apt 3", ("1204", "oak", "3")),
        ("1204 oak stret", ("1204", "oak", "")),
        ("Third Avenue", ("", "3", "")),
        ("3rd Ave", ("", "3", "")),
        ("1204", ("1204", "", "")),
        ("55 Park Place", ("55", "park", "")),
        ("12B Elm Rd, Springfield OH 43001", ("12", "elm", "")),
        ("PO Box 12", ("", "po box 12", "")),
        ("03 Elm Rd", ("3", "elm", "")),
        ("", ("", "", "")),
    ],
)
def test_an_address_line_comes_apart(line, parts):
    assert streets.read(line) == parts


@given(st.text(max_size=60))
def test_any_line_and_name_can_be_read_and_is_folded(text):
    assert "".join(streets.read(text)).isascii()
    assert all("".join(one).isascii() for one in names.readings(text))


def test_a_double_name_shows_whole_and_in_halves():
    who = Who("María García-López", "María", "García-López", "", False)

    faces = shown(who, places=[Place(street="12 Oak St")], phones=(), emails=())

    assert {face.last for face in faces} == {"garcialopez", "garcia", "lopez"}
    assert {(face.first, face.house, face.street) for face in faces} == {("maria", "12", "oak")}
