"""Cases and contacts: one customer's matter, and each interaction inside it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models import Account, Customer
from contact_hub.inbox.models.queue import Queue
from contact_hub.staff.rules import SEE_ALL

if TYPE_CHECKING:
    from contact_hub.staff.models import Person


class Outcome(models.Model):
    """How a case may end."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_es = models.CharField(_("name, Spanish"), max_length=80, blank=True)
    active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return _in_their_language(self)


class WrapUpCode(models.Model):
    """What a contact was about (its disposition)."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_es = models.CharField(_("name, Spanish"), max_length=80, blank=True)
    queues = models.ManyToManyField(Queue, blank=True, related_name="codes")  # none: every queue
    active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("wrap-up code")
        verbose_name_plural = _("wrap-up codes")

    def __str__(self) -> str:
        return _in_their_language(self)


def _in_their_language(word: Outcome | WrapUpCode) -> str:
    """The name as whoever reads it speaks; the English one where there is no other."""
    return word.name_es if word.name_es and get_language() == "es" else word.name


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, person: Person) -> CaseQuerySet:
        """The one visibility scope: cases in the queues of one's teams, and one's own.

        List, page, search, export, socket and API all go through it.
        """
        if not person.is_active:
            return self.none()
        if person.may(SEE_ALL):
            return self
        queues = list(Queue.objects.visible_to(person).values_list("pk", flat=True))
        return self.filter(Q(queue__in=queues) | Q(owner=person))

    def unfinished(self) -> CaseQuerySet:
        """Neither closed nor merged into another."""
        return self.filter(state__in=Case.UNFINISHED)

    def overdue(self, now: datetime) -> CaseQuerySet:
        return self.unfinished().filter(due_at__lt=now)


class Case(models.Model):
    """One customer's matter, from first contact to outcome, over any channels."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        OPEN = "open", _("Open")
        WAITING = "waiting", _("Waiting on customer")
        SNOOZED = "snoozed", _("Snoozed")
        CLOSED = "closed", _("Closed")
        MERGED = "merged", _("Merged")

    UNFINISHED = (State.NEW, State.OPEN, State.WAITING, State.SNOOZED)

    class Priority(models.IntegerChoices):
        LOW = -1, _("Low")
        NORMAL = 0, _("Normal")
        HIGH = 1, _("High")
        URGENT = 2, _("Urgent")

    subject = models.CharField(_("subject"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NEW)
    priority = models.SmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="cases", db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
    )
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="cases", db_index=False
    )
    account = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, related_name="cases", db_index=False
    )
    match = models.JSONField(default=list, blank=True)  # the reasons and candidates, as shown
    outcome = models.ForeignKey(
        Outcome, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)  # when our next answer is due
    snoozed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        db_index=False,
    )
    state_before_merge = models.CharField(max_length=8, blank=True)
    muted_at = models.DateTimeField(null=True, blank=True)  # automatic answers stopped: a loop

    # what the work list shows, kept by the actions so that the list joins nothing else
    channel = models.CharField(max_length=10, default="email")
    who_name = models.CharField(max_length=200, blank=True)
    who_address = models.CharField(max_length=254, blank=True)
    last_words = models.CharField(max_length=200, blank=True)
    last_at = models.DateTimeField(default=timezone.now)
    last_inbound = models.BooleanField(default=True)  # the customer spoke last
    undelivered = models.BooleanField(default=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["queue", "state", "due_at"]),
            models.Index(fields=["who_address", "-last_at"]),
            # what a case seldom has when it begins costs a mail nothing
            models.Index(
                fields=["customer", "-last_at"],
                name="case_of_customer",
                condition=Q(customer__isnull=False),
            ),
            models.Index(
                fields=["owner", "state", "due_at"],
                name="case_of_owner",
                condition=Q(owner__isnull=False),
            ),
            models.Index(
                fields=["account"], name="case_of_account", condition=Q(account__isnull=False)
            ),
            models.Index(
                fields=["snoozed_until"],
                name="case_snoozed",
                condition=Q(state="snoozed"),
            ),
            models.Index(fields=["-last_at"]),
            # the work list: what waits for us in the order of its time, so that a page stops early
            models.Index(
                fields=["due_at", "id"],
                name="case_due",
                condition=Q(state__in=["new", "open"]),
            ),
            models.Index(fields=["state", "queue", "owner"], name="case_counted"),
            models.Index(
                fields=["-closed_at", "-id"], name="case_ended", condition=~Q(closed_at=None)
            ),
            models.Index(
                fields=["-last_at"], name="case_undelivered", condition=Q(undelivered=True)
            ),
            models.Index(  # few are: an index of all would make SQLite read all of it
                fields=["merged_into"], name="case_merged", condition=Q(merged_into__isnull=False)
            ),
            models.Index(
                fields=["queue", "-priority", "due_at", "id"],
                name="case_next",
                condition=Q(owner=None, state__in=["new", "open"]),
            ),
        ]
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return f"/desk/cases/{self.pk}/"

    @property
    def key(self) -> str:
        """The case's name in the journal and on the bus."""
        return f"case.{self.pk}"

    @property
    def topics(self) -> list[str]:
        """Everything a screen may be watching that a change of this case concerns."""
        topics = [self.key, f"queue.{self.queue_id}"]
        if self.owner_id:
            topics.append(f"person.{self.owner_id}")
        return topics

    @property
    def is_finished(self) -> bool:
        return self.state not in Case.UNFINISHED

    @property
    def who(self) -> str:
        return self.who_name or self.who_address or "?"


class Contact(models.Model):
    """One interaction on one channel inside a case, with its clock.

    For email it is an episode: opened by the first inbound message, ended by the wrap-up.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("Email")
        SMS = "sms", _("Text")
        VOICE = "voice", _("Phone")
        WALK_IN = "walk_in", _("Counter")
        POST = "post", _("Post")

    case = models.ForeignKey(Case, models.CASCADE, related_name="contacts", db_index=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    inbound = models.BooleanField(_("started by the customer"), default=True)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        db_index=False,
    )
    arrived = models.DateTimeField(default=timezone.now)
    queued = models.DateTimeField(null=True, blank=True)
    offered = models.DateTimeField(null=True, blank=True)
    answered = models.DateTimeField(null=True, blank=True)
    held_seconds = models.PositiveIntegerField(default=0)
    ended = models.DateTimeField(null=True, blank=True)
    wrapped = models.DateTimeField(null=True, blank=True)
    abandoned = models.DateTimeField(null=True, blank=True)
    flowed_out = models.DateTimeField(null=True, blank=True)
    code = models.ForeignKey(
        WrapUpCode, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    note = models.TextField(_("wrap-up note"), blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["case", "arrived"]),
            models.Index(
                fields=["agent"], name="contact_of_agent", condition=Q(agent__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "channel"],
                condition=Q(wrapped__isnull=True, channel__in=["email", "sms"]),
                name="one_open_episode",
            )
        ]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.arrived:%Y-%m-%d %H:%M}"
