"""What the inbox stores, a file per noun."""

from contact_hub.inbox.models.case import Case, CaseQuerySet, Contact, Outcome, WrapUpCode
from contact_hub.inbox.models.composing import CannedReply, Draft, Mention, Viewing
from contact_hub.inbox.models.envelope import AutoReply, Envelope, ThreadKey
from contact_hub.inbox.models.message import Attachment, Message
from contact_hub.inbox.models.queue import Mailbox, Queue

__all__ = [
    "Attachment",
    "AutoReply",
    "CannedReply",
    "Case",
    "CaseQuerySet",
    "Contact",
    "Draft",
    "Envelope",
    "Mailbox",
    "Mention",
    "Message",
    "Outcome",
    "Queue",
    "ThreadKey",
    "Viewing",
    "WrapUpCode",
]
