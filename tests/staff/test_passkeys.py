"""Passkeys in a real browser, with an authenticator that the browser plays itself."""

import os
import shutil
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect, sync_playwright

from contact_hub.journal.models import Entry
from contact_hub.staff.models import RolePolicy
from tests.conftest import PASSWORD

CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "/usr/bin/chromium")
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def chromium():
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in this thread
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium, live_server):
    """A tab at the hub whose computer holds an authenticator; complaints of the browser fail it."""
    context = chromium.new_context(base_url=live_server.url)
    tab = context.new_page()
    complaints = []
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    devtools = context.new_cdp_session(tab)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield tab
    context.close()
    assert [text for text in complaints if "favicon" not in text and "404" not in text] == []


def sign_in(tab, person):
    tab.goto("/account/login/")
    tab.get_by_label("Email").fill(person.email)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(tab):
    tab.goto("/account/second-factor/webauthn/add/")
    tab.get_by_role("button", name="Add").click()
    expect(tab.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_is_made_and_opens_the_door_alone(tab, somebody):
    RolePolicy.objects.create(role=somebody.role, mfa_required=True)
    sign_in(tab, somebody)
    expect(tab.get_by_text("Your role asks for a second factor")).to_be_visible()
    add_passkey(tab)
    tab.goto("/me/")
    tab.get_by_role("button", name="Sign out").click()

    tab.get_by_role("button", name="Sign in with a passkey").click()
    tab.wait_for_url(lambda url: "/account/login" not in url)

    tab.goto("/me/")
    expect(tab.get_by_label("Name")).to_have_value(somebody.name)
    verbs = Entry.objects.filter(subject=f"person.{somebody.pk}").order_by("seq")
    assert [entry.verb for entry in verbs] == [
        "signed_in",
        "passkey_added",
        "signed_out",
        "signed_in",
    ]
    assert verbs.last().particulars["with_"] == ["mfa"]


def test_a_passkey_is_the_second_step_after_the_password(tab, somebody):
    sign_in(tab, somebody)
    add_passkey(tab)
    tab.goto("/me/")
    tab.get_by_role("button", name="Sign out").click()

    sign_in(tab, somebody)
    tab.get_by_role("button", name="Use a passkey").click()
    tab.wait_for_url(lambda url: "/authenticate" not in url)

    tab.goto("/me/")
    expect(tab.get_by_label("Name")).to_have_value(somebody.name)


def test_a_passkey_nobody_confirms_is_answered_in_words_and_can_be_tried_again(tab, somebody):
    sign_in(tab, somebody)
    expect(tab).not_to_have_url("/account/login/")
    tab.goto("/account/second-factor/webauthn/add/")
    tab.evaluate(
        "() => { navigator.credentials.create = () =>"
        " Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )

    tab.get_by_role("button", name="Add").click()

    expect(tab.get_by_text("Nothing was confirmed")).to_be_visible()
    assert not Authenticator.objects.exists()
    tab.reload()
    tab.get_by_role("button", name="Add").click()
    expect(tab.get_by_role("heading", name="Recovery codes")).to_be_visible()
