"""Accounts and places: what we bill, where, and what hangs on it there."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models.people import Customer
from contact_hub.customers.models.sourced import Sourced


class Premise(Sourced):
    """A place that is served."""

    external_id = models.CharField(
        _("number in the billing system"), max_length=40, unique=True, null=True, blank=True
    )
    street = models.CharField(_("street"), max_length=160)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=80)
    state = models.CharField(_("state"), max_length=2)
    zip_code = models.CharField(_("ZIP code"), max_length=10)
    apn = models.CharField(_("parcel number"), max_length=30, blank=True, db_index=True)
    tract = models.CharField(_("tract"), max_length=30, blank=True)
    lot = models.CharField(_("lot"), max_length=30, blank=True)
    cross_street = models.CharField(_("cross street"), max_length=80, blank=True)
    zone = models.CharField(_("zone and route"), max_length=30, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    meter_location = models.CharField(_("where the meter is"), max_length=200, blank=True)
    access_note = models.CharField(_("access"), max_length=200, blank=True)
    owner_occupied = models.BooleanField(_("owner lives there"), null=True, blank=True)
    dwelling = models.CharField(_("dwelling"), max_length=20, blank=True)
    year_built = models.PositiveSmallIntegerField(_("built"), null=True, blank=True)
    square_feet = models.PositiveIntegerField(_("square feet"), null=True, blank=True)
    master_metered = models.BooleanField(_("one meter for all"), default=False)
    profile = models.CharField(_("rules that apply"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("premise")
        verbose_name_plural = _("premises")

    def __str__(self) -> str:
        street = f"{self.street} {self.unit}".strip()
        return f"{street}, {self.city} {self.state} {self.zip_code}"


class Account(Sourced):
    """A billing account of one business line; its figures mirror the billing system."""

    class Line(models.TextChoices):
        ELECTRIC = "electric", _("Electric")
        WATER = "water", _("Water")
        COMMUNICATIONS = "communications", _("Communications")
        PARKING = "parking", _("Parking")
        LICENCE = "licence", _("Licence")
        AMBULANCE = "ambulance", _("Ambulance")
        MISCELLANEOUS = "miscellaneous", _("Miscellaneous")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PENDING = "pending", _("Pending")
        FINAL = "final", _("Final bill")
        CLOSED = "closed", _("Closed")
        WRITTEN_OFF = "written_off", _("Written off")

    class Category(models.TextChoices):
        RESIDENTIAL = "residential", _("Residential")
        COMMERCIAL = "commercial", _("Commercial")
        INDUSTRIAL = "industrial", _("Industrial")
        GOVERNMENT = "government", _("Government")
        MULTI_FAMILY = "multi_family", _("Multi-family")
        AGRICULTURE = "agriculture", _("Agriculture")

    GONE = (Status.CLOSED, Status.WRITTEN_OFF)

    number = models.CharField(_("number"), max_length=32, unique=True)  # digits and letters only
    line = models.CharField(_("business line"), max_length=16, choices=Line)
    category = models.CharField(
        _("class"), max_length=12, choices=Category, default=Category.RESIDENTIAL
    )
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.ACTIVE)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="accounts")
    premise = models.ForeignKey(
        Premise, models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    opened_on = models.DateField(_("opened"), null=True, blank=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    balance = models.DecimalField(_("balance"), max_digits=12, decimal_places=2, default=0)
    past_due = models.DecimalField(_("past due"), max_digits=12, decimal_places=2, default=0)
    due_on = models.DateField(_("due"), null=True, blank=True)
    bill_cycle = models.CharField(_("bill cycle"), max_length=10, blank=True)
    delivery = models.CharField(_("bills by"), max_length=10, blank=True)  # paper, email, both
    autopay = models.BooleanField(_("autopay"), default=False)
    autopay_kind = models.CharField(_("autopay from"), max_length=20, blank=True)
    level_pay = models.DecimalField(
        _("level payment"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    credit_rating = models.CharField(_("credit rating"), max_length=10, blank=True)
    late_12m = models.PositiveSmallIntegerField(_("late in 12 months"), default=0)
    returned_12m = models.PositiveSmallIntegerField(_("returned payments in 12 months"), default=0)
    shut_off_12m = models.PositiveSmallIntegerField(_("shut-offs in 12 months"), default=0)
    broken_24m = models.PositiveSmallIntegerField(_("broken arrangements in 24 months"), default=0)
    cash_only_until = models.DateField(_("cash only until"), null=True, blank=True)
    collection_stage = models.CharField(_("collection stage"), max_length=20, blank=True)
    on_file = models.BooleanField(_("in the billing system"), default=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.number

    @property
    def key(self) -> str:
        """The account's name in the journal and on the bus."""
        return f"account.{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status not in self.GONE


class Service(Sourced):
    """One service of an account at a premise, with its rate and its meter."""

    external_id = models.CharField(
        _("number in the billing system"), max_length=40, unique=True, null=True, blank=True
    )
    account = models.ForeignKey(Account, models.CASCADE, related_name="services")
    premise = models.ForeignKey(
        Premise, models.PROTECT, null=True, blank=True, related_name="services"
    )
    kind = models.CharField(_("service"), max_length=20)  # electric, water, sewer, fibre, …
    rate = models.CharField(_("rate"), max_length=20, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, blank=True)
    meter = models.CharField(_("meter"), max_length=30, blank=True, db_index=True)
    meter_size = models.CharField(_("meter size"), max_length=10, blank=True)
    multiplier = models.DecimalField(max_digits=10, decimal_places=4, default=1)
    baseline_region = models.CharField(_("baseline region"), max_length=10, blank=True)
    medical_units = models.PositiveSmallIntegerField(_("medical units"), default=0)
    medical_until = models.DateField(_("medical until"), null=True, blank=True)
    life_support = models.BooleanField(_("life support"), default=False)
    solar = models.BooleanField(_("solar"), default=False)
    ev_rate = models.BooleanField(_("vehicle rate"), default=False)
    remote_switch = models.BooleanField(_("switched from afar"), default=False)
    sewer_basis = models.CharField(_("sewer by"), max_length=20, blank=True)
    plan = models.CharField(_("plan"), max_length=30, blank=True)
    promotion = models.CharField(_("promotion"), max_length=30, blank=True)
    promotion_ends_on = models.DateField(_("promotion ends"), null=True, blank=True)
    critical = models.BooleanField(_("critical facility"), default=False)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def __str__(self) -> str:
        return f"{self.account} {self.kind}"


class Reading(Sourced):
    """What a meter showed on a day."""

    class Code(models.TextChoices):
        ACTUAL = "actual", _("Actual")
        ESTIMATED = "estimated", _("Estimated")
        CUSTOMER = "customer", _("Read by the customer")
        FINAL = "final", _("Final")
        START = "start", _("First")

    meter = models.CharField(_("meter"), max_length=30)
    kind = models.CharField(_("register"), max_length=10, blank=True)  # int, dec, on-peak, …
    read_on = models.DateField(_("read on"))
    value = models.DecimalField(_("reading"), max_digits=14, decimal_places=3)
    code = models.CharField(_("how"), max_length=10, choices=Code, default=Code.ACTUAL)
    usage = models.DecimalField(_("usage"), max_digits=14, decimal_places=3, null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    doubtful = models.BooleanField(_("high or low"), default=False)
    continuous_flow = models.BooleanField(_("water never stood still"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meter", "read_on", "kind"], name="reading_once")
        ]
        verbose_name = _("reading")
        verbose_name_plural = _("readings")

    def __str__(self) -> str:
        return f"{self.meter} {self.read_on}: {self.value}"
