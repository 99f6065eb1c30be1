"""A real browser in front of the real pages."""

from __future__ import annotations

import os
import shutil
import threading

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.town import town  # noqa: F401  # a fixture

CHROMIUM = shutil.which("chromium")
PATIENCE = 20.0  # seconds for a request under way, and for what a screen is to show
LET_DJANGO = "DJANGO_ALLOW_ASYNC_UNSAFE"  # the browser's loop runs in the thread of the test


@pytest.fixture(scope="module")
def browser():
    """One Chromium for a file of tests; its loop must have ended before other tests begin."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    os.environ[LET_DJANGO] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
    del os.environ[LET_DJANGO]


@pytest.fixture
def context(browser):
    own = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    own.set_default_timeout(1000 * PATIENCE)
    yield own
    own.close()
    for thread in threading.enumerate():  # what the browser asked for last must not meet the next
        if "process_request_thread" in thread.name:  # test's tables, or the emptying of these
            thread.join(PATIENCE)


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture
def sign_in(client, live_server):
    """Give a browser the session of that person."""

    def make(person, context):
        client.force_login(person)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    return make


@pytest.fixture
def complaints(page):
    """What the browser complained about: broken scripts, refused styles.

    The test server speaks no WebSocket, so that screens say "Reconnecting…" here.
    """
    heard: list[str] = []
    page.on("pageerror", lambda trouble: heard.append(str(trouble)))
    page.on(
        "console",
        lambda said: (
            heard.append(said.text) if said.type == "error" and "/ws/" not in said.text else None
        ),
    )
    return heard
