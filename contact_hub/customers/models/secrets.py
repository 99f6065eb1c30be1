"""Secrets that customers have with us: a PIN, the password for communications."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models.people import Customer


class Secret(models.Model):
    """A secret of a customer; only argon2 of a keyed hash is kept, which answers yes or no."""

    class Kind(models.TextChoices):
        PIN = "pin", _("PIN or passphrase")
        PASSWORD = "password", _("Password for communications")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="secrets")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    hashed = models.CharField(max_length=160)
    set_at = models.DateTimeField(_("set"), default=timezone.now)
    by = models.ForeignKey("staff.Person", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "kind"], name="secret_once")]
        verbose_name = _("secret")
        verbose_name_plural = _("secrets")

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind}"
