"""Keeping and filing one mail for `./hub mail-in`, in words the command line understands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError

from contact_hub.inbox.actions.intake import receive
from contact_hub.inbox.models import Mailbox


class NotAMessage(Exception):
    """The bytes can never be filed, however often they come."""


class NoSuchMailbox(Exception):
    """The command line names an address that is none of ours."""


class TryAgain(Exception):
    """The message could not be kept now."""


def file(
    raw: bytes, *, sender: str, recipients: Sequence[str], mailbox: str = ""
) -> dict[str, Any]:
    """Keep and file `raw`; when this returns, the message is safe.

    Raises NotAMessage, NoSuchMailbox, TryAgain.
    """
    if len(raw) > settings.MAIL_MAX_BYTES:
        limit = settings.MAIL_MAX_BYTES // (1024 * 1024)
        raise NotAMessage(f"larger than {limit} MB")
    try:
        box = _mailbox(mailbox)
        envelope = receive(raw, door="pipe", mail_from=sender, recipients=recipients, mailbox=box)
    except (DatabaseError, OSError) as trouble:
        raise TryAgain(f"{type(trouble).__name__}: {trouble}".strip()) from trouble
    message = envelope.message
    return {
        "envelope": envelope.pk,
        "state": envelope.state,
        "message": message.pk if message else None,
        "case": message.case_id if message else None,
    }


def _mailbox(address: str) -> Mailbox | None:
    if not address:
        return None
    found = Mailbox.objects.filter(address__iexact=address).first()
    if found is None:
        raise NoSuchMailbox(f"the hub has no mailbox {address}")
    return found
