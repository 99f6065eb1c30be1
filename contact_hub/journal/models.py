"""The journal: one append-only line for each thing that happened."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Head(models.Model):
    """The last number given out for a subject; its row lock orders writers of one subject."""

    subject = models.CharField(max_length=64, primary_key=True)
    seq = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.subject} @ {self.seq}"


class Entry(models.Model):
    """Who did what to which subject, with the particulars, and when.

    `seq` counts 1, 2, 3 … within `subject` without gaps and in order of commit, so a reader
    that has seen `seq` N misses nothing by asking for everything after N. The database refuses
    to change or delete a row.
    """

    subject = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    verb = models.CharField(max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    particulars = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="entry_once")]
        indexes = [models.Index(fields=["at"])]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.subject} {self.verb}"
