"""The one box of the find page, read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.customers.rules.asking import read


def told(text):
    asked = read(text)
    found = {name: getattr(asked.told, name) for name in asked.told.__dataclass_fields__}
    found |= {"citations": asked.citations, "licences": asked.licences}
    return {name: values for name, values in found.items() if values}


EXACT = ("meters", "plates", "citations", "licences")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", {}),
        ("rosa delgado", {"names": ("rosa delgado",)}),
        ("Delgado, Rosa", {"names": ("Delgado, Rosa",)}),
        ("206-555-0134", {"phones": ("206-555-0134",)}),
        ("(206) 555-0134", {"phones": ("(206) 555-0134",)}),
        ("+1 206 555 0134", {"phones": ("+1 206 555 0134",)}),
        ("555-0134", {"phones": ("555-0134",)}),
        ("Rosa@Example.com", {"emails": ("rosa@example.com",)}),
        ("rosa delgado 1204 oak", {"names": ("rosa delgado",), "streets": ("1204 oak",)}),
        ("1204 oak st rosa", {"names": ("rosa",), "streets": ("1204 oak st",)}),
        ("1204 Oak St Apt 3", {"streets": ("1204 Oak St",), "units": ("3",)}),
        ("88 5th ave", {"streets": ("88 5th ave",)}),
        ("1204 oak 98101", {"streets": ("1204 oak",), "zips": ("98101",)}),
        ("delgado 98101", {"names": ("delgado",), "zips": ("98101",)}),
        ("delgado 4410", {"names": ("delgado",), "last4": ("4410",)}),
        ("rosa delgado 206-555-0134", {"names": ("rosa delgado",), "phones": ("206-555-0134",)}),
        ("account 88412", {"numbers": ("88412",)}),
        ("meter 44-120", {"meters": ("44120",)}),
        ("medidor: 44120", {"meters": ("44120",)}),
        ("plate BKR 4471", {"plates": ("BKR4471",)}),
        ("license 2024-118", {"licences": ("2024118",)}),
    ],
)
def test_what_was_typed_is_read_as_what_it_is(text, meant):
    assert told(text) == meant


def test_an_account_number_may_be_a_meter_or_a_citation_as_well():
    assert told("8841-2207-15") == {
        "numbers": ("8841220715",),
        "meters": ("8841220715",),
        "citations": ("8841220715",),
        "licences": ("8841220715",),
    }


def test_ten_digits_without_a_break_are_looked_for_as_a_phone_number_too():
    found = told("2065550134")

    assert found["numbers"] == found["phones"] == ("2065550134",)


@pytest.mark.parametrize("text", ["BKR 4471", "bkr4471", "BKR-4471"])
def test_a_plate_alone_is_tried_as_everything_that_looks_so(text):
    assert told(text) == dict.fromkeys(EXACT, ("BKR4471",))


def test_kinds_are_told_and_not_what_was_typed():
    assert read("rosa 206-555-0134").kinds == ["names", "phones"]
    assert read(" ,;- ").is_empty


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_without_complaint(text):
    assert isinstance(read(text).kinds, list)
