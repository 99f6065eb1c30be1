"""Whom we serve: customers, their accounts and premises, and how to reach them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A person or organisation we serve."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PERSON)
    language = models.CharField(_("language"), max_length=5, default="en")

    class Meta:
        ordering = ["name"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return self.name


class Premise(models.Model):
    """A place that is served."""

    street = models.CharField(_("street"), max_length=160)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=80)
    state = models.CharField(_("state"), max_length=2)
    zip_code = models.CharField(_("ZIP code"), max_length=10)

    class Meta:
        verbose_name = _("premise")
        verbose_name_plural = _("premises")

    def __str__(self) -> str:
        street = f"{self.street} {self.unit}".strip()
        return f"{street}, {self.city} {self.state} {self.zip_code}"


class Account(models.Model):
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
        CLOSED = "closed", _("Closed")

    number = models.CharField(_("number"), max_length=32, unique=True)  # digits and letters only
    line = models.CharField(_("business line"), max_length=16, choices=Line)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACTIVE)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="accounts")
    premise = models.ForeignKey(
        Premise, models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    balance = models.DecimalField(_("balance"), max_digits=12, decimal_places=2, default=0)
    past_due = models.DecimalField(_("past due"), max_digits=12, decimal_places=2, default=0)
    due_on = models.DateField(_("due"), null=True, blank=True)
    as_of = models.DateTimeField(_("as of"), null=True, blank=True)  # when billing said so

    class Meta:
        ordering = ["number"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.number


class Point(models.Model):
    """A way to reach a customer: an email address, an E.164 phone number, a postal address.

    Two customers may share a point (a household phone, an office address).
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("Email")
        PHONE = "phone", _("Phone")
        POST = "post", _("Post")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="points")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    value = models.CharField(_("value"), max_length=254)  # normalised: lower case, E.164
    label = models.CharField(_("label"), max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "value"], name="point_once")
        ]
        indexes = [models.Index(fields=["kind", "value"])]
        verbose_name = _("point")
        verbose_name_plural = _("points")

    def __str__(self) -> str:
        return self.value


class Consent(models.Model):
    """What a customer allowed or refused at a point, by channel and purpose; the latest holds."""

    class Purpose(models.TextChoices):
        SERVICE = "service", _("Service messages")
        PROMOTION = "promotion", _("Programs and offers")

    point = models.ForeignKey(Point, models.CASCADE, related_name="consents")
    channel = models.CharField(_("channel"), max_length=10)  # email, sms, voice, post
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    granted = models.BooleanField(_("granted"))
    source = models.CharField(_("source"), max_length=40)  # billing system, agent, keyword, link
    wording = models.TextField(_("wording"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["point", "channel", "purpose", "-at"])]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")

    def __str__(self) -> str:
        return f"{self.point} {self.channel}/{self.purpose}: {'yes' if self.granted else 'no'}"


class Suppression(models.Model):
    """An address that must not be written to, whoever it belongs to, and why."""

    kind = models.CharField(_("kind"), max_length=5, choices=Point.Kind)
    value = models.CharField(_("value"), max_length=254)
    reason = models.CharField(_("reason"), max_length=300)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="suppression_once")]
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return self.value
