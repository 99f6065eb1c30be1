"""People who work here, their teams, and what each role requires."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from contact_hub.staff import rules


class Team(models.Model):
    """People who share queues; whoever is in no team of a queue sees nothing of it."""

    name = models.CharField(_("name"), max_length=80, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        fields = {"role": rules.ADMINISTRATOR, "is_superuser": True} | fields
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who works here and signs in by email."""

    class Role(models.TextChoices):
        CSR = rules.CSR, _("Customer service representative")
        LEAD = rules.LEAD, _("Team lead")
        MANAGER = rules.MANAGER, _("Manager")
        ADMINISTRATOR = rules.ADMINISTRATOR, _("Administrator")
        FRONT_DESK = rules.FRONT_DESK, _("Front desk")
        AUDITOR = rules.AUDITOR, _("Auditor (reads only)")

    class Level(models.TextChoices):
        ONE = "I", _("Level I")
        TWO = "II", _("Level II")
        THREE = "III", _("Level III (senior)")
        LEAD = "lead", _("Lead")
        SUPERVISOR = "supervisor", _("Supervisor")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As the system says")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("email"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.CSR)
    level = models.CharField(_("work level"), max_length=12, choices=Level, default=Level.ONE)
    teams = models.ManyToManyField(Team, related_name="people", blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    language = models.CharField(_("language"), max_length=5, default="en")
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    comfortable = models.BooleanField(_("comfortable spacing"), default=False)
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    undo_seconds = models.PositiveSmallIntegerField(_("undo window, seconds"), default=15)
    signature = models.TextField(_("signature"), blank=True)

    sign_outs = models.PositiveIntegerField(default=0, editable=False)  # a rise ends all sessions

    needs_second_factor = False  # filled in where a session's person is loaded: staff.backend

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = PersonManager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Django's admin asks this; only administrators configure the hub."""
        return self.is_active and self.may(rules.CONFIGURE)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are all one here: to configure the hub."""
        return self.may(rules.CONFIGURE)

    def has_module_perms(self, app_label: str) -> bool:
        return self.may(rules.CONFIGURE)

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in str(self).split()[:2]).upper()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session lives as long as the password and `sign_outs` are what they were."""
        password = f"{self.password}|{self.sign_outs}"
        return salted_hmac("staff.session", password, secret=secret, algorithm="sha256").hexdigest()

    def get_short_name(self) -> str:
        return str(self).split(" ")[0]

    def may(self, act: str) -> bool:
        """Whether this person's role allows `act` (one of the names in `staff.rules`)."""
        return self.is_active and (self.is_superuser or rules.allows(self.role, act))


class RolePolicy(models.Model):
    """What the office asks of everybody in one role."""

    role = models.CharField(_("role"), max_length=16, choices=Person.Role, unique=True)
    mfa_required = models.BooleanField(_("second factor required"), default=False)

    class Meta:
        verbose_name = _("role policy")
        verbose_name_plural = _("role policies")

    def __str__(self) -> str:
        return self.get_role_display()
