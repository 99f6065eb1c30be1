"""The fictional utility, loaded into a database."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from contact_hub.customers.models import (
    Account,
    Customer,
    Flag,
    ImportReject,
    ImportRun,
    Reading,
)
from contact_hub.customers.queries.parameters import parameter
from contact_hub.inbox.models import (
    Case,
    Draft,
    Envelope,
    Mention,
    Message,
    Queue,
)
from contact_hub.jobs.models import Job
from contact_hub.journal.models import Entry
from contact_hub.sample.actions.loading import SEED, load
from contact_hub.sample.rules.town import citizens
from contact_hub.staff.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The sample, loaded once for all tests that only look at it."""
    now = timezone.now()
    with (
        django_db_blocker.unblock(),
        override_settings(BLOB_ROOT=tmp_path_factory.mktemp("blobs")),
        transaction.atomic(),
    ):
        assert load(now=now)
        yield now
        transaction.set_rollback(True)


@pytest.fixture
def sample(loaded, db):
    return loaded


def test_the_sample_has_a_case_in_every_state_and_mail_in_trouble(sample):
    states = set(Case.objects.values_list("state", flat=True))

    assert states == set(Case.State.values)
    assert Case.objects.count() >= 80
    assert Case.objects.filter(undelivered=True).exists()
    assert Case.objects.overdue(sample).exists()
    assert Envelope.objects.filter(state=Envelope.State.QUARANTINED).count() == 1
    assert Mention.objects.filter(seen_at=None).exists()
    assert Draft.objects.exists()


def test_the_sample_has_staff_of_every_role_and_customers_with_accounts(sample):
    assert set(Person.objects.values_list("role", flat=True)) == set(Person.Role.values)
    assert Customer.objects.count() >= 60
    assert Account.objects.values("line").distinct().count() >= 3
    assert Case.objects.exclude(customer=None).count() >= 45
    assert {case.queue.key for case in Case.objects.select_related("queue")} == set(
        Queue.objects.values_list("key", flat=True)
    )


def test_everybody_in_the_sample_came_with_bills_readings_payments_and_some_with_flags(sample):
    run = ImportRun.objects.get()

    assert run.state == ImportRun.State.DONE
    assert not ImportReject.objects.exists()
    assert not run.findings.filter(severity="error").exists()
    for holding in citizens(seed=SEED, today=timezone.localdate(sample))[0].accounts:
        account = Account.objects.get(number=holding.number)
        assert account.customer.name == "Rosa Delgado"
        assert account.bills.count() > 3
        assert account.payments.exists()
        assert account.as_of
    assert Account.objects.count() > 300
    assert Reading.objects.count() > 3000
    assert Flag.objects.values("code").distinct().count() > 5


def test_the_office_checks_account_numbers_as_the_sample_makes_them(sample):
    assert parameter("accounts.check_digit") == "mod10"


def test_nothing_of_the_past_is_still_to_be_sent(sample):
    assert not Message.objects.filter(state=Message.State.QUEUED).exists()
    assert not Job.objects.exists()


def test_nothing_in_the_sample_happens_in_the_future(sample):
    assert not Message.objects.filter(at__gt=sample).exists()
    assert not Entry.objects.filter(subject__startswith="case.", at__gt=sample).exists()


def test_each_case_went_forward_in_time(sample):
    for case in Case.objects.all():
        times = list(
            Entry.objects.filter(subject=case.key).order_by("seq").values_list("at", flat=True)
        )
        assert times == sorted(times), case


def test_a_second_load_changes_nothing(sample):
    before = (Case.objects.count(), Message.objects.count(), Person.objects.count())

    assert load(now=sample + timedelta(days=1)) is False
    assert (Case.objects.count(), Message.objects.count(), Person.objects.count()) == before


def test_somebody_of_the_staff_can_sign_in_with_the_demos_password(sample, client):
    assert client.login(username="ana@aldercreek.test", password="alder creek demo")
