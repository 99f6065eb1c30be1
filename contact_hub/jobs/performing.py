"""Run one claimed job and know how it ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django_tasks.base import TaskContext

from contact_hub.jobs import actions
from contact_hub.jobs.errors import Permanent
from contact_hub.jobs.models import Job
from contact_hub.jobs.results import result_of, task_of
from contact_hub.jobs.rules.values import as_json
from contact_hub.jobs.running import running

Ending = Callable[..., bool]  # called with now=…, writes down how the job ended


def perform(job: Job) -> Ending:
    """Run `job` to its end, whichever that is; return what writes it down."""
    try:
        with running(job), structlog.contextvars.bound_contextvars(job=job.pk):
            result = kept(call(job))
    except (Exception, SystemExit) as error:  # noqa: BLE001  # every task's trouble is the queue's
        return partial(actions.fail, job, error)
    return partial(actions.finish, job, result)


def call(job: Job) -> Any:
    task = task_of(job)
    if task.takes_context:
        return task.call(TaskContext(task_result=result_of(job)), *job.args, **job.kwargs)
    return task.call(*job.args, **job.kwargs)


def kept(result: Any) -> Any:
    """`result` as it can be stored; its task has run, so running it again would not help."""
    try:
        return as_json(result)
    except (TypeError, ValueError) as refused:
        raise Permanent(f"It ran, but what it returned cannot be kept: {refused}") from refused
