"""What the forms about a customer accept; the verbs themselves hold the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contact_hub.customers.models import Account, Customer
from contact_hub.customers.queries.panel import lines_closed_to
from contact_hub.inbox.actions.opening import CHANNELS
from contact_hub.inbox.models import Contact, Queue
from contact_hub.staff.models import Person


class CustomerNoteForm(forms.Form):
    """A note about a customer, and until when it holds."""

    text = forms.CharField(
        label=_("Note"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write something first.")},
    )
    expires_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class CaseForm(forms.Form):
    """A case begun by hand: what about, for which queue, and how they came."""

    subject = forms.CharField(
        label=_("About"),
        max_length=300,
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    queue = forms.ModelChoiceField(
        Queue.objects.none(),
        label=_("Queue"),
        empty_label=None,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose a queue.")),
    )
    channel = forms.ChoiceField(
        label=_("They came by"),
        choices=[(one, Contact.Channel(one).label) for one in CHANNELS],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose how they came.")),
    )
    account = forms.ModelChoiceField(
        Account.objects.none(), label=_("Account"), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, person: Person, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        queues = Queue.objects.visible_to(person)
        accounts = customer.accounts.exclude(line__in=lines_closed_to(person))
        self.fields["queue"].queryset = queues  # type: ignore[attr-defined]
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]
