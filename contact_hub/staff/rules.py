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
CUSTOMERS = "customers"  # find anyone, and see whom we serve, as far as was verified
CONFIGURE = "configure"  # the admin: people, queues, mailboxes, wordings

ACTS: dict[str, frozenset[str]] = {
    CSR: frozenset({WORK, CUSTOMERS}),
    FRONT_DESK: frozenset({WORK, CUSTOMERS}),
    LEAD: frozenset({WORK, TEND, CUSTOMERS}),
    MANAGER: frozenset({WORK, TEND, SEE_ALL, CUSTOMERS}),
    ADMINISTRATOR: frozenset({WORK, TEND, SEE_ALL, CONFIGURE}),
    AUDITOR: frozenset({SEE_ALL, CUSTOMERS}),
}


def allows(role: str, act: str) -> bool:
    """Tell whether `role` includes `act`; an unknown role allows nothing."""
    return act in ACTS.get(role, frozenset())
