"""Django's Tasks API on the `jobs` table."""

from __future__ import annotations

from typing import Any

from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult
from django_tasks.exceptions import TaskResultDoesNotExist

from contact_hub.jobs.actions import insert
from contact_hub.jobs.models import Job
from contact_hub.jobs.results import result_of


class JobsBackend(BaseTaskBackend):
    """Enqueueing is an INSERT in the caller's transaction: done or undone with its cause."""

    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        return result_of(insert(task, args, kwargs))

    def get_result(self, result_id: str) -> TaskResult[Any]:
        job = Job.objects.filter(pk=int(result_id)).first() if result_id.isdecimal() else None
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return result_of(job)
