"""What the worker does for matching by itself, and when."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from contact_hub.customers.actions import faces, learning, words
from contact_hub.jobs.schedules import every


@task(queue_name="slow")
def tidy_matching() -> dict[str, int]:
    """Make the faces that are missing, count the words anew, and learn from the decisions."""
    done = {"faces": faces.catch_up(), "words": words.recount()}
    weights = learning.learn(by=None, now=timezone.now())
    return done | {"weights": weights.pk if weights and weights.in_use else 0}


every("customers.matching", tidy_matching, "41 3 * * *")
