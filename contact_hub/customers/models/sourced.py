"""Where a mirrored fact comes from, and since when the hub has known it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

HUB = "hub"  # written here, not mirrored


class Sourced(models.Model):
    """A row that may mirror another system's.

    source      the system that said so, "hub" for what was written here
    as_of       when that system last said so; None for what was written here
    known_from  when the hub first learned of the row
    extra       columns of the extract that the hub has no place for, as text
    """

    source = models.CharField(_("source"), max_length=40, default=HUB)
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)
    known_from = models.DateTimeField(_("known since"), null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


class FormerFact(models.Model):
    """What a mirrored row said before it was changed: bitemporal, so that nothing learned from the
    past knows its future.

    entity, key             the model's name in lower case and the row's primary key
    valid_from, valid_to    when it was so in the world, half-open; None: not told
    known_from, known_to    when the hub believed it, half-open
    """

    entity = models.CharField(max_length=20)
    key = models.BigIntegerField()
    field = models.CharField(max_length=40)
    value = models.JSONField(null=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    known_from = models.DateTimeField(null=True, blank=True)
    known_to = models.DateTimeField()
    source = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["entity", "key", "field", "known_to"])]
        verbose_name = _("former fact")
        verbose_name_plural = _("former facts")

    def __str__(self) -> str:
        return f"{self.entity}.{self.key} {self.field}: {self.value}"
