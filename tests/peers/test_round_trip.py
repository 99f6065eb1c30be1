"""The whole way round: a customer's letter, Ana's answer from a real browser, and the reply to it.

Everything is real: OpenSMTPD and Dovecot carry the mail, `hub serve` runs as it is installed,
and Ana sits in front of Chromium. The database is the one under test, SQLite or PostgreSQL.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.db import connection
from playwright.sync_api import expect

from contact_hub import settings as site
from contact_hub.carriers.email import tokens
from contact_hub.inbox import vault
from contact_hub.inbox.models import Mailbox
from tests.conftest import PASSWORD
from tests.e2e.conftest import browser, complaints, context, page  # noqa: F401  # fixtures
from tests.hubs import serving
from tests.peers import conftest as office

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]
ROSA = "rosa@cust.test"
PATIENCE = 30_000  # ms: mail servers and a busy machine
BY_LMTP, BY_IMAP = "billing@hub.test", "billing@office.test"


@pytest.fixture
def fetched(billing, post_office):
    """A mailbox that the hub reads from Dovecot."""
    return Mailbox.objects.create(
        address=BY_IMAP,
        name="Alder Billing",
        queue=billing,
        imap_host="127.0.0.1",
        imap_port=post_office.imap,
        imap_encryption="none",
        imap_all=True,
        imap_user=BY_IMAP,
        imap_secret=vault.sealer().seal(office.PASSWORD.encode()),
    )


@pytest.fixture
def hub(post_office, tmp_path, ana, zoe, mailbox, fetched):
    """A running hub with the cast in it, between the two mail servers."""
    ana.undo_seconds = 0
    ana.save()
    with serving(
        tmp_path,
        "--no-migrate",
        url=shared_database(tmp_path),
        HUB_LMTP_LISTEN=f"127.0.0.1:{post_office.hub_lmtp}",
        HUB_SMTP_URL=f"smtp://127.0.0.1:{post_office.smtp}",
        HUB_MAIL_DOMAIN="hub.test",
    ) as running:
        yield running


def shared_database(folder):
    """The address of what this test has prepared, for another process."""
    at = connection.settings_dict
    if connection.vendor == "postgresql":
        return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    with closing(sqlite3.connect(folder / "hub.sqlite3")) as copy:
        connection.connection.backup(copy)
    return f"sqlite:///{folder / 'hub.sqlite3'}"


@pytest.fixture
def desk(page, hub, complaints):  # noqa: F811
    """Ana's screen, after she has signed in by hand."""
    page.set_default_timeout(PATIENCE)
    page.goto(f"http://127.0.0.1:{hub.port}/")
    page.get_by_label("Email").fill("ana@alder.test")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"http://127.0.0.1:{hub.port}/desk/?view=queues")
    expect(page.locator('html[data-live="live"]')).to_be_attached()
    yield page
    assert complaints == []


def letter(subject, body, *, to, **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Rosa Delgado <{ROSA}>", to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def post(post_office, message):
    post_office.post(message.as_bytes(policy=policy.SMTP), sender=ROSA, to=[message["To"]])


@pytest.mark.parametrize("address", [BY_LMTP, BY_IMAP], ids=["lmtp", "imap"])
def test_a_letter_is_answered_on_the_screen_and_its_reply_comes_back_there(
    post_office, desk, address
):
    before = len(post_office.messages(ROSA))
    first = f"<to.{address.replace('@', '.')}@cust.test>"
    post(post_office, letter("My bill doubled", "Why is that?\n", to=address, Message_ID=first))

    row = desk.locator("#rows .item")  # nobody reloads: the letter shows up by itself
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Rosa Delgado")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator(".timeline")).to_contain_text("Why is that?")
    case = int(re.search(r"/desk/cases/(\d+)/$", desk.url)[1])
    desk.keyboard.press("r")
    desk.keyboard.type("Your October bill covers 34 days.")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".message.ours .delivery")).to_contain_text("Sent")

    answer = message_from_bytes(post_office.wait_for(ROSA, before + 1)[-1], policy=policy.default)
    assert answer["From"].addresses[0].addr_spec == address
    assert answer["In-Reply-To"] == first
    assert answer["References"] == first
    assert re.fullmatch(r"<[0-9a-f-]{36}@hub\.test>", answer["Message-ID"])
    assert answer["Subject"] == f"Re: My bill doubled [#{case}]"
    reply_to = answer["Reply-To"].addresses[0].addr_spec
    assert tokens.without_tag(reply_to) == address
    assert tokens.case_of(reply_to, site.SECRET_KEY) == case
    assert "covers 34 days" in answer.get_body(("plain",)).get_content()

    post(
        post_office,
        letter(
            answer["Subject"].replace("Re:", "RE:"),
            "And September?\n\nOn Friday, Alder Billing wrote:\n> Your October bill covers\n",
            to=reply_to,
            In_Reply_To=answer["Message-ID"],
            References=f"{answer['References']} {answer['Message-ID']}",
        ),
    )

    expect(desk.locator(".message.theirs")).to_have_count(2)  # on the open screen, by itself
    expect(desk.locator(".message.theirs .said > .words").last).to_have_text("And September?")
    expect(row).to_have_count(1)
