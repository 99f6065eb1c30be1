"""What somebody has begun to write, kept on the server and never in another case."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.inbox import vault
from contact_hub.inbox.actions.guard import hold_unfinished, standing_for
from contact_hub.inbox.errors import StaleDraft, TooLarge
from contact_hub.inbox.models import Attachment, Case, Draft, Mailbox, Message
from contact_hub.staff.models import Person

KEEP_DROPPED = timedelta(days=1)  # a draft that was thrown away


@transaction.atomic
def keep(
    case: Case,
    *,
    by: Person,
    mode: str,
    version: int,
    body: str,
    to: str = "",
    cc: str = "",
    subject: str = "",
    mailbox: Mailbox | None = None,
    now: datetime | None = None,
) -> Draft:
    """Keep a draft as version + 1; raise StaleDraft when `version` is not the newest.

    The same words for the same version a second time are a no-op: a screen that was left
    before it heard the answer says them again.
    """
    case = hold_unfinished(case, by=by)
    words = {
        "body": body.replace("\x00", ""),
        "to": to[:1000],
        "cc": cc[:1000],
        "subject": subject[:300],
        "mailbox": mailbox,
    }
    draft = _held(case, by=by, mode=mode)
    if draft is None:
        draft = Draft(case=case, person=by, mode=mode, version=version)
    elif draft.version == version + 1 and all(
        getattr(draft, name) == value for name, value in words.items()
    ):
        return draft
    elif draft.version != version:
        raise StaleDraft(_("This draft was changed in another window."))
    for name, value in words.items():
        setattr(draft, name, value)
    draft.version, draft.updated_at = version + 1, now or timezone.now()
    draft.save()
    return draft


@transaction.atomic
def drop(case: Case, *, by: Person, mode: str, now: datetime | None = None) -> Draft | None:
    """Throw a draft away, with its files; returns it, for it can be brought back for a day."""
    draft = _held(case, by=by, mode=mode)
    if draft is not None:
        draft.dropped_at = now or timezone.now()
        draft.save(update_fields=["dropped_at"])
    return draft


@transaction.atomic
def bring_back(draft: Draft, *, by: Person, now: datetime | None = None) -> Draft:
    """Keep a draft again that was thrown away; what was begun meanwhile stands below it.

    Twice is once.
    """
    case = hold_unfinished(draft.case, by=by)
    dropped = Draft.every.select_for_update(of=("self",)).get(pk=draft.pk, person=by)
    if dropped.dropped_at is None:
        return dropped
    newer = _held(case, by=by, mode=dropped.mode)
    if newer is not None:
        dropped.body = f"{dropped.body}\n\n{newer.body}".strip()
        dropped.version = max(dropped.version, newer.version)
        newer.attachments.update(draft=dropped)
        newer.delete()
    dropped.dropped_at, dropped.version = None, dropped.version + 1
    dropped.updated_at = now or timezone.now()
    dropped.save()
    return dropped


def forget(now: datetime) -> int:
    """Delete the drafts that were thrown away a day ago, with their files; how many."""
    old = Draft.every.filter(dropped_at__lte=now - KEEP_DROPPED)
    Attachment.objects.filter(draft__in=old.values("pk")).delete()
    return old.delete()[1].get("inbox.Draft", 0)


@transaction.atomic
def attach(draft: Draft, *, by: Person, name: str, content_type: str, content: bytes) -> Attachment:
    """Put a file beside a draft; raise TooLarge."""
    hold_unfinished(draft.case, by=by)
    limit = settings.ATTACHMENT_MAX_BYTES
    together = len(content) + sum(draft.attachments.values_list("size", flat=True))
    if together > limit:
        raise TooLarge(
            _("The files of one message may be %(limit)s MB together.") % {"limit": limit >> 20}
        )
    return Attachment.objects.create(
        draft=draft,
        name=name.replace("\x00", "")[:255] or "file",
        content_type=content_type[:127] or "application/octet-stream",
        size=len(content),
        sha256=vault.blobs().put(content),
    )


def detach(attachment: Attachment, *, by: Person) -> None:
    """Take a file away from one's own draft again."""
    Attachment.objects.filter(pk=attachment.pk, draft__person=by).delete()


def spend(case: Case, *, by: Person, mode: str, version: int | None) -> list[int]:
    """End a draft because it is being sent; returns the ids of its files."""
    draft = _held(case, by=by, mode=mode)
    if version is not None and version != (draft.version if draft else 0):
        raise StaleDraft(_("This draft was changed or sent in another window."))
    if draft is None:
        return []
    files = list(draft.attachments.values_list("pk", flat=True))
    draft.attachments.update(draft=None)
    draft.delete()
    return files


def put_back(message: Message, *, by: Person, now: datetime) -> Draft:
    """Make a draft again of a message that was taken back; keeps a newer draft's text below it."""
    case = standing_for(message.case_id) or message.case  # where there is a composer for it
    draft = _held(case, by=by, mode="email")
    newer = f"\n\n{draft.body}" if draft and draft.body.strip() else ""
    if draft is None:
        draft = Draft(case=case, person=by, mode="email", version=0)
    draft.body = message.text + newer
    draft.to = ", ".join(party["address"] for party in message.to)
    draft.cc = ", ".join(party["address"] for party in message.cc)
    draft.subject, draft.mailbox = message.subject, message.mailbox
    draft.version, draft.updated_at = draft.version + 1, now
    draft.save()
    message.attachments.update(message=None, draft=draft)
    return draft


def _held(case: Case, *, by: Person, mode: str) -> Draft | None:
    return (
        Draft.objects.select_for_update(of=("self",))
        .filter(case=case, person=by, mode=mode)
        .first()
    )
