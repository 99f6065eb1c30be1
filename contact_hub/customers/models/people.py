"""Whom we serve: people and organisations, who stands in for them, and what binds them together."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models.sourced import Sourced


class Customer(Sourced):
    """A person or organisation we serve.

    `name` is what people read; the parts are what the billing system keeps and matching compares.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    external_id = models.CharField(
        _("number in the billing system"), max_length=40, unique=True, null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PERSON)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    preferred_name = models.CharField(_("preferred name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    relay = models.CharField(_("relay service"), max_length=20, blank=True)  # TTY, VRS, …
    format = models.CharField(_("format of letters"), max_length=20, blank=True)  # large print, …
    # keyed hashes (lib.keyed), about "birth.<external_id>" and so on; the values are never kept
    birth_keyed = models.CharField(max_length=20, blank=True)  # of YYYYMMDD
    tax_keyed = models.CharField(max_length=20, blank=True)  # of the last four digits
    document_keyed = models.CharField(max_length=20, blank=True)  # of the last four, upper case
    document_kind = models.CharField(_("identity document"), max_length=20, blank=True)
    pin_set = models.BooleanField(_("has a PIN"), default=False)
    password_set = models.BooleanField(_("has a password for communications"), default=False)
    employee = models.BooleanField(_("employee or relative"), default=False)
    deceased_on = models.DateField(_("deceased"), null=True, blank=True)
    since = models.DateField(_("customer since"), null=True, blank=True)
    on_file = models.BooleanField(_("in the billing system"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """The customer's name in the journal and on the bus."""
        return f"customer.{self.pk}"


class Role(Sourced):
    """That a customer has something to do with an account or a premise beside holding it."""

    class Kind(models.TextChoices):
        CO_HOLDER = "co_holder", _("Co-holder")
        LANDLORD = "landlord", _("Landlord")
        TENANT = "tenant", _("Tenant")
        PROPERTY_MANAGER = "property_manager", _("Property manager")
        EXECUTOR = "executor", _("Executor")
        GUARANTOR = "guarantor", _("Guarantor")

    external_id = models.CharField(max_length=120, unique=True, null=True, blank=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="roles")
    kind = models.CharField(_("role"), max_length=16, choices=Kind)
    account = models.ForeignKey(
        "customers.Account",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="roles",
        db_index=False,
    )
    premise = models.ForeignKey(
        "customers.Premise",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="roles",
        db_index=False,
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(premise__isnull=False), name="role_of_what"
            ),
        ]
        indexes = [  # without the many that have none, as with flags
            models.Index(
                fields=[what], name=f"role_of_{what}", condition=Q((f"{what}__isnull", False))
            )
            for what in ("account", "premise")
        ]
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return f"{self.customer} · {self.get_kind_display()}"

    def holds_on(self, day: date) -> bool:
        return (self.starts_on or day) <= day <= (self.ends_on or day)


class AuthorisedParty(Sourced):
    """Somebody who may speak for a customer, for certain things and a certain time.

    scope  what they may hear or do, in the words of the levels: "balance", "usage", "everything"
    """

    class Scope(models.TextChoices):
        BALANCE = "balance", _("Balance and payments")
        SERVICE = "service", _("Bills, usage and service")
        EVERYTHING = "everything", _("Everything")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="authorised")
    external_id = models.CharField(max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=200)
    relation = models.CharField(_("relation"), max_length=60, blank=True)
    scope = models.CharField(_("may"), max_length=12, choices=Scope, default=Scope.BALANCE)
    phone = models.CharField(_("phone"), max_length=20, blank=True)  # E.164
    email = models.CharField(_("email"), max_length=254, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "external_id"],
                condition=~Q(external_id=""),
                name="authorised_once",
            )
        ]
        verbose_name = _("authorised party")
        verbose_name_plural = _("authorised parties")

    def __str__(self) -> str:
        return self.name

    def holds_on(self, day: date) -> bool:
        return (self.starts_on or day) <= day <= (self.ends_on or day)


class CustomerNote(models.Model):
    """A remark about a customer that colleagues see until it expires."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="notes")
    account = models.ForeignKey(
        "customers.Account", models.CASCADE, null=True, blank=True, related_name="notes"
    )
    text = models.TextField(_("note"))
    by = models.ForeignKey("staff.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("when"))
    expires_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("note about a customer")
        verbose_name_plural = _("notes about customers")

    def __str__(self) -> str:
        return self.text[:60]
