"""What a point on file proves: nothing while it is new, or no longer used."""

from __future__ import annotations

from datetime import date, timedelta


def proves(*, since: date | None, bad_since: date | None, today: date, days: int) -> bool:
    """Whether a code sent to a point, or a call back to it, tells who is there.

    since  when it came on file; None: nobody knows, so it proves nothing
    days   that it must have been on file
    """
    if since is None or bad_since is not None:
        return False
    return since + timedelta(days=days) <= today
