"""What of the inbox tells of the past, so that the database refuses to change or delete it."""

from __future__ import annotations

from contact_hub.journal.append_only import Refusal

VERIFICATIONS = Refusal(
    table="inbox_verificationevent", name="verifications", words="verifications are"
)
