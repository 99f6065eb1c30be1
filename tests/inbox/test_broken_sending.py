"""A message that the hub itself cannot make ready is never silent: its writer is told."""

from datetime import timedelta

import pytest

from contact_hub.inbox import vault
from contact_hub.inbox.actions import drafts, replying

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(arrive, ana, now):
    """An answer whose attachment has gone from the store."""
    case = arrive().case
    draft = drafts.keep(case, by=ana, mode="email", version=0, body="", now=now)
    file = drafts.attach(draft, by=ana, name="bill.pdf", content_type="", content=b"%PDF")
    vault.blobs().remove(file.sha256)
    return replying.reply(case, by=ana, body="See the file", to=["rosa@cust.test"], now=now)


def test_it_is_shown_as_not_sent_yet(message, outbox, work_at, now):
    work_at(now + timedelta(minutes=1))

    message.refresh_from_db()
    assert outbox.sent == []
    assert message.state == "failed"
    assert "could not send it" in message.trouble


def test_it_leaves_once_the_cause_is_mended(message, outbox, work_at, now):
    work_at(now + timedelta(minutes=1))
    vault.blobs().put(b"%PDF")

    work_at(now + timedelta(hours=1))

    message.refresh_from_db()
    assert message.state == "accepted"
    assert [file.content for file in outbox.sent[0].files] == [b"%PDF"]


def test_after_two_days_it_is_in_the_tray(message, outbox, work_at, now):
    for hours in (1, 49):
        work_at(now + timedelta(hours=hours))

    message.refresh_from_db()
    message.case.refresh_from_db()
    assert message.state == "undeliverable"
    assert message.case.undelivered
