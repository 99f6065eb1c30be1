"""A field that holds one telephone number, however it is written."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.lib.phones import dialled

WHOLE = phonenumbers.ValidationResult.IS_POSSIBLE
DIGITS = st.text("0123456789", min_size=10, max_size=10)
PREFIXES = st.sampled_from(["", "1", "+1", "1 ", "+1 ", "+1-", "1.", " "])
SHAPES = st.sampled_from(
    ["{}{}{}", "({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "{} {} {}", "({}){}{}", "{}/{}-{}", "{} {}{}"]
)


@pytest.mark.parametrize(
    ("written", "number", "extension"),
    [
        ("(312) 555-0147", "+13125550147", ""),
        ("1-312-555-0147", "+13125550147", ""),
        ("312.555.0147 x12", "+13125550147", "12"),
        ("+52 55 1234 5678", "+525512345678", ""),
        ("555-0147", "+13125550147", ""),
    ],
)
def test_a_number_is_told_as_it_is_dialled_from_anywhere(written, number, extension):
    assert dialled(written, region="US", area="312") == (number, extension)


@pytest.mark.parametrize("written", ["ask her", "", "12", "555-0147", "+1 312"])
def test_what_can_be_no_number_is_none(written):
    assert dialled(written, region="US") is None


@given(DIGITS, PREFIXES, SHAPES)
def test_what_is_read_at_a_glance_is_what_the_library_reads(digits, prefix, shape):
    written = prefix + shape.format(digits[:3], digits[3:6], digits[6:])
    try:
        number = phonenumbers.parse(written, "US")
    except phonenumbers.NumberParseException:
        number = None

    found = dialled(written, region="US")

    if number is None or phonenumbers.is_possible_number_with_reason(number) != WHOLE:
        assert found is None
    else:
        assert found == (phonenumbers.format_number(number, 0), "")
