"""Bytes in the blob store that nothing refers to any more."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from contact_hub.inbox import vault
from contact_hub.inbox.actions import drafts, leftovers, replying
from contact_hub.inbox.models import Attachment, Envelope
from contact_hub.inbox.tasks import tidy

LARGE = b"Subject: x\r\n\r\n" + b"x" * vault.INLINE_BYTES


@pytest.fixture
def days_pass(settings):
    """Everything stored so far was stored three days ago."""

    def pass_():
        old = (timezone.now() - timedelta(days=3)).timestamp()
        for path in settings.BLOB_ROOT.rglob("*"):
            if path.is_file():
                os.utime(path, (old, old))

    return pass_


@pytest.fixture
def draft(make_case, ana):
    return drafts.keep(make_case(), by=ana, mode="email", version=0, body="See the bill")


def attach(draft, name, content):
    return drafts.attach(
        draft, by=draft.person, name=name, content_type="text/plain", content=content
    )


def names():
    return set(vault.blobs().names())


def test_files_taken_off_a_draft_or_dropped_with_it_are_gone_after_a_day(draft, ana, days_pass):
    drafts.detach(attach(draft, "a.txt", b"one"), by=ana)
    attach(draft, "b.txt", b"two")
    drafts.drop(draft.case, by=ana, mode="email", now=timezone.now() - timedelta(days=1))
    assert leftovers.remove(timezone.now()) == 0
    assert len(names()) == 2

    days_pass()

    assert tidy.func()["files"] == 2
    assert names() == set()
    assert leftovers.remove(timezone.now()) == 0


def test_what_a_draft_an_answer_or_a_raw_mail_needs_stays(draft, make_case, ana, days_pass):
    same = attach(draft, "a.txt", b"one")
    attach(draft, "again.txt", b"one")
    drafts.detach(same, by=ana)
    attach(draft, "b.txt", b"two")
    replying.reply(draft.case, by=ana, body="Here", to=["rosa@cust.test"], draft_version=1)
    sealed, blob = vault.keep(LARGE)
    Envelope.objects.create(
        carrier="email", external_id="x", size=len(LARGE), raw=sealed, blob=blob
    )
    days_pass()

    assert leftovers.remove(timezone.now()) == 0

    assert names() == {blob, *Attachment.objects.values_list("sha256", flat=True)}
    assert len(names()) == 3


def test_bytes_just_stored_for_a_row_not_committed_yet_stay(db, days_pass):
    vault.blobs().put(b"one")
    days_pass()
    vault.blobs().put(b"one")

    assert leftovers.remove(timezone.now()) == 0
    assert len(names()) == 1


def test_more_than_are_asked_for_at_a_time_are_removed_too(draft, monkeypatch, days_pass):
    monkeypatch.setattr(leftovers, "BATCH", 2)
    for number in range(5):
        vault.blobs().put(b"%d" % number)
    attach(draft, "kept.txt", b"kept")
    days_pass()

    assert leftovers.remove(timezone.now()) == 5
    assert len(names()) == 1
