"""Queues, and the mailboxes that feed them and speak for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from contact_hub.staff.models import Team
from contact_hub.staff.rules import SEE_ALL

if TYPE_CHECKING:
    from contact_hub.staff.models import Person


ENCRYPTIONS = [("starttls", "STARTTLS"), ("tls", "TLS"), ("none", _("None"))]


class QueueQuerySet(models.QuerySet["Queue"]):
    def visible_to(self, person: Person) -> QueueQuerySet:
        """The queues of the person's teams; everything for who may see all."""
        if not person.is_active:
            return self.none()
        if person.may(SEE_ALL):
            return self
        return self.filter(teams__people=person).distinct()


class Queue(models.Model):
    """Where contacts wait; the teams listed here, and nobody else, see what is in it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    key = models.SlugField(_("key"), max_length=40, unique=True)  # in search: queue:billing
    teams = models.ManyToManyField(Team, related_name="queues", blank=True)
    first_reply_minutes = models.PositiveIntegerField(_("first reply due, minutes"), default=240)
    auto_reply = models.TextField(_("automatic acknowledgement"), blank=True)
    auto_reply_es = models.TextField(_("automatic acknowledgement, Spanish"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    objects = QueueQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("queue")
        verbose_name_plural = _("queues")

    def __str__(self) -> str:
        return self.name


class Mailbox(models.Model):
    """One of our own email addresses: where its mail goes, and how we write from it."""

    address = models.EmailField(_("address"), unique=True)
    name = models.CharField(_("display name"), max_length=120)
    queue = models.ForeignKey(
        Queue, models.PROTECT, related_name="mailboxes", verbose_name=_("queue")
    )
    active = models.BooleanField(_("active"), default=True)
    signature = models.TextField(_("signature"), blank=True)
    signature_es = models.TextField(_("signature, Spanish"), blank=True)

    imap_host = models.CharField(_("IMAP host"), max_length=200, blank=True)
    imap_port = models.PositiveIntegerField(_("IMAP port"), default=993)
    imap_encryption = models.CharField(
        _("IMAP encryption"), max_length=8, choices=ENCRYPTIONS, default="tls"
    )
    imap_user = models.CharField(_("IMAP user"), max_length=200, blank=True)
    imap_secret = models.BinaryField(_("IMAP password, sealed"), blank=True, default=b"")
    imap_folder = models.CharField(_("IMAP folder"), max_length=120, default="INBOX")
    imap_all = models.BooleanField(
        _("take in what is there already"),
        default=False,
        help_text=_("Otherwise the mailbox is read from the moment on when it is first reached."),
    )
    sent_folder = models.CharField(_("keep a sent copy in"), max_length=120, blank=True)
    uid_validity = models.BigIntegerField(null=True, blank=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    imap_since = models.DateTimeField(null=True, blank=True, editable=False)  # unless all of it
    last_good_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.TextField(blank=True, editable=False)

    smtp_host = models.CharField(_("SMTP host"), max_length=200, blank=True)  # "" = the site's own
    smtp_port = models.PositiveIntegerField(_("SMTP port"), default=587)
    smtp_tls = models.CharField(
        _("SMTP encryption"),
        max_length=8,
        choices=ENCRYPTIONS,
        default="starttls",
    )
    smtp_user = models.CharField(_("SMTP user"), max_length=200, blank=True)
    smtp_secret = models.BinaryField(_("SMTP password, sealed"), blank=True, default=b"")

    class Meta:
        ordering = ["address"]
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")

    def __str__(self) -> str:
        return self.address
