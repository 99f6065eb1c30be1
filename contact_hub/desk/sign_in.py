"""Sign-in as the journal sees it: allauth's hooks, each of which leaves a line."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from contact_hub.desk.actions import people
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person

STRANGER = "stranger"  # the journal's subject for attempts with an address nobody here has


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; every way in and out is recorded."""

    SECURITY_NEWS = {  # allauth's letters about security, and the journal's verbs for them
        "account/email/password_changed": "password_changed",
        "account/email/password_reset": "password_reset",
        "account/email/password_set": "password_set",
        "mfa/email/totp_activated": "authenticator_added",
        "mfa/email/totp_deactivated": "authenticator_removed",
        "mfa/email/webauthn_added": "passkey_added",
        "mfa/email/webauthn_removed": "passkey_removed",
        "mfa/email/recovery_codes_generated": "recovery_codes_made",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    @transaction.atomic
    def login(self, request: HttpRequest, user: Person) -> None:
        used = [entry["method"] for entry in get_authentication_records(request, user)]
        super().login(request, user)
        request.session["signed_in_at"] = int(time.time())
        address = self.get_client_ip(request)
        people.note(user, "signed_in", by=user, address=address, with_=used or ["password"])

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has only just signed in need not do it again."""
        age = time.time() - self.request.session.get("signed_in_at", 0)
        return bool(age > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)

    @transaction.atomic
    def logout(self, request: HttpRequest) -> None:
        person, key = request.user, request.session.session_key
        super().logout(request)
        if person.is_authenticated:
            UserSession.objects.filter(session_key=key or "").delete()
            people.note(person, "signed_out", by=person)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        person = Person.objects.filter(email__iexact=credentials.get("email", "")).first()
        address = self.get_client_ip(request)
        with transaction.atomic():
            if person:
                people.note(person, "sign_in_failed", by=None, address=address)
            else:
                record(STRANGER, "sign_in_failed", by=None, address=address)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Person,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        verb = self.SECURITY_NEWS.get(template_prefix)
        if verb:
            people.note(user, verb, by=user, address=self.get_client_ip(self.request))
        super().send_notification_mail(template_prefix, user, context, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        words = {"site_name": settings.SITE_NAME, "public_url": settings.PUBLIC_URL}
        super().send_mail(template_prefix, email, words | context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return people.password_link(key)


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Ending sessions one by one: the browsers concerned are told to look again."""

    @transaction.atomic
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        for session in sessions:
            super().end_sessions([session])
            people.note(session.user, "signed_out", by=session.user, place=session.ip)


class CodeForm(AuthenticateForm):
    """The code of the second factor; a wrong one is recorded like a wrong password."""

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        super()._emit_authentication_failed(authenticator)
        people.note(self.user, "second_factor_failed", by=None)
