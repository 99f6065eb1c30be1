"""Forms in which people say how the hub should look and behave for them."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contact_hub.staff.models import Person
from contact_hub.staff.rules import ADMINISTRATOR


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


class PersonForm(forms.ModelForm[Person]):
    """What an administrator says about a person."""

    editor: Person  # who fills it in

    class Meta:
        model = Person
        fields = ("email", "name", "role", "level", "teams", "language", "is_active")

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = self._access()

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        stays = cleaned.get("is_active") and cleaned.get("role") == ADMINISTRATOR
        if self.instance.pk == self.editor.pk and not stays:
            raise ValidationError(_("You cannot close the door behind yourself: ask a colleague."))
        return cleaned

    def save(self, commit: bool = True) -> Person:  # noqa: FBT001, FBT002  # Django's signature
        if not self.instance.pk:
            self.instance.set_unusable_password()
        return super().save(commit)

    def access_changes(self) -> dict[str, list[str]]:
        """After saving: what changed of who the person is and what they may see, in words."""
        after = self._access()
        return {name: [was, after[name]] for name, was in self.before.items() if was != after[name]}

    def _access(self) -> dict[str, str]:
        person = self.instance
        if not person.pk:
            return {}
        now = Person.objects.prefetch_related("teams").get(pk=person.pk)
        return {
            "email": now.email,
            "role": now.get_role_display(),
            "level": now.get_level_display(),
            "active": str(now.is_active),
            "teams": ", ".join(sorted(team.name for team in now.teams.all())),
        }


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
