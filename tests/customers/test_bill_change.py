"""Why a bill changed: the steps add up, the worked figures come out, the sentence is plain."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contact_hub.customers.rules import bill_change, bill_words
from contact_hub.customers.rules.bill_change import Billed, Line, change
from contact_hub.customers.rules.parameters import default

KINDS = default("bills.kinds")
FLAG = Decimal(default("bills.high"))


def bill(usage, days, *, price="0.10", estimated=False, extra=()):
    """A bill of one price per unit, and what else is on it."""
    usage, price = Decimal(usage), Decimal(price)
    energy = (usage * price).quantize(Decimal("0.01"), ROUND_HALF_UP)
    lines = (Line("ENERGY", energy, usage, price), *extra)
    return Billed(sum(line.amount for line in lines), days, usage, estimated, lines)


def explain(before, now, **more):
    return change(before, now, kinds=KINDS, flag=FLAG, **more)


def steps(found):
    return {step.name: step.amount for step in found.steps}


def test_620_kwh_in_31_days_against_450_in_30_is_looked_into():
    found = explain(bill(450, 30), bill(620, 31))

    assert bill_words.share(found.daily) == "+33.3 %"
    assert found.high


def test_400_in_29_days_against_410_in_31_is_explained_only():
    found = explain(bill(410, 31), bill(400, 29))

    assert bill_words.share(found.daily) == "+4.3 %"
    assert not found.high
    assert steps(found) == {"days": Decimal("-2.65"), "usage": Decimal("1.65")}


def test_growth_of_exactly_the_flag_is_looked_into():
    assert explain(bill(100, 10), bill(130, 10)).high
    assert not explain(bill(1000, 10), bill(1299, 10)).high


def test_days_use_and_price_are_told_apart():
    found = explain(bill(300, 30), bill(420, 35, price="0.12"))

    assert steps(found) == {
        "days": Decimal("5.00"),  # 5 days at 10 units at the old price
        "usage": Decimal("7.00"),  # 2 units more on each of 35 days
        "rate": Decimal("8.40"),  # 420 units at 2 cents more
    }


def test_an_actual_reading_catches_up_what_the_estimate_missed():
    estimate = bill(200, 30, estimated=True)

    found = explain(estimate, bill(400, 30), run_now=[estimate])

    # 600 units in 60 days: 300 were used under the estimate of 200
    assert steps(found) == {"usage": Decimal("10.00"), "catch_up": Decimal("10.00")}


def test_an_estimate_that_was_too_high_is_given_back():
    estimate = bill(400, 30, estimated=True)

    found = explain(estimate, bill(200, 30), run_now=[estimate])

    assert steps(found)["catch_up"] == Decimal("-10.00")


def test_last_year_is_compared_without_what_this_year_caught_up():
    estimate = bill(200, 30, estimated=True)

    found = explain(bill(300, 30), bill(400, 30), run_now=[estimate])

    assert steps(found) == {"catch_up": Decimal("10.00")}


def test_an_estimate_catches_nothing_up():
    before = bill(200, 30, estimated=True)

    assert "catch_up" not in steps(explain(before, bill(300, 30, estimated=True), run_now=[before]))


def test_fees_credits_taxes_and_fixed_charges_have_their_own_steps():
    before = bill(100, 30, extra=[Line("CUSTOMER CHARGE", Decimal("8.00"))])
    now = bill(
        100,
        30,
        extra=[
            Line("CUSTOMER CHARGE", Decimal("9.50")),
            Line("LATE FEE", Decimal("5.00")),
            Line("CREDIT SOLAR", Decimal("-12.00")),
            Line("TAX CITY", Decimal("0.75")),
        ],
    )

    assert steps(explain(before, now)) == {
        "rate": Decimal("1.50"),
        "fees": Decimal("5.00"),
        "credits": Decimal("-12.00"),
        "taxes": Decimal("0.75"),
    }


def test_a_charge_by_the_day_follows_the_days():
    before = Billed(Decimal("30.00"), 30, None, lines=(Line("DAILY", Decimal("30.00")),))
    now = Billed(Decimal("33.00"), 33, None, lines=(Line("DAILY", Decimal("33.00")),))

    assert steps(explain(before, now)) == {"days": Decimal("3.00")}


def test_what_the_lines_do_not_tell_is_other():
    before = bill(100, 30)
    now = Billed(before.current + 4, 30, before.usage, lines=before.lines)

    assert steps(explain(before, now)) == {"other": Decimal("4.00")}


def test_bills_without_lines_are_compared_by_their_use():
    before, now = Billed(Decimal(30), 30, Decimal(300)), Billed(Decimal(44), 33, Decimal(440))

    assert steps(explain(before, now)) == {"days": Decimal("3.00"), "usage": Decimal("11.00")}


amounts = st.decimals("-500", "500", places=2)
prices = st.none() | st.decimals("0.0001", "3", places=6)
units = st.none() | st.decimals("0", "5000", places=3)
codes = st.sampled_from(
    ["ENERGY", "TIER1", "TIER2", "CUSTOMER", "DAILY", "LATE", "TAX", "CREDIT", "?", ""]
)
bills = st.builds(
    Billed,
    current=amounts,
    days=st.integers(0, 70),
    usage=units,
    estimated=st.booleans(),
    lines=st.lists(
        st.builds(Line, code=codes, amount=amounts, quantity=units, price=prices), max_size=6
    ).map(tuple),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(before=bills, now=bills, runs=st.lists(st.lists(bills, max_size=3), min_size=2, max_size=2))
def test_the_steps_sum_to_the_difference_exactly(before, now, runs):
    found = explain(before, now, run_before=runs[0], run_now=runs[1])

    assert sum((step.amount for step in found.steps), Decimal(0)) == now.current - before.current
    assert all(step.amount == step.amount.quantize(Decimal("0.01")) for step in found.steps)
    assert all(step.amount for step in found.steps)
    assert [step.name for step in found.steps] == [
        name for name in bill_change.STEPS if name in steps(found)
    ]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(before=bills, now=bills)
def test_every_change_can_be_said_in_both_languages(before, now):
    for language in ("en", "es"):
        said = bill_words.sentence(explain(before, now), language=language)
        assert said.count(".") == said.count(".", 0, -1) + 1
        assert "{" not in said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "This bill is $20.40 more than the bill before: higher prices (+$8.40), "
            "more use per day (+$7.00) and 5 more days (+$5.00).",
        ),
        (
            "es",
            "Esta factura es $20.40 más alta que la factura anterior: precios más altos (+$8.40), "
            "más consumo por día (+$7.00) y 5 días más (+$5.00).",
        ),
        (
            "vi",
            "This bill is $20.40 more than the bill before: higher prices (+$8.40), "
            "more use per day (+$7.00) and 5 more days (+$5.00).",
        ),
    ],
)
def test_one_plain_sentence_says_why(language, said):
    found = explain(bill(300, 30), bill(420, 35, price="0.12"))

    assert bill_words.sentence(found, language=language) == said


def test_nothing_that_changed_is_said_plainly():
    assert bill_words.sentence(explain(bill(1, 1), bill(1, 1)), against="year") == (
        "This bill is as much as the same month last year, and made up in the same way."
    )
