"""What one verb on many rows needs to know; the verbs themselves hold the rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contact_hub.inbox.models import Case, Outcome, Queue, WrapUpCode
from contact_hub.inbox.queries.context import are_of_two
from contact_hub.staff.models import Person
from contact_hub.staff.rules import ACTS, SEE_ALL, WORK

MORNING = 8  # o'clock, when a snoozed case comes back


class BulkForm(forms.Form):
    """The rows it is about, and who asks."""

    def __init__(self, *args: Any, cases: list[Case], person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = cases
        self.person = person
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices."""

    def meant(self) -> list[Case]:
        """The rows the verb is done to."""
        return self.cases


class AssignForm(BulkForm):
    to = forms.ModelChoiceField(
        Person.objects.none(),
        required=False,
        label=gettext_lazy("To"),
        empty_label=gettext_lazy("Nobody (back to the queue)"),
    )

    def prepare(self) -> None:
        seeing = [role for role, acts in ACTS.items() if {WORK, SEE_ALL} <= acts]
        queues = {case.queue_id for case in self.cases}
        people = Person.objects.filter(is_active=True).filter(
            Q(teams__queues__in=queues) | Q(role__in=seeing)
        )
        field = self.fields["to"]
        field.queryset = people.distinct().order_by("name")  # type: ignore[attr-defined]
        field.initial = self.person.pk


class HandOverForm(BulkForm):
    queue = forms.ModelChoiceField(Queue.objects.all(), label=gettext_lazy("To the queue"))
    note = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("What they should know"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SnoozeForm(BulkForm):
    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Give a date and a time.")},
    )

    def prepare(self) -> None:
        tomorrow = timezone.localtime() + timedelta(days=1)
        self.fields["until"].initial = tomorrow.replace(
            hour=MORNING, minute=0, second=0, microsecond=0
        )

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        if until <= timezone.now():
            raise ValidationError(_("That time has passed."))
        return until


class WrapUpForm(BulkForm):
    code = forms.ModelChoiceField(
        WrapUpCode.objects.filter(active=True),
        label=gettext_lazy("What it was about"),
        error_messages={"required": gettext_lazy("Choose a wrap-up code.")},
    )
    outcome = forms.ModelChoiceField(
        Outcome.objects.filter(active=True),
        label=gettext_lazy("How it ended"),
        error_messages={"required": gettext_lazy("Choose an outcome.")},
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MergeForm(BulkForm):
    into = forms.ModelChoiceField(
        Case.objects.none(),
        label=gettext_lazy("Into"),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose the case that stays.")},
    )
    sure = forms.BooleanField(
        label=gettext_lazy("They are about different customers, and one matter all the same"),
        error_messages={
            "required": gettext_lazy(
                "These cases are about different customers: say that you mean it."
            )
        },
    )

    def prepare(self) -> None:
        field = self.fields["into"]
        field.queryset = Case.objects.filter(  # type: ignore[attr-defined]
            pk__in=[case.pk for case in self.cases]
        )
        field.label_from_instance = _named  # type: ignore[attr-defined]
        field.initial = min((case.pk for case in self.cases), default=None)
        if not any(are_of_two(one, other) for one, other in combinations(self.cases, 2)):
            del self.fields["sure"]  # nothing to ask

    def clean_into(self) -> Case:
        into: Case = self.cleaned_data["into"]
        if len(self.cases) < 2:
            raise ValidationError(_("Select at least two cases."))
        return into

    def meant(self) -> list[Case]:
        return [case for case in self.cases if case.pk != self.cleaned_data["into"].pk]


def _named(case: Case) -> str:
    return f"#{case.pk} · {case.who} · {case.subject}"
