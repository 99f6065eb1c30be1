"""The admin of what no upper room owns: people, teams, policies, and the queue of jobs."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contact_hub.desk.actions import people
from contact_hub.jobs.models import Job, Schedule
from contact_hub.journal.admin import Journalled, ReadOnly, tell_access_changed
from contact_hub.staff.forms import PersonForm
from contact_hub.staff.models import Person, RolePolicy, Team

for unused in (Group, EmailAddress, Authenticator, UserSession):  # secrets, or not how we do it
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)


def who(request: HttpRequest) -> Person:
    """Whoever is past the admin's door has signed in."""
    return cast(Person, request.user)


class Sensitive(Journalled):
    """Changes here open doors, so the password or second factor is asked for again."""

    @method_decorator(reauthentication_required)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    @method_decorator(reauthentication_required(allow_get=True))
    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changelist_view(request, *args, **kwargs)


@admin.register(Person)
class PersonAdmin(Sensitive):
    """People are never deleted: the journal speaks of them. They are set inactive."""

    form = PersonForm
    list_display = ("name", "email", "role", "level", "is_active", "last_login")
    list_filter = ("role", "level", "teams", "is_active")
    search_fields = ("name", "email")
    fields = ("email", "name", "role", "level", "teams", "language", "is_active")
    actions = ("invite_again", "sign_out", "remove_second_factors")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: Any = None, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.editor = request.user
        return form

    def save_related(
        self, request: HttpRequest, form: PersonForm, formsets: Any, change: Any
    ) -> None:
        super().save_related(request, form, formsets, change)
        person = form.instance
        if not change:
            self._invited(request, person, people.invite(person, by=who(request)))
        elif changes := form.access_changes():
            people.access_changed(person, by=who(request), **changes)

    @admin.action(description=gettext_lazy("Send the link to choose a password"))
    def invite_again(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        for person in queryset.filter(is_active=True):
            self._invited(request, person, people.invite(person, by=who(request)))

    @admin.action(description=gettext_lazy("Sign out everywhere"))
    def sign_out(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        for person in queryset:
            people.sign_out_everywhere(person, by=who(request))
        self.message_user(request, _("Signed out everywhere: %d.") % len(queryset))

    @admin.action(description=gettext_lazy("Remove second factors (telephone lost)"))
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[Person]) -> None:
        for person in queryset:
            people.forget_second_factors(person, by=who(request))
        self.message_user(request, _("Second factors removed: %d.") % len(queryset))

    def _invited(self, request: HttpRequest, person: Person, link: str) -> None:
        """Without a mail server of its own, the administrator hands the link over."""
        words = _("%(person)s is sent a link to choose a password.") % {"person": person}
        if not settings.SMTP_URL:
            words = _("No mail server is set. Give %(person)s this link: %(link)s") % {
                "person": person,
                "link": link,
            }
        self.message_user(request, words, messages.SUCCESS)


@admin.register(Team)
class TeamAdmin(Journalled):
    list_display = ("name",)
    search_fields = ("name",)

    def delete_model(self, request: HttpRequest, obj: Team) -> None:
        members = list(obj.people.values_list("pk", flat=True))
        super().delete_model(request, obj)
        tell_access_changed(members)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Team]) -> None:
        members = set(queryset.exclude(people=None).values_list("people", flat=True))
        super().delete_queryset(request, queryset)
        tell_access_changed(members)


@admin.register(RolePolicy)
class RolePolicyAdmin(Sensitive):
    list_display = ("role", "mfa_required")


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ("task", "queue", "state", "run_at", "attempts", "finished_at")
    list_filter = ("state", "queue")
    search_fields = ("task", "dedupe_key__startswith")
    ordering = ("-pk",)


@admin.register(Schedule)
class ScheduleAdmin(ReadOnly):
    list_display = ("name", "task", "cron", "time_zone", "active", "next_run_at")
