"""What each office decides for itself: limits, patterns and levels, each from a day on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Parameter(models.Model):
    """The value of one of `rules.parameters.KNOWN`, from a day on; earlier ones stay readable."""

    name = models.CharField(_("parameter"), max_length=60)
    value = models.JSONField(_("value"), blank=True)
    starts_on = models.DateField(_("from"))
    note = models.CharField(_("why"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("decided"), default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "starts_on"], name="parameter_once_a_day")
        ]
        ordering = ["name", "-starts_on"]
        verbose_name = _("parameter")
        verbose_name_plural = _("parameters")

    def __str__(self) -> str:
        return f"{self.name} ({self.starts_on})"
