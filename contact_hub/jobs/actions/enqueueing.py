"""Put a call of a task into the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django_tasks.base import Task

from contact_hub.jobs import hints
from contact_hub.jobs.models import Job
from contact_hub.jobs.rules.values import as_json

TRIES = 3  # at finding the row that holds a key, while others add and prune it


def enqueue(
    task: Task[Any, Any],
    *args: Any,
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
    queue: str | None = None,
    priority: int | None = None,
    max_attempts: int | None = None,
    **kwargs: Any,
) -> Job:
    """Put `task(*args, **kwargs)` into the queue, as one row of the caller's transaction.

    run_at         not before then; None: at once
    dedupe_key     while a job with this key is kept, in whatever state, it is returned instead
    queue          None: the task's own; likewise `priority` (higher runs first)
    max_attempts   tries before it is dead; None: the model's default

    Arguments must be JSON. Raises TypeError or ValueError for values that cannot be kept.
    """
    return insert(
        task.using(queue_name=queue, priority=priority, run_after=run_at),
        args,
        kwargs,
        dedupe_key=dedupe_key,
        max_attempts=max_attempts,
    )


def insert(
    task: Task[Any, Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    dedupe_key: str | None = None,
    max_attempts: int | None = None,
) -> Job:
    """Put `task`, with its own queue, priority and time, into the queue; see `enqueue`."""
    job = Job(
        task=task.module_path,
        args=as_json(list(args)),
        kwargs=as_json(dict(kwargs)),
        queue=task.queue_name,
        priority=task.priority,
        dedupe_key=dedupe_key,
        run_at=task.run_after or timezone.now(),
    )
    if max_attempts is not None:
        job.max_attempts = max_attempts
    if dedupe_key is None:
        job.save(force_insert=True)
    else:
        job = _once(job)
    hints.nudge()
    return job


def _once(job: Job) -> Job:
    """Insert `job` unless its key is taken; return the row that holds the key."""
    for _ in range(TRIES):
        Job.objects.bulk_create([job], ignore_conflicts=True)
        kept = Job.objects.filter(dedupe_key=job.dedupe_key).first()
        if kept is not None:
            return kept
    raise RuntimeError(f"{job.dedupe_key!r} comes and goes: it is pruned while it is asked for")
