"""Levels of verification, locks, masks: the worked figures of the policy, and their edges."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contact_hub.customers.rules import levels
from contact_hub.customers.rules.locks import left, locked_until
from contact_hub.customers.rules.masks import initial_and_surname, masked, street_alone
from contact_hub.customers.rules.points import proves

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("proven", "level"),
    [
        ([], 0),
        (["caller_id", "sender"], 0),
        (["account_number"], 0),
        (["account_number", "account_number"], 0),
        (["account_number", "service_address"], 1),
        (["tax"], 1),
        (["account_number", "service_address", "birth"], 2),
        (["tax", "birth"], 2),
        (["pin"], 2),
        (["code"], 1),
        (["account_number", "service_address", "code"], 2),
        (["pin", "code"], 3),
        (["pin", "call_back"], 3),
        (["code", "call_back"], 2),
        (["pin", "password"], 2),
        (["photo_id"], 3),
    ],
)
def test_what_was_proven_reaches_a_level(proven, level):
    assert levels.level_of(proven) == level


def test_number_and_address_open_the_balance_and_an_arrangement_asks_for_one_point_more():
    proven = ["account_number", "service_address"]

    assert levels.answer("balance", proven).allowed
    refused = levels.answer("arrangement", proven)
    assert (refused.allowed, refused.points, refused.confirmation) == (False, 1, False)


def test_a_pin_opens_an_arrangement_and_new_bank_details_ask_for_a_confirmation():
    assert levels.answer("arrangement", ["pin"]).allowed
    refused = levels.answer("change_bank", ["pin"])
    assert (refused.allowed, refused.points, refused.confirmation) == (False, 0, True)
    assert levels.answer("change_bank", ["pin", "code"]).allowed


@pytest.mark.parametrize("what", ["general", "outage_report", "rates", "programs", "take_payment"])
def test_what_anybody_may_hear_asks_for_nothing(what):
    assert levels.answer(what, []).allowed


def test_what_nobody_has_heard_of_asks_for_the_most():
    assert not levels.answer("something new", ["pin"]).allowed


@pytest.mark.parametrize(
    ("proven", "stated", "what", "allowed"),
    [
        (["password"], (), "call_detail", True),
        ([], ("call_detail",), "call_detail", True),
        (["account_number", "service_address", "birth"], (), "call_detail", False),
        (["account_number", "service_address"], (), "balance", False),
        (["account_number", "service_address", "birth"], (), "balance", True),
        (["account_number", "service_address", "birth"], (), "plan", True),
        (["pin", "call_back"], (), "call_detail", True),
        (["photo_id"], (), "call_detail", True),
    ],
)
def test_call_detail_of_communications_opens_only_to_a_password(proven, stated, what, allowed):
    answer = levels.answer(what, proven, line="communications", stated=stated)

    assert answer.allowed is allowed


def test_an_authorised_party_comes_no_further_than_their_scope():
    assert levels.level_of(["pin"], most=levels.SCOPES["balance"]) == 1
    assert not levels.answer("usage", ["pin"], most=1).allowed
    assert not levels.answer("call_detail", ["password"], most=0).allowed


def test_an_office_changes_only_what_it_names():
    policy = levels.policy_of({"points": {"birth": 0}, "allows": {"usage": 1}})

    assert levels.level_of(["tax", "birth"], policy) == 1
    assert levels.answer("usage", ["tax"], policy).allowed
    assert levels.answer("balance", ["tax"], policy).allowed
    assert policy.needs == levels.NEEDS


@pytest.mark.parametrize(
    ("after", "locked"), [(timedelta(0), True), (DAY - timedelta(minutes=1), True), (DAY, False)]
)
def test_the_third_failure_locks_until_the_same_hour_of_the_next_day(after, locked):
    failures = [TEN - timedelta(hours=1), TEN - timedelta(minutes=5), TEN]

    until = locked_until(failures, tries=3, within=DAY, now=TEN + after)

    assert until == (TEN + DAY if locked else None)


def test_failures_that_are_a_day_apart_do_not_add_up():
    failures = [TEN - DAY, TEN - timedelta(hours=1), TEN]

    assert locked_until(failures, tries=3, within=DAY, now=TEN) is None
    assert left(failures, tries=3, within=DAY, now=TEN) == 1


@pytest.mark.parametrize(
    ("since", "bad_since", "proof"),
    [
        (date(2026, 1, 31), None, True),
        (date(2026, 2, 1), None, False),
        (None, None, False),
        (date(2020, 1, 1), date(2026, 3, 1), False),
    ],
)
def test_a_point_proves_something_after_thirty_days_on_file(since, bad_since, proof):
    today = date(2026, 3, 2)

    assert proves(since=since, bad_since=bad_since, today=today, days=30) is proof


@pytest.mark.parametrize(
    ("what", "value", "shown"),
    [
        ("email", "rosa@cust.test", "r•••@•••"),
        ("phone", "+15550104410", "•••• 4410"),
        ("bank", "1234", "••••"),
        ("balance", "213.40", "$••••"),
        ("service_address", "1204 Oak St", "•••• ••••••"),
        ("name", "Rosa Delgado", "R••• D•••"),
        ("usage", "812 kWh", "••••"),
        ("email", "", ""),
        ("phone", None, ""),
    ],
)
def test_a_mask_tells_the_kind_and_not_the_value(what, value, shown):
    assert masked(what, value) == shown


def test_before_anything_is_proven_there_is_an_initial_and_a_street():
    assert initial_and_surname("Rosa M Delgado") == "R. Delgado"
    assert initial_and_surname("Bakery") == "Bakery"
    assert street_alone("1204 Oak St") == "Oak St"
    assert street_alone("Oak St") == "Oak St"
