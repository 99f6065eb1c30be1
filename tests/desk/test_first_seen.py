"""What stands first beside a case: the flags, and the verify card folded once it has served."""

import re

import pytest

from contact_hub.customers.models import Flag
from contact_hub.inbox.models import VerificationEvent
from tests.served import city, serve

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def case(make_case):
    customer, account = serve()
    return make_case(customer=customer, account=account)


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


def alerts(page, case):
    found = re.search(rf'<section id="case-alerts-{case.pk}".*?</section>', page.text, re.DOTALL)
    return found.group()


def prove(case, ana, level):
    VerificationEvent.objects.create(
        contact=case.contacts.get(), customer=case.customer, account=case.account, agent=ana,
        level=level, methods={"account_number": "match", "service_address": "match"},
        result="match",
    )  # fmt: skip


def verify_card(desk, case):
    return desk.get(f"/desk/cases/{case.pk}/verification/", headers=SCRIPT).text


def test_the_flags_come_with_the_page_above_the_verify_card(desk, case):
    page = desk.get(f"/desk/cases/{case.pk}/")

    assert "Medical or life support" in alerts(page, case)
    assert page.text.index("case-alerts-") < page.text.index("case-verify-")


def test_the_panel_brings_the_flags_of_the_account_it_shows(desk, case):
    water = city(case.customer)["licence"]
    Flag.objects.create(code="cash_only", account=water)

    first = desk.get(f"/desk/cases/{case.pk}/panel/", headers=SCRIPT)
    other = desk.get(f"/desk/cases/{case.pk}/panel/?account={water.pk}", headers=SCRIPT)

    assert 'hx-swap-oob="true"' in alerts(first, case)
    assert "Cash only" not in alerts(first, case)
    assert "Cash only" in alerts(other, case)


def test_the_flags_of_an_account_that_is_not_ones_to_see_stay_unsaid(desk, case, client, max_):
    ambulance = city(case.customer)["ambulance"]
    Flag.objects.create(code="cash_only", account=ambulance)
    case.account = ambulance
    case.save()

    assert "Cash only" not in alerts(desk.get(f"/desk/cases/{case.pk}/"), case)
    client.force_login(max_)
    assert "Cash only" in alerts(client.get(f"/desk/cases/{case.pk}/"), case)


def test_a_case_of_nobody_known_leaves_no_empty_strip(desk, make_case):
    case = make_case()

    for place in ("", "panel/"):
        assert alerts(desk.get(f"/desk/cases/{case.pk}/{place}"), case).endswith("></section>")


def test_the_verify_card_folds_to_one_line_once_somebody_is_verified(desk, case, ana):
    assert '<details class="card proven"' not in verify_card(desk, case)

    prove(case, ana, 1)

    card = verify_card(desk, case)
    line = re.search(r'<details class="card proven">\s*<summary.*?</summary>', card, re.DOTALL)
    assert "Verified ①" in line.group()
    assert "balance, due date" in line.group()
    assert 'data-key="v"' in line.group()
    assert "Type what they say" in card
