"""Django's way to send mail, put on our queue: invitations, password links, security news.

A letter is a row of the caller's transaction. Nobody waits for a mail server, so nobody can tell
by the clock whether an address is known here. Its text is under seal: it may open a door.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from contact_hub.desk.tasks import send_letter
from contact_hub.inbox.vault import sealer
from contact_hub.jobs.actions import enqueue


class QueuedLetters(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            enqueue(send_letter, self.sealed(message))
        return len(email_messages)

    def sealed(self, message: EmailMessage) -> str:
        name, address = parseaddr(str(message.from_email))
        fields = {
            "message_id": make_msgid(domain=settings.MAIL_DOMAIN).strip("<>"),
            "sender": [address, name],
            "to": [parseaddr(one)[1] for one in message.recipients()],
            "subject": str(message.subject),
            "text": str(message.body),
        }
        return b64encode(sealer().seal(json.dumps(fields).encode())).decode()
