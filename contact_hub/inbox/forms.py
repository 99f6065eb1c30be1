"""Forms of the inbox's configuration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contact_hub.inbox.models import Mailbox
from contact_hub.inbox.vault import sealer


def _password(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Never shown again. Leave it empty to keep the one we have."),
    )


class MailboxForm(forms.ModelForm[Mailbox]):
    """A mailbox; its passwords go straight under seal and do not come back."""

    imap_password = _password(_("IMAP password"))
    smtp_password = _password(_("SMTP password"))

    class Meta:
        model = Mailbox
        fields = (
            "address",
            "name",
            "queue",
            "active",
            "signature",
            "signature_es",
            "imap_host",
            "imap_port",
            "imap_encryption",
            "imap_user",
            "imap_folder",
            "imap_all",
            "sent_folder",
            "smtp_host",
            "smtp_port",
            "smtp_tls",
            "smtp_user",
        )

    def clean_address(self) -> str:
        return str(self.cleaned_data["address"]).lower()

    def save(self, commit: bool = True) -> Mailbox:  # noqa: FBT001, FBT002  # Django's signature
        for kind in ("imap", "smtp"):
            if password := self.cleaned_data[f"{kind}_password"]:
                setattr(self.instance, f"{kind}_secret", sealer().seal(password.encode()))
        return super().save(commit)
