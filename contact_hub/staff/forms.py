"""Forms in which people say how the hub should look and behave for them."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contact_hub.staff.models import Person


class SettingsForm(forms.ModelForm[Person]):
    """One's own settings; what an administrator decides is not among them."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    undo_seconds = forms.IntegerField(
        label=_("Undo window, seconds"),
        min_value=0,
        max_value=120,
        help_text=_("How long a reply waits before it is sent. 0 sends at once."),
    )

    class Meta:
        model = Person
        fields = (
            "name",
            "language",
            "theme",
            "comfortable",
            "single_keys",
            "undo_seconds",
            "signature",
        )
        labels = {
            "name": _("Name"),
            "theme": _("Theme"),
            "comfortable": _("Comfortable spacing"),
            "single_keys": _("Single-key shortcuts"),
            "signature": _("Signature"),
        }
        help_texts = {
            "name": _("As colleagues and customers see it."),
            "comfortable": _("Larger rows and more room between them."),
            "single_keys": _("r to reply, n for the next contact, and so on."),
            "signature": _("Put under your replies, above the mailbox's own."),
        }
        widgets = {"signature": forms.Textarea(attrs={"rows": 4})}


class PasskeyForm(AddWebAuthnForm):
    """A new passkey; it opens the door alone unless its owner wants it only as a second step."""

    name = forms.CharField(label=_("Name"), required=False, max_length=60)
    passwordless = forms.BooleanField(
        label=_("Opens without a password"),
        required=False,
        initial=True,
        help_text=_(
            "The device asks for a fingerprint, a face or its PIN instead. Without this, the "
            "passkey is asked for after the password."
        ),
    )
