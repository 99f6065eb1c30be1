"""Which job the current thread is running."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from contact_hub.jobs.errors import OutsideJob
from contact_hub.jobs.models import Job

_current: ContextVar[Job | None] = ContextVar("job", default=None)


@contextmanager
def running(job: Job) -> Iterator[None]:
    """Everything inside is done for `job`."""
    token = _current.set(job)
    try:
        yield
    finally:
        _current.reset(token)


def current_job() -> Job:
    """The job being run here; raise OutsideJob when there is none."""
    job = _current.get()
    if job is None:
        raise OutsideJob("an effect belongs to a running job")
    return job
