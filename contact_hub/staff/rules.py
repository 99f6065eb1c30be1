"""Who may do what: roles and the acts each allows, as plain values."""

from __future__ import annotations

CSR = "csr"
LEAD = "lead"
MANAGER = "manager"
ADMINISTRATOR = "administrator"
FRONT_DESK = "front_desk"
AUDITOR = "auditor"

WORK = "work"  # answer, note, assign, wrap up: change cases one can see
SEE_ALL = "see_all"  # every queue, not only those of one's teams
TEND = "tend"  # quarantine, dead letters, undelivered of others, raw mail
CONFIGURE = "configure"  # the admin: people, queues, mailboxes, wordings

ACTS: dict[str, frozenset[str]] = {
    CSR: frozenset({WORK}),
    FRONT_DESK: frozenset({WORK}),
    LEAD: frozenset({WORK, TEND}),
    MANAGER: frozenset({WORK, TEND, SEE_ALL}),
    ADMINISTRATOR: frozenset({WORK, TEND, SEE_ALL, CONFIGURE}),
    AUDITOR: frozenset({SEE_ALL}),
}


def allows(role: str, act: str) -> bool:
    """Tell whether `role` includes `act`; an unknown role allows nothing."""
    return act in ACTS.get(role, frozenset())
