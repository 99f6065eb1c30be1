"""What the sample writes is what the import takes: everything fits, and a week later it goes on."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from contact_hub.customers.actions import importing
from contact_hub.customers.models import Account, Bill, Customer, ImportReject, Reading
from contact_hub.sample.actions.extracting import write_delta, write_full
from contact_hub.sample.rules.extracts import Plan

pytestmark = pytest.mark.django_db

PLAN = Plan(accounts=360, seed=4, day=date(2026, 3, 2).toordinal(), months=4)


def taken(directory):
    run = importing.carry_out(importing.prepare(directory, by=None))
    assert run.state == run.State.DONE
    assert not ImportReject.objects.exists()
    assert not run.findings.filter(severity="error").exists()
    return {file.name: file for file in run.files.all()}


def test_an_extract_and_what_came_a_week_later_are_taken_whole(tmp_path):
    write_full(tmp_path / "full", PLAN)
    write_delta(tmp_path / "delta", PLAN)

    full = taken(tmp_path / "full")
    owed = Account.objects.aggregate(all=Sum("balance"))["all"]
    delta = taken(tmp_path / "delta")

    assert full["accounts"].new == 360
    assert delta["accounts"].changed > 0
    assert delta["accounts"].new > 0
    assert delta["accounts"].gone > 0  # tombstones
    assert Account.objects.count() == 360 + delta["accounts"].new - delta["accounts"].gone
    assert Customer.objects.count() > full["customers"].new
    assert Bill.objects.filter(billed_on__gt=date(2026, 3, 2)).exists()
    assert Account.objects.aggregate(all=Sum("balance"))["all"] != owed


def test_bills_on_file_agree_with_their_lines_and_readings(tmp_path):
    write_full(tmp_path, PLAN)
    taken(tmp_path)

    bills = Bill.objects.annotate(summed=Sum("lines__amount"))
    assert bills.count() > 500
    assert [bill for bill in bills if bill.summed != bill.current] == []
    assert Reading.objects.filter(usage__gt=0).count() > 400
    assert Account.objects.filter(past_due__gt=Decimal(0)).exists()
