"""Forget the jobs that are over."""

from __future__ import annotations

from datetime import datetime

from contact_hub.jobs.models import Job

OVER = (Job.State.DONE, Job.State.DISCARDED)
BATCH = 500  # rows a transaction: writers of SQLite wait for each other


def prune(*, before: datetime) -> int:
    """Delete the jobs that were done or discarded before then; return how many.

    Their dedupe keys are free again. Dead ones stay until a person has decided.
    """
    over = Job.objects.filter(state__in=OVER, finished_at__lt=before).order_by("pk")
    pruned = 0
    while batch := list(over.values_list("pk", flat=True)[:BATCH]):
        Job.objects.filter(pk__in=batch).delete()
        pruned += len(batch)
    return pruned
