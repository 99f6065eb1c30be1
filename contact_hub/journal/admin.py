"""The journal in the admin: to be read there, and written by every change made there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from contact_hub.journal.actions import record
from contact_hub.journal.bus import publish
from contact_hub.journal.models import Entry

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class Journalled(ModelAdmin):
    """Configuration that can be changed here; each change leaves a line, without its values."""

    formfield_overrides = {
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 5, "cols": 70})},
    }

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        _record(request, obj, "added", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        if message:
            _record(request, obj, "changed", message)
        return super().log_change(request, obj, message)

    @transaction.atomic
    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for one in queryset:
            _record(request, one, "deleted", str(one))
        return super().log_deletions(request, queryset)


class ReadOnly(ModelAdmin):
    """What the hub itself writes: to be looked at, never touched."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ("at", "subject", "verb", "by")
    list_filter = ("at",)
    list_select_related = ("by",)
    search_fields = ("subject__startswith", "verb__exact")
    search_help_text = "case.42, person.7, signed_in"
    ordering = ("-at", "-pk")


def tell_access_changed(people: Iterable[int]) -> None:
    """Make the open screens of `people` (their keys) ask again what they may see."""
    for pk in people:
        topic = f"person.{pk}"
        publish([topic], {"subject": topic, "verb": "access_changed", "seq": 0})


def _record(request: HttpRequest, obj: models.Model, verb: str, what: Any) -> None:
    with transaction.atomic():
        subject = f"{obj._meta.model_name}.{obj.pk}"  # noqa: SLF001  # Django's documented name
        record(subject, verb, by=request.user, what=what)  # type: ignore[arg-type]  # signed in
