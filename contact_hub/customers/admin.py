"""Customers in the admin: to put data right; consents are only ever added by what was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.actions import learning
from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import (
    Account,
    Consent,
    Customer,
    MatchLabel,
    MatchWeights,
    Parameter,
    Point,
    Premise,
    Suppression,
)
from contact_hub.customers.queries.concerned import at_premises, with_accounts
from contact_hub.customers.queries.parameters import forget
from contact_hub.customers.rules.parameters import KNOWN
from contact_hub.journal.admin import Journalled, ReadOnly
from contact_hub.staff.models import Person


class Seen(Journalled):
    """What shows in matching: a change here is searchable in the same transaction."""

    def save_model(self, request: HttpRequest, obj: Any, *more: Any) -> None:
        before = self.customers_of(self.model.objects.filter(pk=obj.pk))
        super().save_model(request, obj, *more)
        renew([*before])  # who had it, when it went to another

    def save_related(self, request: HttpRequest, form: Any, *more: Any) -> None:
        super().save_related(request, form, *more)
        renew([*self.customers_of([form.instance])])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with self.renewing([obj]):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with self.renewing(queryset):
            super().delete_queryset(request, queryset)

    @contextmanager
    def renewing(self, rows: Iterable[Any]) -> Iterator[None]:
        """Around a deletion: whose faces change is known before, renewed after."""
        with transaction.atomic():
            customers = self.customers_of(rows)
            yield
            renew([*customers])

    def customers_of(self, rows: Iterable[Any]) -> set[int]:
        """Whose faces show these rows."""
        return {row.customer_id for row in rows}


class PointInline(admin.TabularInline[Point, Customer]):
    model = Point
    extra = 0


class AccountInline(admin.TabularInline[Account, Customer]):
    model = Account
    extra = 0
    fields = ("number", "line", "status", "balance", "past_due", "due_on")
    readonly_fields = fields
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Customer)
class CustomerAdmin(Seen):
    list_display = ("name", "kind", "language")
    list_filter = ("kind", "language")
    search_fields = ("name", "points__value", "accounts__number")
    inlines = (PointInline, AccountInline)
    show_full_result_count = False

    def customers_of(self, rows: Iterable[Any]) -> set[int]:
        return {row.pk for row in rows}


@admin.register(Premise)
class PremiseAdmin(Seen):
    list_display = ("street", "unit", "city", "state", "zip_code")
    search_fields = ("street", "zip_code__startswith")
    show_full_result_count = False

    def customers_of(self, rows: Iterable[Any]) -> set[int]:
        return at_premises([row.pk for row in rows])


@admin.register(Account)
class AccountAdmin(Seen):
    list_display = ("number", "line", "status", "customer", "balance", "past_due", "due_on")
    list_filter = ("line", "status")
    list_select_related = ("customer",)
    search_fields = ("number__startswith", "customer__name")
    autocomplete_fields = ("customer", "premise")
    show_full_result_count = False

    def customers_of(self, rows: Iterable[Any]) -> set[int]:
        held = {row.customer_id for row in rows}
        return held | with_accounts([row.pk for row in rows])


@admin.register(Point)
class PointAdmin(Seen):
    list_display = ("value", "kind", "customer", "label")
    list_filter = ("kind",)
    list_select_related = ("customer",)
    search_fields = ("value__startswith", "customer__name")
    autocomplete_fields = ("customer",)
    show_full_result_count = False


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    list_display = ("at", "point", "channel", "purpose", "granted", "source", "by")
    list_filter = ("channel", "purpose", "granted")
    list_select_related = ("point", "by")
    search_fields = ("point__value__startswith",)
    ordering = ("-at",)


@admin.register(Suppression)
class SuppressionAdmin(Journalled):
    list_display = ("value", "kind", "reason", "since")
    list_filter = ("kind",)
    search_fields = ("value__startswith",)
    readonly_fields = ("since",)


@admin.register(Parameter)
class ParameterAdmin(Journalled):
    list_display = ("name", "value", "starts_on", "note", "at")
    list_filter = ("name",)
    fields = ("name", "value", "starts_on", "note")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **more: Any) -> Any:
        if db_field.name == "name":
            choices = [(name, f"{name}: {known.words}") for name, known in sorted(KNOWN.items())]
            return forms.ChoiceField(choices=choices, label=db_field.verbose_name)
        return super().formfield_for_dbfield(db_field, request, **more)

    def save_model(self, request: HttpRequest, obj: Parameter, *more: Any) -> None:
        if isinstance(request.user, Person):
            obj.by = request.user
        super().save_model(request, obj, *more)
        forget()


@admin.register(MatchLabel)
class MatchLabelAdmin(ReadOnly):
    list_display = ("at", "customer", "confirmed", "by")
    list_filter = ("confirmed",)
    list_select_related = ("customer", "by")
    ordering = ("-at",)


@admin.register(MatchWeights)
class MatchWeightsAdmin(ReadOnly):
    list_display = ("at", "labels", "loss_before", "loss", "in_use", "by")
    actions = ("revert",)

    @admin.action(description=_("Use these weights no longer"), permissions=["view"])
    def revert(self, request: HttpRequest, queryset: Any) -> None:
        for weights in queryset:
            learning.revert(weights, by=request.user, now=timezone.now())  # type: ignore[arg-type]
