"""How far each mailbox has been read, and whether it answers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from contact_hub.inbox.models import Mailbox
from contact_hub.journal.actions import record


def fetched(mailbox: Mailbox, *, uid_validity: int, uid: int, now: datetime | None = None) -> None:
    """Remember the last message read, once its envelope is committed; it never goes back.

    That one message came says nothing of the others: a trouble stays until `good`. From which day
    on it is read is remembered the first time, unless all of it is.
    """
    now = now or timezone.now()
    rows = Mailbox.objects.filter(pk=mailbox.pk)
    same = rows.filter(uid_validity=uid_validity, last_uid__gte=uid)
    if not same.exists():
        rows.filter(uid_validity=None, imap_all=False).update(imap_since=now)
        rows.update(uid_validity=uid_validity, last_uid=uid, last_good_at=now)


def good(mailbox: Mailbox, *, now: datetime | None = None) -> None:
    """Note that the mailbox answered, and that all it had was kept."""
    with transaction.atomic():
        rows = Mailbox.objects.filter(pk=mailbox.pk)
        if rows.exclude(last_error="").update(last_error=""):
            record(f"mailbox.{mailbox.pk}", "recovered", by=None, topics=["tend"])
        rows.update(last_good_at=now or timezone.now())


@transaction.atomic
def trouble(mailbox: Mailbox, *, error: str) -> None:
    """Note why the mailbox does not answer; told once, not at each try."""
    error = error.replace("\x00", "")[:500]
    rows = Mailbox.objects.filter(pk=mailbox.pk)
    if rows.filter(last_error="").update(last_error=error):
        record(f"mailbox.{mailbox.pk}", "failing", by=None, topics=["tend"])
    else:
        rows.update(last_error=error)
