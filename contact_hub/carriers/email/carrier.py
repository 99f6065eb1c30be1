"""The carrier of email."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from contact_hub.carriers.base import Accepted, Carrier, Inbound, Outbound, Undeliverable
from contact_hub.carriers.email import smtp
from contact_hub.carriers.email.compose import compose
from contact_hub.carriers.email.parsing import parse


class Email(Carrier):
    """Understands mail, and hands it to the mailbox's own server or to the site's."""

    name = "email"

    def parse(self, raw: bytes) -> Inbound:
        return parse(raw)

    def send(self, outbound: Outbound) -> Accepted:
        server = outbound.server or smtp.server_of(settings.SMTP_URL)
        if server is None:
            raise Undeliverable(
                "no mail server is set up for outgoing mail (HUB_SMTP_URL)", permanent=False
            )
        return smtp.send(
            compose(outbound),
            sender="" if outbound.automatic else outbound.sender.address,
            fallback_sender=outbound.sender.address,
            recipients=outbound.recipients,
            server=replace(server, ca_file=settings.MAIL_CA_FILE),
            message_id=outbound.message_id,
            greeting=settings.MAIL_DOMAIN,
        )
