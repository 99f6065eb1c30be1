"""What hangs on accounts beside money, and what holds for all: equipment, outages, rates."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models.accounts import Account
from contact_hub.customers.models.billing import Deposit
from contact_hub.customers.models.sourced import Sourced


class Equipment(Sourced):
    """A box that was handed out with a service."""

    serial = models.CharField(_("serial number"), max_length=40, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="equipment")
    kind = models.CharField(_("kind"), max_length=30, blank=True)
    owned = models.BooleanField(_("the customer's own"), default=False)
    issued_on = models.DateField(_("handed out"), null=True, blank=True)
    returned_on = models.DateField(_("came back"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=30, blank=True)
    charge = models.DecimalField(_("charge"), max_digits=12, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")

    def __str__(self) -> str:
        return f"{self.kind} {self.serial}".strip()


class HydrantRental(Sourced):
    """A hydrant meter that is out, or was."""

    external_id = models.CharField(_("number"), max_length=40, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="hydrant_rentals")
    meter = models.CharField(_("meter"), max_length=30)
    issued_on = models.DateField(_("handed out"), null=True, blank=True)
    location = models.CharField(_("place"), max_length=160, blank=True)
    start_read = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    deposit = models.ForeignKey(
        Deposit, models.SET_NULL, null=True, blank=True, related_name="hydrant_rentals"
    )
    returned_on = models.DateField(_("came back"), null=True, blank=True)
    end_read = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    damage = models.DecimalField(_("damage"), max_digits=12, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("hydrant rental")
        verbose_name_plural = _("hydrant rentals")

    def __str__(self) -> str:
        return self.external_id


class Outage(Sourced):
    """An interruption of a line, and whom it concerns: a polygon or a list of premises."""

    external_id = models.CharField(_("number"), max_length=40, unique=True)
    line = models.CharField(_("business line"), max_length=16, choices=Account.Line)
    area = models.TextField(_("where"), blank=True)
    began_at = models.DateTimeField(_("since"))
    restored_by = models.DateTimeField(_("expected until"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")

    def __str__(self) -> str:
        return self.external_id


class Tariff(Sourced):
    """One component of a rate in one tier, from a day on."""

    rate = models.CharField(_("rate"), max_length=20)
    component = models.CharField(_("component"), max_length=30, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    tier_from = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    tier_to = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=10, blank=True)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=6)
    standard_days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rate", "starts_on", "component", "tier_from"], name="tariff_once"
            )
        ]
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")

    def __str__(self) -> str:
        return f"{self.rate} {self.component} {self.starts_on}".replace("  ", " ")
