"""The ids by which later mail finds its case, beside those that its messages bear."""

from __future__ import annotations

from contact_hub.inbox.models import Case, Message, ThreadKey
from contact_hub.inbox.rules.threading import digest


def remember(case: Case, message: Message) -> None:
    """Keep the ids a message refers to; twice is once."""
    keys = [
        ThreadKey(case=case, digest=digest(one), address=message.from_address)
        for one in {message.in_reply_to, *message.references} - {"", message.message_id}
    ]
    if keys:
        ThreadKey.objects.bulk_create(keys, ignore_conflicts=True)
