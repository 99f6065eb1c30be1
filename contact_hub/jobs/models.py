"""Work that must still be done: jobs, the attempts at their outside effects, and schedules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, queues: Iterable[str], now: datetime) -> JobQuerySet:
        """Those that a worker may take now."""
        return self.filter(state=Job.State.READY, queue__in=list(queues), run_at__lte=now)

    def by_urgency(self, queues: Iterable[str], now: datetime) -> JobQuerySet:
        """The due ones, in the order in which they are to be taken.

        The time is compared as an expression so that SQLite walks the index of that order and
        stops at the first rows, instead of sorting all that is due.
        """
        ready = self.filter(state=Job.State.READY, queue__in=list(queues))
        return (
            ready.alias(time=Coalesce("run_at", "run_at"))
            .filter(time__lte=now)
            .order_by("-priority", "run_at", "pk")
        )

    def expired(self, now: datetime) -> JobQuerySet:
        """Those whose worker has not been heard of until the end of its lease."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=now)

    def letters(self) -> JobQuerySet:
        """Those that wait for a person to decide, the newest first."""
        return self.filter(state__in=Job.LETTERS).order_by("-finished_at", "-pk")

    def mine(self, job: Job) -> JobQuerySet:
        """`job` itself as long as its lease is still the one that `job` was claimed with."""
        return self.filter(
            pk=job.pk,
            state=Job.State.RUNNING,
            lease_token=job.lease_token,
            attempts=job.attempts,
        )


class Job(models.Model):
    """One call of a task, kept until it is done or somebody has decided about it."""

    class State(models.TextChoices):
        READY = "ready", _("Ready")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        DEAD = "dead", _("Dead")
        UNKNOWN = "unknown", _("Outcome unknown")
        DISCARDED = "discarded", _("Discarded")

    LETTERS = (State.DEAD, State.UNKNOWN)

    task = models.CharField(max_length=200)  # dotted path of the function
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=32, default="default")
    priority = models.SmallIntegerField(default=0)
    dedupe_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.READY)
    run_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.CharField(max_length=40, blank=True)
    worker = models.CharField(max_length=100, blank=True)  # host:process that has or last had it
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=12)
    last_error = models.TextField(blank=True)  # for people
    error_class = models.CharField(max_length=200, blank=True)  # dotted path
    traceback = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)  # the last try
    finished_at = models.DateTimeField(null=True, blank=True)
    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "-priority", "run_at"], name="job_claim"),
            models.Index(fields=["state", "run_at"], name="job_waiting"),
            models.Index(fields=["lease_until"], name="job_leased", condition=Q(state="running")),
            models.Index(fields=["state", "finished_at"], name="job_state"),
        ]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"

    @property
    def key(self) -> str:
        """What the journal and the screens call it."""
        return f"job.{self.pk}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def unsettled(self) -> AttemptQuerySet:
        """Those of which nobody knows whether the outside world accepted the call."""
        return self.filter(state__in=[Attempt.State.OPEN, Attempt.State.UNKNOWN])

    def settle(self, state: Attempt.State, **particulars: Any) -> int:
        return self.update(state=state, closed_at=timezone.now(), **particulars)


class Attempt(models.Model):
    """One try at an effect outside the database, written and committed before the call is made.

    An attempt still open when its job is claimed again means that nobody knows whether the
    outside world accepted the call.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        UNKNOWN = "unknown", _("Unknown")
        SETTLED = "settled", _("Settled by a person")

    job = models.ForeignKey(Job, models.CASCADE, related_name="effects")
    key = models.CharField(max_length=200)  # the idempotency key: a Message-ID, a contact uuid
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    external_id = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    particulars = models.JSONField(default=dict)  # what its task must know if it runs again
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    objects = AttemptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["key"])]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"


class Schedule(models.Model):
    """A task to be run at the times a cron line names, once for each slot."""

    name = models.CharField(max_length=80, unique=True)
    task = models.CharField(max_length=200)
    cron = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=64, default="UTC")
    queue = models.CharField(max_length=32, default="default")
    active = models.BooleanField(default=True)
    next_run_at = models.DateTimeField()
    last_slot = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_run_at"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.cron})"
