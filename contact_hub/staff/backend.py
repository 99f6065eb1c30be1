"""How Django finds the person of a session, with what their role asks of them."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from contact_hub.staff.models import Person, RolePolicy

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class PersonBackend(AuthenticationBackend):
    """Sign-in by email; each request learns in the same statement whether a factor is missing."""

    def get_user(self, user_id: int) -> Person | None:
        required = RolePolicy.objects.filter(role=OuterRef("role"), mfa_required=True)
        present = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
        people = Person.objects.annotate(  # type: ignore[no-redef]  # the attribute waits for this
            needs_second_factor=Exists(required) & ~Exists(present)
        )
        return people.filter(pk=user_id, is_active=True).first()
