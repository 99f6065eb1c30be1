"""Where an extract contradicts itself it is told, and left as it is."""

import pytest

from contact_hub.customers.models import (
    Finding,
    Premise,
)
from tests.customers.extracts import (
    ACCOUNTS,
    BILL_LINES,
    BILLS,
    EVERYTHING,
    SERVICES,
)

pytestmark = pytest.mark.django_db(transaction=True)
LATER = "2026-03-09T04:00:00-06:00"


CONTRADICTIONS = {
    "past_due_above_balance": {"accounts": [ACCOUNTS[0] | {"past_due": "90.00"}, ACCOUNTS[1]]},
    "closed_without_end": {"accounts": [ACCOUNTS[0] | {"closed_on": "2026-01-01"}, ACCOUNTS[1]]},
    "meter_of_two_accounts": {
        "services": [SERVICES[0], SERVICES[1] | {"meter_id": "M-1", "line": "E"}]
    },
    "premise_of_two_accounts": {
        "services": [SERVICES[0], SERVICES[1] | {"premise_id": "P1", "line": "E"}]
    },
    "closed_account_is_served": {"accounts": [ACCOUNTS[0] | {"status": "closed"}, ACCOUNTS[1]]},
    "bill_period": {"bills": [BILLS[0] | {"period_to": "2025-01-01"}, BILLS[1]]},
    "past_due_without_bill": {
        "accounts": [ACCOUNTS[0] | {"past_due": "9.00"}, ACCOUNTS[1]],
        "bills": [one | {"due_date": "2026-09-01"} for one in BILLS],
    },
    "bill_lines_sum": {"bill_lines": [BILL_LINES[0] | {"amount": "71.00"}, *BILL_LINES[1:]]},
    "flag_of_another_customer": {
        "flags": [{"customer_id": "C2", "account_id": "4410227931", "flag_code": "fraud"}],
        "roles": [],
    },
    "role_of_the_holder": {
        "roles": [{"customer_id": "C1", "account_id": "4410227931", "role": "guarantor"}]
    },
}


@pytest.mark.parametrize("check", CONTRADICTIONS)
def test_what_contradicts_itself_is_told_and_left_as_it_is(take, check):
    assert not Finding.objects.exists()

    run = take(EVERYTHING | CONTRADICTIONS[check])

    assert run.state == "done"
    assert [one.check_name for one in run.findings.all()] == [check]
    assert run.findings.get().examples[0]["key"]


def test_an_extract_without_contradictions_has_no_findings(take):
    assert not take(EVERYTHING).findings.exists()


def test_a_place_that_is_said_to_be_gone_and_is_still_lived_at_stays_and_is_told(take):
    take(EVERYTHING)
    gone = [{"premise_id": "P1", "addr1": "", "op": "D"}]

    run = take({"premises": gone}, kind="delta", at=LATER)

    assert Premise.objects.filter(external_id="P1").exists()
    finding = run.findings.get()
    assert (finding.check_name, finding.severity, finding.count) == ("needed_still", "warning", 1)
    assert finding.examples == [{"key": "P1", "told": "D"}]
    assert "still needs it" in finding.said
