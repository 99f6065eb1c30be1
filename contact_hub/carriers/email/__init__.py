"""Email: what comes in is understood, what goes out is composed; servers on both sides."""

from contact_hub.carriers.email.carrier import Email
from contact_hub.carriers.email.fingerprinting import fingerprint, is_nameless
from contact_hub.carriers.email.parsing import parse

__all__ = ["Email", "fingerprint", "is_nameless", "parse"]
