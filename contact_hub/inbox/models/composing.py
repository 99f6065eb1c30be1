"""What an answer is made of before it is sent, and who else has the case open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact_hub.inbox.models.case import Case
from contact_hub.inbox.models.message import Message
from contact_hub.inbox.models.queue import Mailbox, Queue
from contact_hub.staff.models import Team

if TYPE_CHECKING:
    from contact_hub.staff.models import Person


class KeptDrafts(models.Manager["Draft"]):
    """The drafts that were not thrown away."""

    def get_queryset(self) -> models.QuerySet[Draft]:
        return super().get_queryset().filter(dropped_at=None)


class Draft(models.Model):
    """What a person has begun to write in a case, kept on the server, one per mode.

    What was thrown away can be brought back for a while; only `every` shows it.
    """

    class Mode(models.TextChoices):
        EMAIL = "email", _("Email")
        NOTE = "note", _("Note")

    case = models.ForeignKey(Case, models.CASCADE, related_name="drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    mode = models.CharField(max_length=8, choices=Mode)
    mailbox = models.ForeignKey(Mailbox, models.SET_NULL, null=True, blank=True, related_name="+")
    to = models.CharField(max_length=1000, blank=True)
    cc = models.CharField(max_length=1000, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    version = models.PositiveIntegerField(
        default=0
    )  # grows with each save; an older one is refused
    updated_at = models.DateTimeField(default=timezone.now)
    dropped_at = models.DateTimeField(null=True, blank=True)  # when it was thrown away

    objects = KeptDrafts()
    every = models.Manager()  # noqa: DJ012  # a manager, which looks like a field to the linter

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person", "mode"],
                condition=Q(dropped_at=None),
                name="draft_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.mode}"


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def visible_to(self, person: Person) -> CannedReplyQuerySet:
        """One's own, those of one's teams, and everybody's."""
        return self.filter(
            Q(owner=person) | Q(team__people=person) | Q(owner__isnull=True, team__isnull=True)
        ).distinct()


class CannedReply(models.Model):
    """A reply written once; `{customer.name}` and the like are filled in when it is used."""

    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    body_es = models.TextField(_("text, Spanish"), blank=True)
    tags = models.CharField(_("tags"), max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="canned"
    )
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="canned")
    queues = models.ManyToManyField(Queue, blank=True, related_name="canned")
    used = models.PositiveIntegerField(_("times used"), default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")

    def __str__(self) -> str:
        return self.title


class Mention(models.Model):
    """A colleague named in a note."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="mention_once")]
        indexes = [
            models.Index(fields=["person"], name="mention_unseen", condition=Q(seen_at=None))
        ]

    def __str__(self) -> str:
        return f"@{self.person}"


class Viewing(models.Model):
    """Who has a case open now: viewing it, away from it, or writing in it."""

    class State(models.TextChoices):
        VIEWING = "viewing", _("viewing")
        AWAY = "away", _("away")
        EDITING = "editing", _("editing")

    FRESH_SECONDS = 45  # a screen says so again every 20 s

    case = models.ForeignKey(Case, models.CASCADE, related_name="viewings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="viewings")
    state = models.CharField(max_length=8, choices=State)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="viewing_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.state} {self.case}"
