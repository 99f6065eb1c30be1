"""Finding a customer, their page and the account panel in a real browser, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from contact_hub.customers.models import CustomerNote
from contact_hub.inbox.models import Case, VerificationEvent
from tests.e2e.test_axe import AXE, LOOKS, violations
from tests.served import city, serve

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def served(db):
    customer, account = serve()
    city(customer)
    return customer, account


@pytest.fixture
def case(make_case, served, ana):
    case = make_case(customer=served[0], account=served[1])
    VerificationEvent.objects.create(
        contact=case.contacts.get(), customer=served[0], account=served[1], level=2,
        methods={"pin": "match"}, result="match", agent=ana,
    )  # fmt: skip
    return case


@pytest.fixture
def screen(page, live_server, sign_in, ana, case, billing, complaints):
    sign_in(ana, page.context)
    yield page
    assert complaints == []


def axe(page):
    page.evaluate(AXE)
    return [wrong for look in LOOKS for wrong in violations(page, *look)]


def test_somebody_is_found_as_one_types_and_opened_by_keyboard(screen, live_server):
    screen.goto(f"{live_server.url}/")
    expect(screen.locator("[data-ask] input")).to_be_focused()
    assert axe(screen) == []

    screen.keyboard.type("delgado 1204 oak")
    expect(screen.locator(".hit").first).to_contain_text("R. Delgado")
    assert axe(screen) == []
    screen.locator("[data-ask] input").focus()
    screen.keyboard.press("ArrowDown")
    screen.keyboard.press("Enter")

    expect(screen.get_by_role("heading", level=1)).to_contain_text("Rosa Delgado")
    expect(screen.locator(".account-card")).to_contain_text("···7931")
    assert axe(screen) == []


def test_nobody_has_words_of_its_own(screen, live_server):
    screen.goto(f"{live_server.url}/?q=zebulon+quackenbush")

    expect(screen.locator("#found")).to_contain_text("Nobody fits")
    assert axe(screen) == []


def test_the_palette_leads_to_whoever_is_named(screen, live_server):
    screen.goto(f"{live_server.url}/desk/")
    expect(screen.get_by_role("button", name="Next contact")).to_be_visible()
    screen.keyboard.press("Control+k")
    expect(screen.locator("#palette [data-find]")).to_be_attached()
    screen.keyboard.type("rosa delgado")
    screen.keyboard.press("Enter")

    expect(screen.locator(".hit").first).to_contain_text("R. Delgado")


def test_the_panel_draws_the_bills_and_says_why_the_last_one_changed(screen, live_server, case):
    screen.goto(f"{live_server.url}/desk/cases/{case.pk}/")
    expect(screen.locator(".account-card")).to_contain_text("$213.40")
    expect(screen.locator(".chart canvas")).to_be_visible()

    screen.keyboard.press("b")

    expect(screen.locator(".waterfall").first).to_contain_text("more days")
    expect(screen.locator(".waterfall").first).to_contain_text("Esta factura es")
    screen.locator(".flag summary").first.focus()
    screen.keyboard.press("Enter")
    expect(screen.locator(".flag .told").first).to_contain_text("Ventilator")
    assert axe(screen) == []


def test_one_key_goes_through_the_accounts(screen, live_server, case):
    screen.goto(f"{live_server.url}/desk/cases/{case.pk}/")
    expect(screen.locator(".choose [aria-current]")).to_contain_text("Electric")

    screen.keyboard.press("a")

    expect(screen.locator(".choose [aria-current]")).to_contain_text("Licence")
    expect(screen.locator(".account")).to_contain_text("$••••")  # proven for another account


def test_without_scripts_the_bills_are_a_table(browser, live_server, client, ana, case):
    client.force_login(ana)
    context = browser.new_context(java_script_enabled=False)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()

    page.goto(f"{live_server.url}/desk/cases/{case.pk}/panel/")

    page.get_by_text("As a table").click()
    expect(page.locator(".chart tr[data-on]")).to_have_count(24)
    expect(page.locator(".chart canvas")).to_have_count(0)
    context.close()


def test_a_case_is_begun_and_a_note_left_from_the_customers_page(screen, live_server, served):
    screen.goto(f"{live_server.url}/customers/{served[0].pk}/")
    screen.get_by_text("Add a note").click()
    screen.get_by_label("Note", exact=True).fill("Rings twice.")
    screen.get_by_role("button", name="Add", exact=True).click()
    expect(screen.locator(".left-note").first).to_contain_text("Rings twice.")
    assert CustomerNote.objects.filter(text="Rings twice.").exists()

    screen.locator("body").press("c")
    screen.get_by_role("textbox", name="About").fill("Wants to move")
    screen.get_by_role("button", name="Begin", exact=True).click()

    expect(screen.get_by_role("heading", level=1)).to_contain_text("Wants to move")
    assert Case.objects.filter(subject="Wants to move", customer=served[0]).exists()
