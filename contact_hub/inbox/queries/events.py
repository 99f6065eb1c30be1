"""What the lines of a case's journal say to a person."""

from __future__ import annotations

TOLD_BY_MESSAGES = ("received", "replied", "noted", "sent", "sending", "delivered", "acknowledged")
