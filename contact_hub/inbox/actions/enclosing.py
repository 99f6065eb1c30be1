"""What leaves with a message but is not kept in it: a one-time code."""

from __future__ import annotations

from contact_hub.inbox import vault
from contact_hub.inbox.models import Message, OneTimeCode

HIDDEN = "•" * 6  # stands for the code in the message as it is kept and shown


def with_code(message: Message, text: str) -> str:
    """The text as it leaves: with the code in it, if it carries one that has not left yet."""
    if HIDDEN not in text:
        return text
    code = OneTimeCode.objects.filter(message=message).first()
    if code is None or not code.sealed:
        return text
    return text.replace(HIDDEN, vault.sealer().open(bytes(code.sealed)).decode())


def has_left(message: Message) -> None:
    """Forget the code that a message carried: from now on only its hash is kept."""
    if HIDDEN in message.text:
        OneTimeCode.objects.filter(message=message).update(sealed=b"")
