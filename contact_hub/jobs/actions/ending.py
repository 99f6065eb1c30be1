"""Write down how a job ended: only while the lease it was run under is still held."""

from __future__ import annotations

import logging
import random
import traceback
from datetime import datetime, timedelta
from typing import Any

from contact_hub.jobs.models import Attempt, Job
from contact_hub.jobs.rules.ending import ending
from contact_hub.jobs.rules.values import as_text

log = logging.getLogger(__name__)

WORDS = 2000  # characters kept of what an error says
TRACE = 8000  # characters kept of where it was raised


def finish(job: Job, result: Any = None, *, now: datetime) -> bool:
    """`job` is done; False, and nothing is changed, when its lease was lost meanwhile."""
    return _end(
        job,
        state=Job.State.DONE,
        result=result,
        finished_at=now,
        last_error="",
        error_class="",
        traceback="",
    )


def fail(job: Job, error: BaseException, *, now: datetime, jitter: float | None = None) -> bool:
    """`job` raised `error`: try it again later, or leave it to a person.

    jitter  0.5 to 1; None: drawn

    Returns False, and changes nothing, when the lease was lost meanwhile.
    """
    after = ending(
        error,
        attempts=job.attempts,
        max_attempts=job.max_attempts,
        uncertain=Attempt.objects.unsettled().filter(job=job).exists(),
        jitter=random.uniform(0.5, 1) if jitter is None else jitter,  # noqa: S311  # no secret
    )
    if after.state == Job.State.READY:
        when: dict[str, Any] = {"run_at": now + timedelta(seconds=after.wait)}
    else:
        when = {"finished_at": now}
    log.warning("%s: %s after try %d: %s", job, after.state, job.attempts, type(error).__name__)
    return _end(
        job,
        **when,
        state=after.state,
        last_error=as_text(str(error) or type(error).__name__, longest=WORDS),
        error_class=f"{type(error).__module__}.{type(error).__qualname__}"[:200],
        traceback=as_text("".join(traceback.format_exception(error)), longest=TRACE),
    )


def _end(job: Job, **changes: Any) -> bool:
    changed = Job.objects.mine(job).update(lease_token="", lease_until=None, **changes)
    if not changed:
        log.warning("%s: another worker has it by now, nothing is changed", job)
    return bool(changed)
