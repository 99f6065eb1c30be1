"""What the worker does for customers: imports that were asked for, the upkeep of matching."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from contact_hub.customers.actions import faces, importing, learning, words
from contact_hub.customers.models import ImportReject, ImportRun
from contact_hub.customers.queries.parameters import parameter
from contact_hub.jobs.errors import Later
from contact_hub.jobs.schedules import every

AGAIN = 10.0  # seconds until a run that has to wait for another is tried again


@task(queue_name="slow")
def carry_out(pk: int) -> str:
    """Carry a run out, or what is left of it; one that is over stays as it is."""
    run = ImportRun.objects.filter(pk=pk).first()
    if run is None or run.is_over:
        return "over"
    try:
        return str(importing.carry_out(run).state)
    except importing.Busy:
        raise Later("Another import is under way.", AGAIN) from None


@task
def forget_rejects() -> int:
    """Forget refused rows after as many days as the office keeps them."""
    before = timezone.now() - timedelta(days=int(parameter("import.keep_days")))
    gone, _by_table = ImportReject.objects.filter(file__run__ended_at__lt=before).delete()
    return gone


@task(queue_name="slow")
def tidy_matching() -> dict[str, int]:
    """Make the faces that are missing, count the words anew, and learn from the decisions."""
    done = {"faces": faces.catch_up(), "words": words.recount()}
    weights = learning.learn(by=None, now=timezone.now())
    return done | {"weights": weights.pk if weights and weights.in_use else 0}


every("customers.matching", tidy_matching, "41 3 * * *")
every("customers.rejects", forget_rejects, "47 3 * * *")
