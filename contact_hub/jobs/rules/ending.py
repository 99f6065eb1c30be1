"""What becomes of a job whose task raised."""

from __future__ import annotations

from dataclasses import dataclass

from contact_hub.jobs.errors import Later, Permanent, Unknown
from contact_hub.jobs.rules.pausing import back_off, stay_away


@dataclass(frozen=True, slots=True)
class Ending:
    """The state the job goes to and, when that is "ready", the seconds until its next try."""

    state: str
    wait: float = 0.0


def ending(
    error: BaseException, *, attempts: int, max_attempts: int, uncertain: bool, jitter: float
) -> Ending:
    """Decide how a job goes on after `error`.

    attempts   tries so far, this one included
    uncertain  an outside effect of this job may or may not have happened
    jitter     0.5 to 1, see `back_off`
    """
    if isinstance(error, Permanent):
        return Ending("dead")
    if isinstance(error, Unknown):
        return Ending("unknown")
    if attempts >= max_attempts:
        return given_up(uncertain=uncertain)
    if isinstance(error, Later) and error.seconds is not None:
        return Ending("ready", stay_away(error.seconds))
    return Ending("ready", back_off(attempts, jitter=jitter))


def given_up(*, uncertain: bool) -> Ending:
    """A job without tries left is dead; if it may have had its effect, nobody knows."""
    return Ending("unknown" if uncertain else "dead")
