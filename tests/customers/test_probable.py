"""The probable reason of a contact, to the day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contact_hub.customers.rules.probable import Lately, Patience, reason

TODAY = date(2026, 11, 30)
PATIENCE = Patience(bill_days=5, bill_growth=Decimal("0.30"), returned_days=10, notice_days=7)


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("lately", "why"),
    [
        (Lately(), ""),
        (Lately(billed_on=ago(5), bill_growth=Decimal("0.30")), "bill"),
        (Lately(billed_on=ago(6), bill_growth=Decimal("0.30")), ""),
        (Lately(billed_on=ago(5), bill_growth=Decimal("0.29")), ""),
        (Lately(billed_on=ago(5)), ""),
        (Lately(returned_on=ago(10)), "returned"),
        (Lately(returned_on=ago(11)), ""),
        (Lately(noticed_on=ago(7)), "notice"),
        (Lately(noticed_on=ago(8)), ""),
        (Lately(noticed_on=ago(-1)), ""),
        (Lately(order_on=TODAY), "order"),
        (Lately(order_on=ago(1)), ""),
        (Lately(cut_from=TODAY), "shut_off"),
        (Lately(cut_from=ago(1)), ""),
    ],
)
def test_what_happened_lately_is_the_reason_for_as_long_as_it_is_fresh(lately, why):
    assert reason(lately, on=TODAY, patience=PATIENCE) == why


def test_what_presses_most_comes_first():
    everything = Lately(ago(1), Decimal(1), ago(1), ago(1), TODAY, ago(-3))

    assert reason(everything, on=TODAY, patience=PATIENCE) == "shut_off"
