"""What a city keeps beside metered services: citations, licences, ambulance runs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models.accounts import Account
from contact_hub.customers.models.people import Customer
from contact_hub.customers.models.sourced import Sourced


class Citation(Sourced):
    """A parking citation; its owner is often not known."""

    number = models.CharField(_("citation"), max_length=30, unique=True)
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="citations"
    )
    account = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, related_name="citations"
    )
    issued_at = models.DateTimeField(_("issued"))
    plate = models.CharField(_("plate"), max_length=12, blank=True, db_index=True)
    plate_state = models.CharField(_("state"), max_length=2, blank=True)
    vin_last6 = models.CharField(max_length=6, blank=True)
    make = models.CharField(_("make"), max_length=30, blank=True)
    colour = models.CharField(_("colour"), max_length=20, blank=True)
    violation = models.CharField(_("violation"), max_length=80, blank=True)
    location = models.CharField(_("place"), max_length=160, blank=True)
    officer = models.CharField(max_length=30, blank=True)
    penalty = models.DecimalField(_("penalty"), max_digits=12, decimal_places=2, default=0)
    late_penalty = models.DecimalField(
        _("late penalty"), max_digits=12, decimal_places=2, default=0
    )
    amount_due = models.DecimalField(_("to pay"), max_digits=12, decimal_places=2, default=0)
    due_on = models.DateField(_("due"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=20, blank=True)
    review_requested_on = models.DateField(_("review asked for"), null=True, blank=True)
    review_result = models.CharField(_("review"), max_length=20, blank=True)
    hearing_requested_on = models.DateField(_("hearing asked for"), null=True, blank=True)
    hearing_on = models.DateField(_("hearing"), null=True, blank=True)
    dmv_hold_on = models.DateField(_("registration held"), null=True, blank=True)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")

    def __str__(self) -> str:
        return self.number


class Licence(Sourced):
    """A business licence."""

    number = models.CharField(_("licence"), max_length=30, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="licences")
    account = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, related_name="licences"
    )
    trade_name = models.CharField(_("trading as"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    naics = models.CharField(max_length=6, blank=True)
    basis = models.CharField(_("taxed by"), max_length=12, blank=True)
    basis_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    tax = models.DecimalField(_("tax"), max_digits=12, decimal_places=2, default=0)
    penalty = models.DecimalField(_("penalty"), max_digits=12, decimal_places=2, default=0)
    status = models.CharField(_("status"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")

    def __str__(self) -> str:
        return self.number


class AmbulanceRun(Sourced):
    """An ambulance's run that is billed; only people who work for that line see it."""

    number = models.CharField(_("run"), max_length=30, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="ambulance_runs")
    account = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, related_name="ambulance_runs"
    )
    served_on = models.DateField(_("day"))
    payer = models.CharField(_("payer"), max_length=20, blank=True)
    plan_regulated = models.CharField(max_length=1, blank=True)  # Y, N, U
    charge = models.DecimalField(_("charge"), max_digits=12, decimal_places=2, default=0)
    allowed = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    insurer_paid = models.DecimalField(
        _("insurer paid"), max_digits=12, decimal_places=2, default=0
    )
    cost_share = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    owed = models.DecimalField(_("patient owes"), max_digits=12, decimal_places=2, default=0)
    first_billed_on = models.DateField(_("first billed"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("ambulance run")
        verbose_name_plural = _("ambulance runs")

    def __str__(self) -> str:
        return self.number


class Enrolment(Sourced):
    """That an account takes part in a program, as the billing system has it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="enrolments")
    program = models.CharField(_("program"), max_length=40)
    cycle = models.CharField(max_length=10, blank=True)
    enrolled_on = models.DateField(_("since"), null=True, blank=True)
    verified_on = models.DateField(_("verified"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("why ended"), max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "program", "cycle"], name="enrolment_once")
        ]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")

    def __str__(self) -> str:
        return self.program


class FieldOrder(Sourced):
    """A work order of the billing system, as it was last told."""

    external_id = models.CharField(_("number"), max_length=40, unique=True)
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, blank=True, related_name="field_orders"
    )
    kind = models.CharField(_("kind"), max_length=30)
    priority = models.CharField(_("priority"), max_length=10, blank=True)
    made_on = models.DateField(_("made"), null=True, blank=True)
    scheduled_for = models.DateField(_("planned for"), null=True, blank=True)
    window = models.CharField(_("between"), max_length=20, blank=True)
    status = models.CharField(_("status"), max_length=20, blank=True)
    completed_on = models.DateField(_("done"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("field order")
        verbose_name_plural = _("field orders")

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"


class Notice(Sourced):
    """A notice that the billing system sent about an account."""

    external_id = models.CharField(_("number"), max_length=40, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=20)
    mailed_on = models.DateField(_("mailed"), null=True, blank=True)
    method = models.CharField(_("by"), max_length=20, blank=True)
    address = models.CharField(_("to"), max_length=200, blank=True)
    returned_on = models.DateField(_("came back"), null=True, blank=True)
    cut_from = models.DateField(_("shut-off from"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return f"{self.kind} {self.mailed_on}"


class Dispute(Sourced):
    """A bill that a customer contests."""

    external_id = models.CharField(_("number"), max_length=40, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="disputes")
    bill = models.ForeignKey(
        "customers.Bill", models.SET_NULL, null=True, blank=True, related_name="disputes"
    )
    opened_on = models.DateField(_("opened"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    status = models.CharField(_("status"), max_length=12, blank=True)
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")

    def __str__(self) -> str:
        return f"{self.amount} {self.status}"
