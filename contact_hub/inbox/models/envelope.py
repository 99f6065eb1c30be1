"""The raw record of what came in, and the keys by which mail finds its case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact_hub.inbox.models.case import Case
from contact_hub.inbox.models.message import Message
from contact_hub.inbox.models.queue import Mailbox, Queue
from contact_hub.staff.rules import TEND

if TYPE_CHECKING:
    from contact_hub.staff.models import Person


class EnvelopeQuerySet(models.QuerySet["Envelope"]):
    def visible_to(self, person: Person) -> EnvelopeQuerySet:
        """For who tends: mail to the queues they see, and mail to no mailbox that is known."""
        if not person.may(TEND):
            return self.none()
        queues = Queue.objects.visible_to(person).values("pk")
        return self.filter(models.Q(mailbox=None) | models.Q(mailbox__queue__in=queues))


class Envelope(models.Model):
    """What came off the wire, byte for byte, stored and committed before anything is parsed.

    `external_id` names the delivery's content: for mail the Message-ID and a hash of what is the
    same in every copy, so that one mail delivered twice is one row and two mails that share an
    id are two.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        FILED = "filed", _("Filed")
        QUARANTINED = "quarantined", _("Quarantined")
        DISCARDED = "discarded", _("Discarded")

    carrier = models.CharField(max_length=16)
    external_id = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    door = models.CharField(max_length=16, blank=True)  # lmtp, smtp, imap, pipe, sample
    mailbox = models.ForeignKey(
        Mailbox, models.SET_NULL, null=True, blank=True, related_name="envelopes", db_index=False
    )
    mail_from = models.CharField(max_length=320, blank=True)
    recipients = models.JSONField(default=list, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)  # filed, or discarded
    size = models.PositiveBigIntegerField()
    raw = models.BinaryField(blank=True, default=b"")  # sealed; empty when in the blob store
    blob = models.CharField(max_length=64, blank=True)  # hash in the blob store when large
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True)
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="envelopes", db_index=False
    )

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["carrier", "external_id"], name="envelope_once")
        ]
        indexes = [
            models.Index(
                fields=["state", "next_try_at"],
                name="envelope_unfiled",
                condition=models.Q(state__in=["pending", "quarantined"]),
            ),
            models.Index(fields=["received_at"]),
            models.Index(
                fields=["message"],
                name="envelope_of_message",
                condition=models.Q(message__isnull=False),
            ),
        ]
        verbose_name = _("envelope")
        verbose_name_plural = _("envelopes")

    def __str__(self) -> str:
        return f"{self.carrier} {self.pk}"


class ThreadKey(models.Model):
    """A Message-ID that a mail in a case refers to; those that messages bear are with them.

    A mail may refer to ids that the hub has not met yet, when a reply overtakes its parent; the
    row makes the late parent find the case of its reply.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="thread_keys")
    digest = models.CharField(max_length=32)  # of the id: ids may be 998 characters long
    address = models.CharField(max_length=254, blank=True)  # who referred to it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "case"], name="referred_once")]

    def __str__(self) -> str:
        return self.digest


class AutoReply(models.Model):
    """An automatic answer that went out; the caps count these rows."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="auto_replies")
    address = models.CharField(max_length=254)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["address", "at"])]

    def __str__(self) -> str:
        return self.address
