"""What came from outside, in a real browser: a mail's own HTML, and files that are looked at."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from contact_hub.inbox import vault
from contact_hub.inbox.models import Attachment

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]

MAIL = """<p>Hello</p><a id="out" href="{elsewhere}" target="_blank" rel="noopener">a link</a>
<script>document.title = "it ran"</script>
<form id="form" action="{elsewhere}" target="_blank"><button>send</button></form>"""


@pytest.fixture
def message(make_case):
    return make_case().messages.get()


@pytest.fixture
def sent_as(page, live_server, sign_in, ana, message):
    """The frame with the mail as it was sent; nothing was cleaned away before."""
    message.html = MAIL.format(elsewhere=f"{live_server.url}/account/login/")
    message.save()
    sign_in(ana, page.context)
    page.goto(f"{live_server.url}/desk/cases/{message.case_id}/")
    page.locator(".sent-as > summary").click()
    return page.frame_locator(f"iframe[name=frame-{message.pk}]")


def test_a_link_in_a_mail_opens_a_tab_of_its_own(page, sent_as):
    with page.expect_popup() as opened:
        sent_as.locator("#out").click()

    tab = opened.value
    tab.wait_for_load_state()
    assert tab.evaluate("[self.origin !== 'null', self.opener]") == [True, None]


def test_scripts_and_forms_of_a_mail_are_dead(page, sent_as, message):
    opened = []
    page.context.on("page", lambda tab: opened.append(tab))  # noqa: PLW0108  # it marks what it calls
    sent_as.locator("#form button").click()
    with page.expect_popup():
        sent_as.locator("#out").click()  # had the form worked, its tab would have come before

    assert len(opened) == 1
    assert page.frame(f"frame-{message.pk}").title() == "Mail"
    expect(page.locator(".sent-as")).to_be_visible()


def test_a_pdf_is_shown_by_the_browser_itself(page, live_server, sign_in, ana, message):
    page.set_content("<h1>Meter reading</h1>")
    content = page.pdf()
    file = Attachment.objects.create(
        message=message,
        name="reading.pdf",
        content_type="application/pdf",
        size=len(content),
        sha256=vault.blobs().put(content),
    )
    sign_in(ana, page.context)
    page.goto(f"{live_server.url}/desk/cases/{file.message.case_id}/")

    with page.expect_popup() as opened:
        page.get_by_role("link", name="reading.pdf: View").click()

    shown = opened.value
    of_viewer = re.compile("^chrome-extension:")
    while not (viewer := shown.frame(url=of_viewer)):
        shown.wait_for_event("framenavigated")
    expect(viewer.locator("viewer-toolbar")).to_contain_text("/ 1")  # it has counted the pages
