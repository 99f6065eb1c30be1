"""Money as the billing system has it: bills, payments, deposits, arrangements, adjustments."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models.accounts import Account
from contact_hub.customers.models.sourced import Sourced


class Bill(Sourced):
    """One bill: new charges, and what is owed with what came before.

    `current` is the sum of the lines that are charges, credits and taxes of this period.
    """

    external_id = models.CharField(_("number"), max_length=40, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="bills", db_index=False)
    billed_on = models.DateField(_("billed"))
    mailed_on = models.DateField(_("mailed"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    period_from = models.DateField(_("from"), null=True, blank=True)
    period_to = models.DateField(_("until"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    usage = models.DecimalField(_("usage"), max_digits=14, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=10, blank=True)  # kWh, CCF
    current = models.DecimalField(_("new charges"), max_digits=12, decimal_places=2, default=0)
    adjustments = models.DecimalField(_("adjustments"), max_digits=12, decimal_places=2, default=0)
    taxes = models.DecimalField(_("taxes"), max_digits=12, decimal_places=2, default=0)
    prior = models.DecimalField(_("balance before"), max_digits=12, decimal_places=2, default=0)
    payments = models.DecimalField(_("payments"), max_digits=12, decimal_places=2, default=0)
    total = models.DecimalField(_("to pay"), max_digits=12, decimal_places=2, default=0)
    estimated = models.BooleanField(_("estimated"), default=False)
    rate = models.CharField(_("rate"), max_length=20, blank=True)
    document = models.CharField(_("document"), max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-billed_on"])]
        verbose_name = _("bill")
        verbose_name_plural = _("bills")

    def __str__(self) -> str:
        return self.external_id


class BillLine(models.Model):
    """One line of a bill; its code says what kind of charge it is."""

    bill = models.ForeignKey(Bill, models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField(_("line"))
    code = models.CharField(_("code"), max_length=30)
    description = models.CharField(_("for"), max_length=120, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    tier = models.CharField(_("tier"), max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bill", "position"], name="bill_line_once")]
        ordering = ["position"]
        verbose_name = _("bill line")
        verbose_name_plural = _("bill lines")

    def __str__(self) -> str:
        return f"{self.description or self.code} {self.amount}"


class Payment(Sourced):
    """A payment, and what became of it."""

    class Status(models.TextChoices):
        POSTED = "posted", _("Posted")
        REVERSED = "reversed", _("Reversed")
        RETURNED = "returned", _("Returned")

    external_id = models.CharField(_("number"), max_length=40, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="payments", db_index=False)
    received_on = models.DateField(_("received"))
    posted_on = models.DateField(_("posted"), null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    method = models.CharField(_("by"), max_length=12)
    check_number = models.CharField(_("check number"), max_length=20, blank=True)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.POSTED)
    return_code = models.CharField(_("why returned"), max_length=20, blank=True)
    reversed_on = models.DateField(_("reversed"), null=True, blank=True)
    fee = models.DecimalField(_("fee"), max_digits=12, decimal_places=2, default=0)

    class Meta:
        indexes = [models.Index(fields=["account", "-received_on"])]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount}"


class Deposit(Sourced):
    """Money held as security."""

    class Status(models.TextChoices):
        HELD = "held", _("Held")
        APPLIED = "applied", _("Applied to the balance")
        REFUNDED = "refunded", _("Refunded")

    external_id = models.CharField(_("number"), max_length=40, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="deposits")
    kind = models.CharField(_("kind"), max_length=12, default="security")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    paid_on = models.DateField(_("paid"), null=True, blank=True)
    interest = models.DecimalField(_("interest"), max_digits=12, decimal_places=2, default=0)
    interest_method = models.CharField(max_length=20, blank=True)
    interest_paid_to = models.DateField(null=True, blank=True)
    review_on = models.DateField(_("reviewed on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.HELD)
    refunded_on = models.DateField(_("refunded"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("deposit")
        verbose_name_plural = _("deposits")

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Arrangement(Sourced):
    """An agreement to pay what is owed in parts, or later."""

    class Kind(models.TextChoices):
        PLAN = "plan", _("Payment plan")
        EXTENSION = "extension", _("Extension")
        LEVEL = "level", _("Level billing")
        AMP = "amp", _("Arrearage plan")
        INDIGENT = "indigent", _("Hardship plan")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        CANCELLED = "cancelled", _("Cancelled")

    external_id = models.CharField(_("number"), max_length=40, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="arrangements")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, default=Kind.PLAN)
    made_on = models.DateField(_("made"), null=True, blank=True)
    made_by = models.CharField(_("made by"), max_length=60, blank=True)
    total = models.DecimalField(_("in all"), max_digits=12, decimal_places=2, default=0)
    down_payment = models.DecimalField(_("paid down"), max_digits=12, decimal_places=2, default=0)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.ACTIVE)
    broken_on = models.DateField(_("broken"), null=True, blank=True)

    class Meta:
        verbose_name = _("arrangement")
        verbose_name_plural = _("arrangements")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.total}"


class Instalment(models.Model):
    """One payment that an arrangement asks for."""

    arrangement = models.ForeignKey(Arrangement, models.CASCADE, related_name="instalments")
    position = models.PositiveSmallIntegerField(_("number"))
    due_on = models.DateField(_("due"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    paid = models.DecimalField(_("paid"), max_digits=12, decimal_places=2, default=0)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["arrangement", "position"], name="instalment_once")
        ]
        ordering = ["position"]
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount}"


class Adjustment(Sourced):
    """A correction of a balance."""

    external_id = models.CharField(_("number"), max_length=40, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="adjustments")
    made_on = models.DateField(_("made"))
    code = models.CharField(_("code"), max_length=30, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("why"), max_length=120, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")

    def __str__(self) -> str:
        return f"{self.made_on} {self.amount}"
