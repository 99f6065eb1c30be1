"""Messages and their attachments: each thing said in a contact."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact_hub.inbox.models.case import Case, Contact
from contact_hub.inbox.models.queue import Mailbox


class Message(models.Model):
    """One thing said: an email in or out, or a note among colleagues."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("Email")
        SMS = "sms", _("Text")
        NOTE = "note", _("Note")
        VOICEMAIL = "voicemail", _("Voicemail")
        LETTER = "letter", _("Letter")

    class Direction(models.TextChoices):
        IN = "in", _("From the customer")
        OUT = "out", _("To the customer")
        INSIDE = "inside", _("Among colleagues")

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        KEPT = "kept", _("Kept")  # a note
        QUEUED = "queued", _("Queued")  # until send_at it can be undone
        SENDING = "sending", _("Sending")
        ACCEPTED = "accepted", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed, will be tried again")
        BOUNCED = "bounced", _("Bounced")
        UNDELIVERABLE = "undeliverable", _("Undeliverable")
        CANCELLED = "cancelled", _("Taken back")

    UNDELIVERED = (State.BOUNCED, State.UNDELIVERABLE)

    # an index that leads with the column, or nobody who asks, spares a foreign key its own one
    case = models.ForeignKey(Case, models.CASCADE, related_name="messages", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind)
    direction = models.CharField(max_length=6, choices=Direction)
    state = models.CharField(max_length=14, choices=State)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
    )
    mailbox = models.ForeignKey(
        Mailbox, models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    from_name = models.CharField(max_length=200, blank=True)
    from_address = models.CharField(max_length=254, blank=True)
    to = models.JSONField(default=list, blank=True)  # [{"name": …, "address": …}]
    cc = models.JSONField(default=list, blank=True)
    answer_to = models.JSONField(default=list, blank=True)  # whom the sender asked to answer
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)  # what was said, without what it quotes
    quoted = models.TextField(blank=True)  # the quoted history and signature under it
    html = models.TextField(blank=True)  # sanitised; remote images only by their data-src
    automatic = models.BooleanField(default=False)  # written by a machine, theirs or ours

    message_id = models.CharField(max_length=998, blank=True)  # RFC 5322, without the <>
    in_reply_to = models.CharField(max_length=998, blank=True)
    references = models.JSONField(default=list, blank=True)
    send_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=300, blank=True)  # what the provider called it
    trouble = models.CharField(max_length=500, blank=True)  # why it did not arrive, in words
    missed = models.JSONField(default=list, blank=True)  # addresses that did not get it
    put_off = models.JSONField(default=list, blank=True)  # those still tried, the others have it
    trouble_dismissed_at = models.DateTimeField(null=True, blank=True)
    resend_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["case", "at"]),
            models.Index(fields=["message_id"]),
            models.Index(
                fields=["author", "state"],
                name="message_undelivered",
                condition=models.Q(state__in=["bounced", "undeliverable"]),
            ),
        ]
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Attachment(models.Model):
    """A file that came or goes with a message; its bytes lie outside the database, by hash."""

    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    draft = models.ForeignKey(
        "inbox.Draft", models.SET_NULL, null=True, blank=True, related_name="attachments"
    )
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127, default="application/octet-stream")
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)  # blank when refused
    content_id = models.CharField(max_length=255, blank=True)
    inline = models.BooleanField(default=False)
    refused = models.CharField(max_length=200, blank=True)  # why it was not kept, in words

    class Meta:
        indexes = [models.Index(fields=["sha256"])]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name
