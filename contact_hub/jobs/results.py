"""A job as the Tasks API shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus

from contact_hub.jobs.models import Job

STATUS = {
    Job.State.READY: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.DEAD: TaskResultStatus.FAILED,
    Job.State.UNKNOWN: TaskResultStatus.FAILED,
    Job.State.DISCARDED: TaskResultStatus.FAILED,
}


def task_of(job: Job) -> Task[Any, Any]:
    """The task that `job` calls; raise ImportError or TypeError when this code has none such."""
    task = import_string(job.task)
    if not isinstance(task, Task):
        raise TypeError(f"{job.task} is not a task")
    return task


def result_of(job: Job) -> TaskResult[Any]:
    """What the Tasks API tells about `job`; of the workers only the last is remembered."""
    errors = [TaskError(exception_class_path=job.error_class, traceback=job.traceback)]
    task = task_of(job)
    result: TaskResult[Any] = TaskResult(
        task=replace(task, queue_name=job.queue, priority=job.priority, run_after=job.run_at),
        id=str(job.pk),
        status=STATUS[Job.State(job.state)],
        enqueued_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.started_at,
        args=job.args,
        kwargs=job.kwargs,
        backend=task.backend,
        errors=errors if job.error_class else [],
        worker_ids=[job.worker] * job.attempts,
    )
    object.__setattr__(result, "_return_value", job.result)  # frozen; as the API's backends do
    return result
