"""What matching searches, the words it knows, and what it has learned from people's decisions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models.accounts import Account
from contact_hub.customers.models.people import Customer


class Plain(models.CharField[str, str]):
    """Folded text: ASCII, compared byte by byte, so that a prefix is a range of the index."""

    def db_parameters(self, connection: Any) -> Any:
        found = super().db_parameters(connection)
        return found | {"collation": "C" if connection.vendor == "postgresql" else None}


class Face(models.Model):
    """One way a customer shows: a form of the name, with an account and a place if there is one.

    Everything here is derived (`actions.faces`) and folded (`lib.names`, `lib.streets`). Phones and
    emails are all of the customer's, parted by blanks, to be compared; looking up is by Point.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="faces")
    account = models.ForeignKey(
        Account, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    name = models.CharField(max_length=200)  # the customer's, as people read it
    last = Plain(max_length=80)
    first = Plain(max_length=80)
    house = Plain(max_length=8)
    street = Plain(max_length=120)
    zip = Plain(max_length=5)
    city = Plain(max_length=80)
    unit = Plain(max_length=10)
    number = Plain(max_length=32)  # of the account, last digit first: its end is a prefix
    phones = models.CharField(max_length=200)
    emails = models.CharField(max_length=400)
    is_open = models.BooleanField()  # the account is

    class Meta:
        indexes = [
            models.Index(fields=["last", "first"], name="face_last_first"),
            models.Index(fields=["first", "zip"], name="face_first_zip"),
            models.Index(fields=["zip", "last"], name="face_zip_last"),
            models.Index(fields=["house", "street"], name="face_house_street"),
            models.Index(fields=["street", "last"], name="face_street_last"),
            models.Index(fields=["house", "last"], name="face_house_last"),
            models.Index(fields=["number"], name="face_number"),
        ]

    def __str__(self) -> str:
        return f"{self.last}, {self.first} {self.house} {self.street}".strip()


class Vocabulary(models.Model):
    """A word that stands in faces, how often, and how it sounds; words are never taken away.

    phonetic  the kind and the Double Metaphone code; empty for what is not spoken
    """

    class Kind(models.TextChoices):
        LAST = "l", "last"
        FIRST = "f", "first"
        STREET = "s", "street"
        ZIP = "z", "zip"
        CITY = "c", "city"

    kind = Plain(max_length=1, choices=Kind)
    token = Plain(max_length=120)
    count = models.IntegerField()
    phonetic = Plain(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "token"], name="word_once")]
        indexes = [models.Index(fields=["phonetic"], name="word_phonetic")]

    def __str__(self) -> str:
        return self.token


class MatchLabel(models.Model):
    """What a person decided about one candidate of a look-up."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    confirmed = models.BooleanField(_("was meant"))
    evidence = models.JSONField()  # field: [level, bits] of this candidate, as it was shown
    found = models.JSONField()  # the whole answer
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        indexes = [models.Index(fields=["at"])]
        verbose_name = _("decision about a match")
        verbose_name_plural = _("decisions about matches")

    def __str__(self) -> str:
        return f"{self.customer} {'✓' if self.confirmed else '✗'}"


class MatchWeights(models.Model):
    """A version of the weights, learned from labels; the latest that is in use counts.

    factors   field: how much of its shipped bits counts
    loss      of the shipped weights and of these on the labels held out, in bits a label
    """

    factors = models.JSONField()
    labels = models.PositiveIntegerField(_("labels"))
    loss_before = models.FloatField(_("loss of the weights before"))
    loss = models.FloatField(_("loss"))
    in_use = models.BooleanField(_("in use"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("weights of matching")
        verbose_name_plural = _("weights of matching")

    def __str__(self) -> str:
        return f"{self.pk}"
