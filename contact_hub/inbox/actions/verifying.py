"""Proving who speaks: the agent types what the customer said, the hub says whether it fits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_hub.customers.actions.secrets import is_secret
from contact_hub.customers.models import Account, AuthorisedParty, Customer, Point, Secret
from contact_hub.customers.queries import comparing, parameter
from contact_hub.customers.rules import levels
from contact_hub.customers.rules.points import proves
from contact_hub.inbox.actions import codes
from contact_hub.inbox.actions.alarms import raise_flag
from contact_hub.inbox.actions.guard import hold_unfinished
from contact_hub.inbox.errors import (
    ContactOver,
    Locked,
    NobodyConfirmed,
    NothingToSay,
    ProvesNothing,
    Refused,
)
from contact_hub.inbox.models import Case, Contact, VerificationEvent
from contact_hub.inbox.queries.locks import lock_of
from contact_hub.inbox.queries.sight import policy_now, running, standing
from contact_hub.journal.actions import record
from contact_hub.staff.models import Person

MATCH, NO_MATCH = "match", "no_match"
PROMPTED = "prompted"  # we said it first: it neither proves nor fails
NOT_ON_FILE = "not_on_file"
DOCUMENTS = ("driver_licence", "state_id", "passport", "military_id", "other")


@dataclass(frozen=True, slots=True)
class About:
    """Whom a try is about, and in which contact."""

    case: Case
    contact: Contact
    customer: Customer
    account: Account | None


@transaction.atomic
def check(
    case: Case,
    *,
    by: Person,
    said: Mapping[str, str],
    prompted: Collection[str] = (),
    speaker: AuthorisedParty | None = None,
    now: datetime | None = None,
) -> VerificationEvent:
    """Compare what the customer said with what is on file, and keep what came of it.

    said      by method: account_number, service_address, birth, tax, document, pin, password, code
    prompted  methods whose answer we, or the phone system, had told before: they do not count
    speaker   who speaks for the customer; None: they themselves

    All of it is one try. A locked account answers nothing: the event says so, and what was proven
    before is void. Nothing of what was said is kept.
    """
    now = now or timezone.now()
    about = _about(case, by=by, speaker=speaker)
    answers = {method: value for method, value in said.items() if value.strip()}
    if not answers:
        raise NothingToSay(_("Type what the customer said."))
    if lock_of(about.customer, about.account, now=now).until:
        return _keep(about, {}, VerificationEvent.Result.LOCKED, by=by, speaker=speaker, now=now)
    outcomes = {
        method: PROMPTED if method in prompted else _compare(method, value, about, now=now)
        for method, value in answers.items()
    }
    failed = NO_MATCH in outcomes.values()
    result = VerificationEvent.Result.NO_MATCH if failed else VerificationEvent.Result.MATCH
    event = _keep(about, outcomes, result, by=by, speaker=speaker, now=now)
    if failed and lock_of(about.customer, about.account, now=now).until:
        raise_flag(about.case, kind="failed_tries", by=None, now=now)
        return _keep(about, {}, VerificationEvent.Result.LOCKED, by=by, speaker=speaker, now=now)
    return event


@transaction.atomic
def called_back(
    case: Case, *, by: Person, point: Point, now: datetime | None = None
) -> VerificationEvent:
    """Keep that somebody was called back at a number that has been on file for long enough."""
    now = now or timezone.now()
    about = _about(case, by=by)
    _refuse_locked(about, now=now)
    if point.customer_id != about.customer.pk or point.kind != Point.Kind.PHONE:
        raise ProvesNothing(_("That is not a phone number of this customer."))
    if not _is_old_enough(point, now=now):
        raise ProvesNothing(_("That number is too new on file, or not in use: it proves nothing."))
    outcomes = {"call_back": MATCH}
    return _keep(about, outcomes, VerificationEvent.Result.MATCH, by=by, now=now)


@transaction.atomic
def seen_in_person(
    case: Case, *, by: Person, document: str, now: datetime | None = None
) -> VerificationEvent:
    """Keep that photo identification was seen at the counter, and its kind; never its number."""
    now = now or timezone.now()
    about = _about(case, by=by)
    _refuse_locked(about, now=now)
    if document not in DOCUMENTS:
        raise Refused(_("Choose what was shown."))
    if about.contact.channel != Contact.Channel.WALK_IN:
        raise ProvesNothing(_("Photo identification counts only when it is seen at the counter."))
    outcomes = {"photo_id": MATCH, "document_kind": document}
    return _keep(about, outcomes, VerificationEvent.Result.MATCH, by=by, now=now)


def _about(case: Case, *, by: Person, speaker: AuthorisedParty | None = None) -> About:
    """Whom the case is about, with the account held, so that two tries come one after another."""
    held = hold_unfinished(case, by=by)
    if held.customer is None:
        raise NobodyConfirmed(_("Say first whose case this is."))
    contact = running(held)
    if contact is None:
        raise ContactOver(_("The contact has ended; verification holds for one contact only."))
    if speaker is not None and not (
        speaker.customer_id == held.customer_id and speaker.holds_on(timezone.localdate())
    ):
        raise Refused(_("They are not authorised to speak for this customer today."))
    customer = Customer.objects.select_for_update().get(pk=held.customer.pk)
    account = None
    if held.account_id:
        account = Account.objects.select_related("premise").get(pk=held.account_id)
    return About(held, contact, customer, account)


def _refuse_locked(about: About, *, now: datetime) -> None:
    if lock_of(about.customer, about.account, now=now).until:
        raise Locked(_("Too many tries failed: nothing is accepted until the lock ends."))


def _compare(method: str, value: str, about: About, *, now: datetime) -> str:
    """Ask whether one answer fits; what is not on file is compared as well, and says so."""
    customer, account = about.customer, about.account
    ways: dict[str, Callable[[], bool]] = {
        "account_number": lambda: comparing.is_number(value, account),
        "service_address": lambda: comparing.is_address(value, account),
        "birth": lambda: comparing.is_birth(value, customer),
        "tax": lambda: comparing.is_tax(value, customer),
        "document": lambda: comparing.is_document(value, customer),
        "pin": lambda: is_secret(value, customer=customer, kind=Secret.Kind.PIN),
        "password": lambda: is_secret(value, customer=customer, kind=Secret.Kind.PASSWORD),
        "code": lambda: codes.is_right(
            value, contact=about.contact, customer=customer, account=account, now=now
        ),
    }
    if method not in ways:
        raise Refused(_("That cannot be checked."))
    awaited = (
        codes.is_awaited(contact=about.contact, now=now)
        if method == "code"
        else method in comparing.on_file(customer, account)
    )
    fits = ways[method]()
    if not awaited:
        return NOT_ON_FILE
    return MATCH if fits else NO_MATCH


def _keep(
    about: About,
    outcomes: dict[str, str],
    result: str,
    *,
    by: Person,
    now: datetime,
    speaker: AuthorisedParty | None = None,
) -> VerificationEvent:
    policy = policy_now()
    event = VerificationEvent(
        contact=about.contact,
        customer=about.customer,
        account=about.account,
        speaker=speaker,
        level=0,
        methods=outcomes,
        result=result,
        agent=by,
        at=now,
    )
    proven, most = standing(
        about.contact,
        customer=about.customer,
        account=about.account,
        policy=policy,
        event=event,
    )
    event.level = levels.level_of(proven, policy, most=most)
    event.save()
    record(
        about.case.key,
        "verified" if result == MATCH else "not_verified",
        by=by,
        topics=about.case.topics,
        at=now,
        event=event.pk,
        level=event.level,
        methods=outcomes,
        result=result,
        account=about.account.pk if about.account else None,
    )
    return event


def _is_old_enough(point: Point, *, now: datetime) -> bool:
    return proves(
        since=point.since,
        bad_since=point.bad_since,
        today=timezone.localdate(now),
        days=int(parameter("verification.point_days")),
    )
