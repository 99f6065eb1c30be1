"""The ids by which later mail finds its case."""

from __future__ import annotations

from contact_hub.inbox.models import Case, Message, ThreadKey
from contact_hub.inbox.rules.threading import digest


def remember(case: Case, message: Message) -> None:
    """Keep the ids a message bears and refers to; twice is once."""
    keys = [
        ThreadKey(case=case, digest=digest(one), own=False, address=message.from_address)
        for one in {message.in_reply_to, *message.references} - {"", message.message_id}
    ]
    if message.message_id:
        own = digest(message.message_id)
        keys.append(ThreadKey(case=case, digest=own, own=True, address=message.from_address))
    if keys:
        ThreadKey.objects.bulk_create(keys, ignore_conflicts=True)
