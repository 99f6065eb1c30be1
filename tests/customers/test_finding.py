"""Who could it be: look-ups with everything that is known of somebody."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_hub.customers.actions import decide
from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import (
    Account,
    AuthorisedParty,
    Citation,
    Customer,
    Premise,
    Role,
    Service,
)
from contact_hub.customers.queries import find
from contact_hub.customers.rules.matching import Told

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(town, move_in):
    return move_in(
        "Rosa Delgado",
        "1204 N Oakridge Ave Apt 3",
        numbers=["4410000019"],
        points=["+16145550142", "rosa.delgado@cust.test"],
    )


def levels(candidate):
    return {one.field: one.level for one in candidate.fields}


@pytest.mark.parametrize(
    "told",
    [
        Told(names=("Rosa Delgado",)),
        Told(names=("DELGADO, Rosa",)),
        Told(names=("Delgado Rosa",)),
        Told(names=("Rossa Delgdo",)),
        Told(names=("Delgado",), streets=("1204 Oakridge",)),
        Told(names=("Roza Delgato",), zips=("43001",)),  # by its sound
        Told(names=("R Delgado",), zips=("43001",)),
        Told(names=("Ros Delga",), streets=("1204",)),  # the beginning of a name
        Told(streets=("1204 Oakrigde Avenue #3",)),
        Told(phones=("614-555-0142",)),
        Told(phones=("(614) 555-0124",), names=("Rosa Delgado",)),  # two digits swapped
        Told(emails=("Rosa.Delgado@cust.test",)),
        Told(numbers=("441-0000-019",)),
        Told(numbers=("4410000091",)),
        Told(last4=("0019",), names=("Delgado",)),
        Told(names=("Maria Delgado",), streets=("1204 Oakridge Ave",)),  # another first name
        Told(names=("Rosa Delgado",), streets=("1240 Oakridge Ave",)),  # another house
        Told(names=("Rosaaa Dlegaod",), streets=("1204 Oakridge Ave",)),  # two slips in each
    ],
    ids=str,
)
def test_the_customer_meant_comes_first(rosa, told):
    assert find(told).candidates[0].customer == rosa.pk


def test_a_name_and_an_address_are_enough_to_suggest_and_say_why(rosa):
    found = find(Told(names=("Rosa Delgado",), streets=("1204 Oakridge Ave Apt 3",)))

    best = found.candidates[0]
    assert (found.band, found.ask, best.number) == ("suggested", "", "4410000019")
    assert levels(best) == dict.fromkeys(("last", "first", "house", "street", "unit"), "exact")
    assert best.bits == pytest.approx(sum(one.bits for one in best.fields), abs=0.1)


def test_what_differs_speaks_against(rosa):
    best = find(Told(names=("Rosa Delgado",), streets=("77 Oakridge Ave",))).candidates[0]

    house = next(one for one in best.fields if one.field == "house")
    assert (house.told, house.on_file, house.level) == ("77", "1204", "differs")
    assert house.bits < 0


def test_two_who_share_a_telephone_are_as_likely_as_each_other(rosa, move_in):
    luis = move_in("Luis Delgado", "1204 N Oakridge Ave", points=["+16145550142"])

    found = find(Told(phones=("+16145550142",)))

    assert {one.customer for one in found.candidates} == {rosa.pk, luis.pk}
    assert all(one.probability == pytest.approx(0.5, abs=0.01) for one in found.candidates)
    assert found.band != "suggested"
    assert found.rejected == found.candidates[1]
    assert found.ask in {"first", "email", "number", "last4"}  # what tells the two apart


def test_a_first_name_parts_those_who_share_a_telephone(rosa, move_in):
    move_in("Luis Delgado", "1204 N Oakridge Ave", points=["+16145550142"])

    found = find(Told(phones=("+16145550142",), names=("Rosa Delgado",)))

    assert (found.candidates[0].customer, found.band) == (rosa.pk, "suggested")


@pytest.mark.parametrize(("said", "level"), [("Bob", "nickname"), ("Robert", "exact")])
def test_a_nickname_is_the_name(town, move_in, said, level):
    robert = move_in("Robert Quist", "9 Birch Ln")

    best = find(Told(names=(f"{said} Quist",))).candidates[0]

    assert best.customer == robert.pk
    assert levels(best)["first"] == level


def test_a_business_is_found_without_its_legal_form(town, move_in):
    bakery = move_in("Bluebird Bakery LLC", "15 Frost St", kind="organisation")

    assert find(Told(names=("The Bluebird Bakery",))).candidates[0].customer == bakery.pk


def test_fields_told_in_each_others_place_are_found(town, move_in):
    swapped = move_in("Quillon Zebedee", "9 Birch Ln")

    found = find(Told(names=("Zebedee Quillon",), zips=("43001",)))

    assert found.candidates[0].customer == swapped.pk


def test_meters_and_plates_find_their_customers(rosa):
    account = Account.objects.get(customer=rosa)
    Service.objects.create(account=account, kind="electric", meter="M7731")
    Citation.objects.create(
        number="C1", customer=rosa, plate="ABC123", issued_at="2026-01-05T10:00Z"
    )

    for told in (Told(meters=("m7731",)), Told(plates=("abc123",))):
        assert find(told).candidates[0].customer == rosa.pk


def test_co_holders_and_those_who_may_speak_are_found_by_their_names(rosa, move_in):
    account = Account.objects.get(customer=rosa)
    luis = Customer.objects.create(name="Luis Ortega", first_name="Luis", last_name="Ortega")
    Role.objects.create(customer=luis, kind="co_holder", account=account)
    AuthorisedParty.objects.create(customer=rosa, name="Vera Quast")
    renew([luis.pk, rosa.pk])

    by_role = find(Told(names=("Luis Ortega",), streets=("1204 Oakridge Ave",))).candidates[0]
    by_word = find(Told(names=("Vera Quast",))).candidates[0]

    assert (by_role.customer, by_role.number) == (luis.pk, "4410000019")
    assert (by_word.customer, by_word.name) == (rosa.pk, "Rosa Delgado")


def test_of_two_open_accounts_none_is_named_until_something_tells(town, move_in):
    move_in("Rosa Delgado", "1204 Oakridge Ave", numbers=["4410000019", "4410000027"])

    assert find(Told(names=("Rosa Delgado",), zips=("43001",))).candidates[0].account is None
    told = Told(names=("Rosa Delgado",), last4=("0027",))
    assert find(told).candidates[0].number == "4410000027"


def test_unknown_stays_unknown_and_says_what_to_ask(rosa):
    found = find(Told(names=("Wolfgang Xylander",), streets=("9999 Nowhere Blvd",)))

    assert found.band == "unknown"
    assert found.ask in {"phone", "number", "zip"}
    assert find(Told()).candidates == ()


def test_a_common_name_alone_asks_for_one_more_field(town):
    found = find(Told(names=("John Smith",)))

    assert found.band != "suggested"
    assert found.ask == "house"


def test_the_office_decides_how_sure_a_suggestion_must_be(rosa, lee):
    told = Told(names=("Rosa Delgado",), streets=("1204 Oakridge Ave",))
    assert find(told).band == "suggested"

    decide("matching.suggest", value=1.01, starts_on=rosa_day(), by=lee)

    assert find(told).band == "possible"


def rosa_day():
    from django.utils import timezone

    return timezone.localdate()


def test_a_look_up_costs_few_statements(rosa, django_assert_max_num_queries):
    find(Told(names=("warm",)))
    for told, most in (
        (Told(phones=("+16145550142",)), 1),
        (Told(names=("Rosa Delgado",), streets=("1204 Oakridge",)), 2),
        (Told(names=("Rosaaa Dlegaod",), streets=("1204 Oakridge",), phones=("+1",)), 6),
    ):
        with django_assert_max_num_queries(most):
            find(told)


def test_a_nul_byte_is_nobody(move_in):
    move_in("Rosa Delgado", "12 Oak St")
    nul = ("\0",)

    found = find(Told(nul, nul, nul, nul, nul, nul, nul, nul, nul, nul, nul))

    assert found.candidates == ()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.builds(
        Told,
        names=st.tuples(st.text(max_size=30)),
        streets=st.tuples(st.text(max_size=30)),
        phones=st.tuples(st.text(max_size=16)),
        numbers=st.tuples(st.text(max_size=16)),
        zips=st.tuples(st.text(max_size=8)),
        emails=st.tuples(st.text(alphabet=st.characters(codec="utf-8"), max_size=20)),
        last4=st.tuples(st.text(max_size=5)),
    )
)
def test_whatever_is_told_beliefs_never_sum_to_more_than_one(rosa, told):
    found = find(told, limit=50)

    assert 0 <= sum(one.probability for one in found.candidates) <= 1.001
    bits = [one.bits for one in found.candidates]
    assert bits == sorted(bits, reverse=True)


def test_a_premise_of_another_street_changes_the_answer(rosa):
    Premise.objects.update(street="5 Elsewhere Rd")
    renew([rosa.pk])

    best = find(Told(names=("Rosa Delgado",), streets=("1204 Oakridge Ave",))).candidates[0]

    assert levels(best)["street"] == "differs"
