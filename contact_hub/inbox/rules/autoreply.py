"""When the hub may answer by itself, and when it must fall silent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caps:
    """How many automatic answers are allowed within the window."""

    per_address: int
    per_case: int


def allowed(*, automatic: str, sender: str, own: bool, address: int, case: int, caps: Caps) -> str:
    """Say why no automatic answer may go out; "" when it may.

    automatic   why the mail is taken for a machine's (RFC 3834), "" for a person's
    own         the sender is one of our own addresses
    address     automatic answers already sent to this address in the window
    case        automatic answers already sent in this case in the window
    """
    if automatic:
        return automatic
    if not sender:
        return "nobody to answer"
    if own:
        return "one of our own addresses"
    if address >= caps.per_address or case >= caps.per_case:
        return MUTED
    return ""


MUTED = "muted"
