"""Second factors: what is kept under seal, what an authenticator app shows, who may go without."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext

from contact_hub.lib.sealing import Sealer
from contact_hub.staff.backend import FACTORS
from contact_hub.staff.models import RolePolicy


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seals the secrets in the database; refuses to remove the last factor a role demands."""

    def encrypt(self, text: str) -> str:
        return self._sealer().seal(text.encode()).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return self._sealer().open(bytes.fromhex(encrypted_text)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS)
        if others.exclude(pk=authenticator.pk).exists():
            return True
        role = authenticator.user.role
        return not RolePolicy.objects.filter(role=role, mfa_required=True).exists()

    def generate_authenticator_name(self, user: object, type: str) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey") if number == 1 else gettext("Passkey %d") % number

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def _sealer(self) -> Sealer:
        return Sealer(tuple(settings.SEALING_KEYS) or (settings.SECRET_KEY,))
