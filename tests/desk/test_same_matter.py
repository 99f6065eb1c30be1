"""Two cases that may be one matter: what is offered, what is asked first, whom they are about."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contact_hub.customers.models import Customer
from contact_hub.inbox.actions import merging
from contact_hub.inbox.models import Case
from contact_hub.inbox.rules.wording import alike

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def rosa(db):
    return Customer.objects.create(name="Rosa Delgado")


@pytest.fixture
def luis(db):
    return Customer.objects.create(name="Luis Ortega")


def merged(case):
    return Case.objects.get(pk=case.pk).state == "merged"


def test_cases_of_different_customers_are_merged_only_after_asking(desk, make_case, rosa, luis):
    case, into = make_case(customer=rosa), make_case(customer=luis)

    asked = desk.post(f"/desk/cases/{case.pk}/merge/", {"into": into.pk}, headers=SCRIPT)

    assert asked.status_code == 409
    assert f"#{into.pk} is about Luis Ortega, this case about Rosa Delgado." in asked.text
    assert 'name="sure"' in asked.text
    assert not merged(case)
    desk.post(f"/desk/cases/{case.pk}/merge/", {"into": into.pk, "sure": "on"}, headers=SCRIPT)
    assert merged(case)


def test_cases_of_two_senders_whom_nobody_knows_are_merged_only_after_asking(desk, make_case):
    case, into = make_case(), make_case(sender="luis@cust.test")

    asked = desk.post(f"/desk/cases/{case.pk}/merge/", {"into": into.pk}, headers=SCRIPT)

    assert asked.status_code == 409
    assert not merged(case)


def test_cases_of_one_customer_are_merged_at_once(desk, make_case, rosa):
    case, into = make_case(customer=rosa), make_case(customer=rosa, sender="rosa@work.test")

    desk.post(f"/desk/cases/{case.pk}/merge/", {"into": into.pk}, headers=SCRIPT)

    assert merged(case)


def test_many_rows_of_different_customers_are_merged_only_after_asking(desk, make_case, rosa, luis):
    case, into = make_case(customer=rosa), make_case(customer=luis)
    fields = {"case": [case.pk, into.pk], "into": into.pk}

    asked = desk.post("/desk/bulk/merge/", fields, headers=SCRIPT)

    assert asked.status_code == 422
    assert "different customers" in asked.text
    assert not merged(case)
    desk.post("/desk/bulk/merge/", {**fields, "sure": "on"}, headers=SCRIPT)
    assert merged(case)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("My bill doubled", "Re: My bill doubled", True),
        ("My bill doubled", "bill doubled again", True),
        ("My bill doubled", "Street light out on Mill Road", False),
        ("", "", False),
        ("Hello", "", False),
    ],
)
def test_subjects_are_alike_when_most_of_their_words_are(one, other, same):
    assert alike(one, other) is same


@pytest.mark.parametrize(
    ("subject", "offered"), [("The bill has doubled", True), ("Street light out", False)]
)
def test_one_sender_alone_makes_no_same_matter(desk, make_case, subject, offered):
    case, other = make_case(subject="My bill doubled"), make_case(subject=subject)

    past = desk.get(f"/desk/cases/{case.pk}/panel/", headers=SCRIPT)

    assert (f"Merge #{other.pk} into this" in past.text) is offered
    assert other.get_absolute_url() in past.text


def test_a_case_of_another_customer_is_never_offered_as_the_same_matter(
    desk, make_case, rosa, luis
):
    case, other = make_case(customer=rosa), make_case(customer=luis)

    past = desk.get(f"/desk/cases/{case.pk}/panel/", headers=SCRIPT)

    assert f"Merge #{other.pk} into this" not in past.text


def test_the_last_contacts_leave_out_what_was_merged_into_this(desk, make_case, ana):
    case, source, other = make_case(), make_case(), make_case(subject="Street light out")
    Case.objects.filter(pk=other.pk).update(opened_at=timezone.now() - timedelta(days=60))
    merging.merge(source, into=case, by=ana)

    past = desk.get(f"/desk/cases/{case.pk}/panel/", headers=SCRIPT)

    assert f'/desk/cases/{source.pk}/"' not in past.text
    assert f'/desk/cases/{other.pk}/"' in past.text


def test_ruling_out_a_customer_gives_back_the_senders_name(desk, make_case, rosa):
    case = make_case(
        customer=rosa, who_name="Rosa Delgado", match=[{"customer": rosa.pk, "name": rosa.name}]
    )

    desk.post(f"/desk/cases/{case.pk}/reject/", {"customer": rosa.pk}, headers=SCRIPT)

    case.refresh_from_db()
    assert (case.customer, case.who_name) == (None, "Rosa")


def test_a_note_names_exactly_those_whom_the_desk_offers(
    desk, make_case, make_person, billing_team, ana, lee, max_
):
    auditor = make_person("Audrey", billing_team, role="auditor")
    case = make_case()

    offered = desk.get(f"/desk/cases/{case.pk}/names/").json()["people"]
    fields = {"case": case.pk, "mode": "note", "version": 0}
    body = "Please look, @Lee @Max @Audrey"
    desk.post(f"/desk/cases/{case.pk}/note/", fields | {"body": body}, headers=SCRIPT)

    assert {one["name"] for one in offered} == {"Lee", "Max"}
    named = case.messages.get(kind="note").mentions.values_list("person__name", flat=True)
    assert set(named) == {"Lee", "Max"}
    assert auditor.is_active
