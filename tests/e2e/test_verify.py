"""From a mail to the facts, by keyboard: suggested, confirmed, verified, shown."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import Account, Customer, Point, Premise
from contact_hub.customers.vault import kept
from contact_hub.inbox.actions.intake import receive
from contact_hub.inbox.models import ContactAccountLink, VerificationEvent

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


@pytest.fixture
def rosa(transactional_db):
    customer = Customer.objects.create(name="Rosa Delgado", external_id="C-17")
    customer.birth_keyed = kept("19810704", about="birth.C-17")
    customer.save()
    premise = Premise.objects.create(
        street="1204 Oak St", city="Alder", state="WA", zip_code="98001"
    )
    Account.objects.create(
        number="4410227931", line="electric", customer=customer, premise=premise, balance="213.40"
    )
    since = date(2020, 1, 1)
    Point.objects.create(customer=customer, kind="email", value="rosa@cust.test", since=since)
    Point.objects.create(customer=customer, kind="phone", value="+16149110142", since=since)
    renew([customer.pk])
    return customer


def found_by_axe(page):
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document.querySelector('#side'))")
    return [one["id"] for one in found["violations"]]


def arrive(mailbox):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "R. <rosa@cust.test>", mailbox.address, "High bill"
    mail["Message-ID"] = "<one@cust.test>"
    mail.set_content("Why did my bill double?")
    return receive(mail.as_bytes(), door="lmtp", recipients=[mailbox.address]).message.case


def type_what_they_say(page, *words):
    """By keyboard alone: to the first field that is left, and on from field to field."""
    page.keyboard.press("v")
    expect(page.locator(".check input").first).to_be_focused()
    for place, said in enumerate(words):
        if place:
            page.keyboard.press("Tab")
        page.keyboard.type(said)
    page.keyboard.press("Enter")


def test_mail_match_confirm_verify_and_the_facts_are_there(
    page, context, live_server, sign_in, complaints, ana, mailbox, rosa
):
    case = arrive(mailbox)
    sign_in(ana, context)
    page.goto(f"{live_server.url}/desk/cases/{case.pk}/")
    who, verify = page.locator(f"#case-who-{case.pk}"), page.locator(f"#case-verify-{case.pk}")
    expect(who).to_contain_text("R. Delgado")
    expect(who).to_contain_text("Very likely")
    expect(who).not_to_contain_text("1204")
    expect(verify).to_contain_text("Who is it?")

    page.keyboard.press("y")

    expect(who).to_contain_text("Not verified")
    expect(page.locator(".past")).to_contain_text("$••••")
    expect(verify).to_contain_text("Say nothing about the account yet.")
    expect(page.locator(".past")).to_contain_text("r•••@•••")
    assert ContactAccountLink.objects.get().state == "confirmed"

    type_what_they_say(page, "4410 2279 31", "1204 Oak Street")

    expect(who).to_contain_text("Verified ①")
    expect(page.locator(".past")).to_contain_text("$213.40")
    expect(verify).to_contain_text("balance, due date")

    expect(page.get_by_label("Date of birth")).to_be_hidden()  # folded: the facts come first
    type_what_they_say(page, "07/04/1981")

    expect(who).to_contain_text("Verified ②")
    expect(verify.locator("details.proven")).not_to_have_attribute("open", "")
    assert VerificationEvent.objects.count() == 2
    assert "1981" not in page.content()
    assert (found_by_axe(page), complaints) == ([], [])


def test_what_a_caller_says_finds_them_while_it_is_typed(
    page, context, live_server, sign_in, ana, make_case, rosa
):
    case = make_case(sender="new@elsewhere.test", who_name="")
    sign_in(ana, context)
    page.goto(f"{live_server.url}/desk/cases/{case.pk}/")

    page.get_by_label("Phone").fill("(614) 911-0142")

    who = page.locator(f"#case-who-{case.pk}")
    expect(who).to_contain_text("R. Delgado")
    expect(page.get_by_label("Phone")).to_be_focused()
    expect(page.get_by_label("Phone")).to_have_value("(614) 911-0142")
