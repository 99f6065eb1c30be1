"""What the desk's forms accept, one form per verb; the verbs themselves hold the rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contact_hub.inbox.models import Case, Draft, Mailbox, Outcome, Queue, WrapUpCode
from contact_hub.inbox.queries.case import colleagues, mailboxes_of
from contact_hub.inbox.queries.composing import plain_addresses
from contact_hub.inbox.queries.context import are_of_two
from contact_hub.inbox.rules.filling import unfilled
from contact_hub.staff.models import Person

MORNING = 8  # o'clock, when a snoozed case comes back


class ComposerForm(forms.Form):
    """Everything the composer holds, as it is kept while one types: nothing is refused yet."""

    case = forms.IntegerField()
    mode = forms.ChoiceField(choices=Draft.Mode.choices)
    version = forms.IntegerField(min_value=0, required=False)
    to = forms.CharField(max_length=1000, required=False)
    cc = forms.CharField(max_length=1000, required=False)
    subject = forms.CharField(max_length=300, required=False)
    mailbox = forms.ModelChoiceField(Mailbox.objects.none(), required=False)
    body = forms.CharField(required=False, strip=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bound_case = case
        self.fields["mailbox"].queryset = Mailbox.objects.filter(  # type: ignore[attr-defined]
            pk__in=[box.pk for box in mailboxes_of(case)]
        )

    def clean_case(self) -> int:
        """Refuse what was written for another case, whatever page it was posted from."""
        pk: int = self.cleaned_data["case"]
        if pk != self.bound_case.pk:
            raise ValidationError(
                _("This was written for case #%(other)s; open that case to send it."),
                params={"other": pk},
                code="other_case",
            )
        return pk

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        return body.replace("\r\n", "\n").replace("\x00", "")


class ReplyForm(ComposerForm):
    """An answer about to be sent."""

    to = forms.CharField(
        max_length=1000, error_messages={"required": gettext_lazy("Say whom this goes to.")}
    )
    wait = forms.BooleanField(required=False)

    def clean_to(self) -> list[str]:
        return addresses(self.cleaned_data["to"])

    def clean_cc(self) -> list[str]:
        return addresses(self.cleaned_data["cc"])

    def clean_body(self) -> str:
        body = super().clean_body()
        if not body.strip():
            raise ValidationError(_("Write something first."))
        refuse_unfilled(body)
        return body


class NoteForm(ComposerForm):
    """A note about to be kept."""

    def clean_body(self) -> str:
        body = super().clean_body()
        if not body.strip():
            raise ValidationError(_("Write something first."))
        return body


class AssignForm(forms.Form):
    """Whose case it is to be; nobody gives it back to the queue."""

    to = forms.ModelChoiceField(
        Person.objects.none(),
        required=False,
        label=gettext_lazy("Colleague"),
        empty_label=gettext_lazy("Nobody (back to the queue)"),
    )

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = colleagues(case)
        self.people = sorted(people, key=lambda one: one.pk != person.pk)
        self.fields["to"].queryset = Person.objects.filter(  # type: ignore[attr-defined]
            pk__in=[one.pk for one in people]
        )


class HandOverForm(forms.Form):
    """The queue that takes over, and what it should know."""

    queue = forms.ModelChoiceField(
        Queue.objects.none(),
        label=gettext_lazy("Queue"),
        error_messages={"required": gettext_lazy("Choose a queue.")},
    )
    note = forms.CharField(
        max_length=2000,
        required=False,
        label=gettext_lazy("What they should know"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        queues = Queue.objects.exclude(pk=case.queue_id)
        self.fields["queue"].queryset = queues  # type: ignore[attr-defined]


class SnoozeForm(forms.Form):
    """When the case comes back."""

    TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    WRONG = {"invalid": gettext_lazy("Give a date and a time, as in 2030-12-31T08:00.")}

    until = forms.DateTimeField(required=False, input_formats=TIMES, error_messages=WRONG)
    at = forms.DateTimeField(required=False, input_formats=TIMES, error_messages=WRONG)

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = mornings(timezone.localtime())

    def clean(self) -> dict[str, Any]:
        """One of the offered times, or the one that was picked beside them."""
        fields = super().clean() or {}
        until = fields.get("until") or fields.get("at")
        if until is None and not self.errors:
            raise ValidationError(_("Say when it should come back."))
        if until is not None and until <= timezone.now():
            raise ValidationError(_("That time has passed."))
        return fields | {"until": until}


class PriorityForm(forms.Form):
    """How urgent the case is."""

    priority = forms.TypedChoiceField(
        choices=Case.Priority.choices, coerce=int, label=gettext_lazy("Priority")
    )

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["priority"].initial = case.priority


class MergeForm(forms.Form):
    """The case into which this one goes, by its number."""

    into = forms.CharField(
        max_length=20,
        label=gettext_lazy("Number of the case to keep"),
        error_messages={"required": gettext_lazy("Give the number of the case to keep.")},
    )
    sure = forms.BooleanField(required=False, label=gettext_lazy("It is one matter all the same"))

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bound_case, self.person = case, person
        self.asks = False  # whether the two are about different customers

    def clean_into(self) -> Case:
        digits = self.cleaned_data["into"].strip().lstrip("#")
        into = None
        if digits.isascii() and digits.isdigit():
            visible = Case.objects.visible_to(self.person).select_related("customer")
            into = visible.filter(pk=int(digits[:18])).first()
        if into is None:
            raise ValidationError(_("There is no such case among those you can see."))
        if into.pk == self.bound_case.pk:
            raise ValidationError(_("That is this case."))
        return into

    def clean(self) -> dict[str, Any]:
        """Ask before two customers end up in one case."""
        fields = super().clean() or {}
        into, case = fields.get("into"), self.bound_case
        self.asks = into is not None and are_of_two(case, into)
        if into is not None and self.asks and not fields.get("sure"):
            raise ValidationError(
                _("#%(into)s is about %(theirs)s, this case about %(ours)s."),
                params={
                    "into": into.pk,
                    "theirs": into.customer or into.who,
                    "ours": case.customer or case.who,
                },
            )
        return fields


class WrapUpForm(forms.Form):
    """What it was about and how it ended; whether both are needed is the verb's to say."""

    code = forms.ModelChoiceField(
        WrapUpCode.objects.none(), required=False, label=gettext_lazy("What was it about?")
    )
    outcome = forms.ModelChoiceField(
        Outcome.objects.filter(active=True), required=False, label=gettext_lazy("How did it end?")
    )
    note = forms.CharField(
        max_length=2000,
        required=False,
        label=gettext_lazy("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = WrapUpCode.objects.filter(active=True).filter(
            Q(queues=case.queue_id) | Q(queues=None)
        )
        self.fields["code"].queryset = codes.distinct()  # type: ignore[attr-defined]


class PlainForm(forms.Form):
    """A verb that needs no words."""

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class CandidateForm(PlainForm):
    """One of the candidates of the case's match."""

    customer = forms.IntegerField()
    account = forms.IntegerField(required=False)  # which of the customer's, when they have several


class ResendForm(forms.Form):
    """Where to send it again; blank: to whom it went."""

    to = forms.CharField(max_length=1000, required=False)

    def clean_to(self) -> list[str]:
        return addresses(self.cleaned_data["to"])


class DiscardForm(forms.Form):
    """Why it is given up."""

    reason = forms.CharField(
        max_length=300,
        error_messages={"required": gettext_lazy("Say why, for whoever looks for it later.")},
    )


def first_error(form: forms.Form) -> str:
    """The first thing wrong with a form, as one sentence."""
    return str(next(iter(form.errors.values()))[0])


def addresses(typed: str) -> list[str]:
    """The addresses somebody typed, one by one; the verb checks each and says which is none."""
    return plain_addresses(typed)


def refuse_unfilled(body: str) -> None:
    """Refuse a text in which a canned reply still waits for a value."""
    missing = unfilled(body)
    if missing:
        names = ", ".join("{" + name + "}" for name in missing)
        raise ValidationError(_("Fill in %(names)s before sending."), params={"names": names})


def mornings(now: datetime) -> list[tuple[str, datetime]]:
    """When people like a case to come back: later today, tomorrow, Monday, in a week; each once."""
    tomorrow = (now + timedelta(days=1)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    monday = tomorrow + timedelta(days=(7 - tomorrow.weekday()) % 7)
    later = (now + timedelta(hours=3)).replace(second=0, microsecond=0)
    choices = {later: _("In 3 hours")}
    week = tomorrow + timedelta(days=6)
    for words, at in ((_("Tomorrow"), tomorrow), (_("Monday"), monday), (_("In a week"), week)):
        choices.setdefault(at, words)
    return [(choices[at], at) for at in sorted(choices)]
