"""What happens to the people who work here, as the journal tells it and open screens hear it."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from contact_hub.journal.actions import record
from contact_hub.staff import actions as staff
from contact_hub.staff.models import Person


@transaction.atomic
def note(person: Person, verb: str, *, by: Person | None, **particulars: Any) -> None:
    """Write one line about `person` and tell their open screens."""
    record(f"person.{person.pk}", verb, by=by, topics=[f"person.{person.pk}"], **particulars)


@transaction.atomic
def invite(person: Person, *, by: Person | None) -> str:
    """Write to `person` how to choose a password; returns the link, good for a few days."""
    token = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    link = password_link(token)
    with translation.override(person.language):
        words = {"person": person, "by": by, "link": link, "site_name": settings.SITE_NAME}
        subject = render_to_string("staff/letters/invitation_subject.txt", words).strip()
        text = render_to_string("staff/letters/invitation.txt", words)
    EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [person.email]).send()
    note(person, "invited", by=by)
    return link


def password_link(token: str) -> str:
    """The address at which `token` lets its owner choose a password: never from a Host header."""
    uid, _, key = token.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


@transaction.atomic
def access_changed(person: Person, *, by: Person | None, **changes: list[str]) -> None:
    """Say that what `person` may see or do is different now: screens must ask again.

    changes      name of what changed → [before, after], in words
    """
    if "email" in changes:
        EmailAddress.objects.filter(user=person).delete()
    note(person, "access_changed", by=by, **changes)
    if not person.is_active:
        sign_out_everywhere(person, by=by)


@transaction.atomic
def sign_out_everywhere(person: Person, *, by: Person | None) -> None:
    """End every session of `person` at once."""
    staff.end_all_places(person)
    note(person, "signed_out", by=by, everywhere=True)


@transaction.atomic
def forget_second_factors(person: Person, *, by: Person | None) -> None:
    """Remove all second factors of somebody who has lost them, and sign them out everywhere."""
    Authenticator.objects.filter(user=person).delete()
    note(person, "second_factors_removed", by=by)
    sign_out_everywhere(person, by=by)
