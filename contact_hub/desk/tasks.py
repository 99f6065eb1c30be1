"""Work of the desk that need not be waited for: mail to our own people."""

from __future__ import annotations

import json
from base64 import b64decode

from django_tasks import task

from contact_hub.carriers.base import Outbound, Party, Undeliverable
from contact_hub.carriers.registry import CARRIERS
from contact_hub.inbox.vault import sealer
from contact_hub.jobs.effects import effect
from contact_hub.jobs.errors import Later, Permanent


@task(queue_name="mail")
def send_letter(sealed: str) -> None:
    """Hand one letter to the site's way out; `sealed` holds the fields of an Outbound.

    A second delivery of such a letter does no harm, so an uncertain one is simply sent again
    with the same Message-ID.
    """
    fields = json.loads(sealer().open(b64decode(sealed)))
    outbound = Outbound(
        channel="email",
        message_id=fields["message_id"],
        sender=Party(*fields["sender"]),
        to=tuple(Party(address) for address in fields["to"]),
        subject=fields["subject"],
        text=fields["text"],
        automatic=True,
    )
    with effect(outbound.message_id) as trial:
        if trial.accepted:
            return
        try:
            trial.external_id = CARRIERS["email"].send(outbound).external_id
        except Undeliverable as refusal:
            if refusal.permanent:
                raise Permanent(refusal.reason) from refusal
            raise Later(refusal.reason, refusal.retry_after) from refusal
