"""Exact matches with their reasons, and whom not to write to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contact_hub.customers.actions import allow_again, suppress
from contact_hub.customers.models import Account, Consent, Customer, Point, Suppression
from contact_hub.customers.queries import match, refusals
from contact_hub.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_customer(db):
    def make(name, *points, numbers=(), closed=()):
        customer = Customer.objects.create(name=name)
        for value in points:
            kind = "email" if "@" in value else "phone"
            Point.objects.create(customer=customer, kind=kind, value=value)
        for number in (*numbers, *closed):
            status = "closed" if number in closed else "active"
            Account.objects.create(number=number, line="water", customer=customer, status=status)
        return customer

    return make


def test_an_address_on_file_finds_its_customer_and_only_account(make_customer):
    rosa = make_customer("Rosa", "rosa@cust.test", numbers=["44100001"])

    (found,) = match(emails=["rosa@cust.test"])

    assert (found.customer, found.number, found.reasons) == (
        rosa.pk,
        "44100001",
        ["email on file"],
    )


def test_two_open_accounts_leave_the_choice_to_the_agent(make_customer):
    make_customer("Rosa", "rosa@cust.test", numbers=["44100001", "44100002"])

    assert match(emails=["rosa@cust.test"])[0].account is None


def test_a_closed_account_is_not_the_one_that_is_meant(make_customer):
    make_customer("Rosa", "rosa@cust.test", numbers=["44100001"], closed=["44100002"])

    assert match(emails=["rosa@cust.test"])[0].number == "44100001"


def test_more_reasons_come_first(make_customer):
    make_customer("Ann", "shared@cust.test")
    make_customer("Zed", "shared@cust.test", "+15550101234", numbers=["44100009"])

    found = match(emails=["shared@cust.test"], phones=["+15550101234"], numbers=["44100009"])

    assert [(one.name, len(one.reasons)) for one in found] == [("Zed", 3), ("Ann", 1)]


def test_a_number_finds_even_a_closed_account(make_customer):
    make_customer("Rosa", closed=["44100002"])

    assert match(numbers=["44100002"])[0].reasons == ["account number in the text"]


def test_unknown_stays_unknown(make_customer):
    make_customer("Rosa", "rosa@cust.test")

    assert match(emails=["other@cust.test"], phones=["+15550100000"], numbers=["1"]) == []
    assert match() == []


def test_matching_costs_two_statements_at_most(make_customer, django_assert_max_num_queries):
    for n in range(5):
        make_customer(f"C{n}", "shared@cust.test", numbers=[f"4410000{n}"])

    with django_assert_max_num_queries(2):
        assert len(match(emails=["shared@cust.test"], numbers=["44100001"])) == 5


def consent(point, *, granted, days, channel="email", purpose="service"):
    return Consent.objects.create(
        point=point,
        channel=channel,
        purpose=purpose,
        granted=granted,
        source="agent",
        at=timezone.now() + timedelta(days=days),
    )


def test_the_latest_consent_holds(make_customer):
    point = make_customer("Rosa", "rosa@cust.test").points.get()
    consent(point, granted=False, days=-2)
    assert "rosa@cust.test" in refusals(["rosa@cust.test"])

    consent(point, granted=True, days=-1)
    assert refusals(["rosa@cust.test"]) == {}


@pytest.mark.parametrize("other", [{"channel": "sms"}, {"purpose": "promotion"}])
def test_a_refusal_of_something_else_does_not_stop_a_service_mail(make_customer, other):
    point = make_customer("Rosa", "rosa@cust.test").points.get()
    consent(point, granted=False, days=-1, **other)

    assert refusals(["rosa@cust.test"]) == {}


def test_one_of_two_who_share_an_address_can_refuse_for_both(make_customer):
    consent(make_customer("Rosa", "we@cust.test").points.get(), granted=False, days=-1)
    consent(make_customer("Luis", "we@cust.test").points.get(), granted=True, days=0)

    assert "we@cust.test" in refusals(["we@cust.test"])


def test_a_suppressed_address_rests_until_somebody_allows_it_again(ana):
    assert suppress("a@b.test", kind="email", reason="no such mailbox", by=None)
    assert not suppress("a@b.test", kind="email", reason="said again", by=None)
    assert refusals(["a@b.test"]) == {"a@b.test": "no such mailbox"}

    allow_again(Suppression.objects.get(), by=ana)

    assert refusals(["a@b.test"]) == {}
    assert list(Entry.objects.values_list("verb", flat=True)) == ["suppressed", "allowed_again"]
