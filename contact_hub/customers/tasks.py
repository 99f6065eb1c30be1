"""What the worker does for customers: the imports that were asked for on the page."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from contact_hub.customers.actions import importing
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


every("customers.rejects", forget_rejects, "47 3 * * *")
