"""Finding in what somebody wrote whose account it is about."""

from __future__ import annotations

import pytest

from contact_hub.inbox.rules.identifiers import Patterns, checks, find, numbers
from tests.inbox.labelled import account_numbers, messages

SITE = Patterns(area="614")
CHECKED = Patterns(area="614", check_digit="mod10")
MANY = 1_500


def read(text, *, on_file=(), patterns=SITE, own=()):
    return find(text, patterns=patterns, exist=lambda asked: set(asked) & set(on_file), own=own)


def of(found):
    return [phone.number for phone in found.phones]


@pytest.mark.parametrize(
    "written",
    [
        "4410227931",
        "4410-2279-31",
        "4410 2279 31",
        "44102 27931",
        "0004410227931",
        "acct#4410227931,",
        "44IO227931",
        "44l0-22793l",
        "4410.2279.31",
    ],
)
def test_an_account_number_is_found_however_it_is_written(written):
    assert read(f"my number {written} shows 48 kWh", on_file=["4410227931"]).accounts == (
        "4410227931",
    )


def test_a_number_whose_zeros_were_left_out_is_found():
    assert read("account 12345678", on_file=["0012345678"]).accounts == ("0012345678",)


def test_a_number_and_a_phone_side_by_side_are_told_apart():
    found = read("4410227931 614 911 0142", on_file=["4410227931"])

    assert found.accounts == ("4410227931",)
    assert of(found) == ["+16149110142"]


def test_digits_that_are_nobodys_account_go_back_to_be_a_phone():
    assert of(read("call 6149110142")) == ["+16149110142"]
    assert of(read("call 6149110142", on_file=["6149110142"])) == []


def test_two_accounts_in_one_mail_are_both_found():
    found = read("4410227931 and 4410227949", on_file=["4410227931", "4410227949"])

    assert found.accounts == ("4410227931", "4410227949")


def test_an_office_with_letters_in_its_numbers_sets_its_own_pattern():
    site = Patterns(account=r"[A-Z]{2}\d{6}")

    assert read("acct WA-123456 please", on_file=["WA123456"], patterns=site).accounts == (
        "WA123456",
    )


def test_a_wrong_check_digit_is_not_even_looked_up():
    asked = []
    find("4410227932", patterns=CHECKED, exist=lambda some: asked.extend(some) or ())

    assert asked == []
    assert checks("4539578763621486", "mod10")
    assert not checks("4539578763621487", "mod10")
    assert checks("anything", "")


def test_a_word_before_a_number_makes_it_the_first_choice():
    text = "order 1234567890, account 4410227931"

    assert numbers(text, patterns=SITE)[0].number == "4410227931"


def test_our_own_numbers_and_addresses_are_nobodys():
    own = ["(614) 555-0100", "12 Utility Way"]
    found = read("You wrote from 12 Utility Way, I called (614) 555-0100", own=own)

    assert (found.phones, found.addresses) == ((), ())


def test_citations_plates_and_meters_need_a_word_that_says_so():
    found = read("citation AB123456, plate 7ABC-123, meter W1234567. Code XY999999")

    assert found.citations == ("AB123456",)
    assert found.plates == ("7ABC123",)
    assert found.meters == ("W1234567",)


def test_a_post_box_is_where_mail_goes_and_a_corner_is_no_address():
    (box,) = read("PO Box 771, Springfield CA 95012").addresses

    assert box.is_mailing
    assert read("on the corner of Main St and 3rd Ave").addresses == ()


def test_the_extension_is_kept_apart_and_seven_digits_take_our_area():
    first, second = read("614-911-0142 ext. 22 or 657-9440").phones

    assert (first.number, first.extension) == ("+16149110142", "22")
    assert (second.number, second.extension) == ("+16146579440", "")


def test_without_an_area_seven_digits_are_nobodys_number():
    assert read("call 657-9440", patterns=Patterns()).phones == ()


def test_a_text_without_a_digit_costs_nothing():
    def never(asked):
        raise AssertionError(asked)

    assert find("Hello, why?", patterns=SITE, exist=never).accounts == ()


@pytest.fixture(scope="module")
def measured():
    on_file = account_numbers(1_000)
    there = set(on_file)
    made = messages(MANY, on_file=on_file)
    return [
        (one, find(one.text, patterns=CHECKED, exist=lambda asked: set(asked) & there))
        for one in made
    ]


def test_of_many_messages_nearly_all_account_numbers_are_found_and_nothing_else(measured):
    right = sum(len(one.accounts & set(found.accounts)) for one, found in measured)
    named = sum(len(one.accounts) for one, _found in measured)
    told = sum(len(found.accounts) for _one, found in measured)

    assert named > 1_000
    assert right / named >= 0.99
    assert right / told >= 0.99


def test_no_account_number_that_exists_is_taken_for_a_phone(measured):
    wrong = [
        phone.number
        for one, found in measured
        for phone in found.phones
        if phone.number[2:] in one.accounts
    ]

    assert wrong == []


def test_of_many_messages_nearly_all_phones_are_found_and_nothing_else(measured):
    right = sum(len(one.phones & set(of(found))) for one, found in measured)
    named = sum(len(one.phones) for one, _found in measured)
    told = sum(len(of(found)) for _one, found in measured)

    assert right / named >= 0.99
    assert right / told >= 0.99


def test_of_many_messages_nearly_all_addresses_are_parted_rightly(measured):
    right = told = named = 0
    for one, found in measured:
        parts = {(address.number, address.street.lower()) for address in found.addresses}
        right, told, named = (
            right + len(parts & one.streets),
            told + len(parts),
            named + len(one.streets),
        )

    assert right / named >= 0.99
    assert right / told >= 0.99
