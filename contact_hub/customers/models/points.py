"""How to reach a customer, what was consented to there, and where nothing must be sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models.people import Customer
from contact_hub.customers.models.sourced import Sourced


class Point(Sourced):
    """A way to reach a customer: an email address, an E.164 phone number, a postal address.

    Two customers may share a point (a household phone, an office address). `extension` is of
    a phone; `since` is when the point came on file, which decides what a code sent there proves.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _("Email")
        PHONE = "phone", _("Phone")
        POST = "post", _("Post")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="points")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    value = models.CharField(_("value"), max_length=254)  # normalised: lower case, E.164
    label = models.CharField(_("label"), max_length=40, blank=True)
    extension = models.CharField(_("extension"), max_length=10, blank=True)
    confirmed = models.BooleanField(_("confirmed"), default=False)  # the customer answered there
    bad_since = models.DateField(_("bad since"), null=True, blank=True)  # mail returned, no tone
    since = models.DateField(_("on file since"), null=True, blank=True)
    on_file = models.BooleanField(_("in the billing system"), default=True)

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
