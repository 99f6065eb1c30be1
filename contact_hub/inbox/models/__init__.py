"""What the inbox stores, a file per noun."""

from contact_hub.inbox.models.case import Case, CaseQuerySet, Contact, Outcome, WrapUpCode
from contact_hub.inbox.models.composing import CannedReply, Draft, Mention, Viewing
from contact_hub.inbox.models.envelope import AutoReply, Envelope, ThreadKey
from contact_hub.inbox.models.identity import (
    ContactAccountLink,
    OneTimeCode,
    Reveal,
    VerificationEvent,
)
from contact_hub.inbox.models.message import Attachment, Message
from contact_hub.inbox.models.queue import Mailbox, Queue

__all__ = [
    "Attachment",
    "AutoReply",
    "CannedReply",
    "Case",
    "CaseQuerySet",
    "Contact",
    "ContactAccountLink",
    "Draft",
    "Envelope",
    "Mailbox",
    "Mention",
    "Message",
    "OneTimeCode",
    "Outcome",
    "Queue",
    "Reveal",
    "ThreadKey",
    "VerificationEvent",
    "Viewing",
    "WrapUpCode",
]
