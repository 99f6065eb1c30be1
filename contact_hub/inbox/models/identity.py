"""Whose account a contact is about, and how surely we know who speaks in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models import Account, AuthorisedParty, Customer, Point
from contact_hub.inbox.models.case import Contact


class ContactAccountLink(models.Model):
    """That a contact may be about a customer and an account: suggested by the hub, decided by us.

    `evidence` is what spoke for and against: of a suggestion its own {"fields": […], "version"},
    of a decision all that was shown, as `queries.recognising.found_in` gives it.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Ruled out")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="links", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="links")
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, blank=True, related_name="links"
    )
    probability = models.FloatField(_("probability"), default=0)  # 0 to 1
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.SUGGESTED)
    by = models.ForeignKey(  # nobody asks what one person decided: no index for each mail to keep
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "customer"], name="link_once"),
        ]
        verbose_name = _("link of a contact to an account")
        verbose_name_plural = _("links of contacts to accounts")

    def __str__(self) -> str:
        return f"{self.contact_id} → {self.customer_id}: {self.state}"


class AppendOnly(Exception):
    """A row that tells what happened is neither changed nor deleted."""


class EventQuerySet(models.QuerySet["VerificationEvent"]):
    def update(self, **_fields: Any) -> int:
        raise AppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly


class VerificationEvent(models.Model):
    """One try to prove who speaks, in one contact, for one account or customer; never changed.

    It holds until the contact ends. `methods` says of each what came of it, never what was said:
    {"birth": "match", "pin": "no_match", "account_number": "prompted"}.
    """

    class Result(models.TextChoices):
        MATCH = "match", _("Fits")
        NO_MATCH = "no_match", _("Does not fit")
        LOCKED = "locked", _("Locked")

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="verifications")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="verifications")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="verifications"
    )
    speaker = models.ForeignKey(  # None: the customer
        AuthorisedParty, models.PROTECT, null=True, blank=True, related_name="+"
    )
    level = models.PositiveSmallIntegerField(_("level"))  # reached, after this try
    methods = models.JSONField(_("methods"), default=dict)
    result = models.CharField(_("result"), max_length=8, choices=Result)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="verified_account"),
            models.Index(fields=["customer", "-at"], name="verified_customer"),
        ]
        ordering = ["at", "pk"]
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.result}, level {self.level}"

    def save(self, *args: Any, **fields: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **fields)

    def delete(self, *_args: Any, **_fields: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly


class OneTimeCode(models.Model):
    """A code that was sent to a point on file, to be said once; only its keyed hash is kept."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="codes")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+")
    point = models.ForeignKey(Point, models.CASCADE, related_name="codes")
    message = models.ForeignKey(
        "inbox.Message", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    keyed = models.CharField(max_length=20)
    sealed = models.BinaryField(default=bytes, blank=True)  # until it was sent; then nothing
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)  # said, rightly or replaced by another
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["point", "-sent_at"], name="code_of_point")]
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")

    def __str__(self) -> str:
        return f"{self.point_id} {self.sent_at:%Y-%m-%d %H:%M}"


class Reveal(models.Model):
    """That somebody with the right looked, for a reason and for a while, above the level."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="reveals")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, models.CASCADE, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=200)
    at = models.DateTimeField(_("when"), default=timezone.now)
    until = models.DateTimeField(_("until"))

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="reveal_has_reason")]
        indexes = [models.Index(fields=["by", "-until"], name="reveal_of_whom")]
        verbose_name = _("look above the level")
        verbose_name_plural = _("looks above the level")

    def __str__(self) -> str:
        return f"{self.by_id}: {self.reason}"
