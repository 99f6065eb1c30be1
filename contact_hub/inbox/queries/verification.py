"""The verify panel: what was proven and how, what may be said now, and what can still be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contact_hub.customers.models import Account, AuthorisedParty, Flag, Point
from contact_hub.customers.queries import comparing, parameter
from contact_hub.customers.rules import levels
from contact_hub.customers.rules.points import proves
from contact_hub.inbox.models import Case, Contact, OneTimeCode, VerificationEvent
from contact_hub.inbox.queries.alarms import flags_of, words_of
from contact_hub.inbox.queries.locks import Lock, lock_of
from contact_hub.inbox.queries.sight import Sight, events_of, running, sight
from contact_hub.staff.models import Person
from contact_hub.staff.rules import TEND

ASKED = ("account_number", "service_address", "birth", "tax", "document", "pin", "password")
METHODS: dict[str, str | Promise] = {
    "account_number": gettext_lazy("Account number"),
    "service_address": gettext_lazy("Service address"),
    "birth": gettext_lazy("Date of birth"),
    "tax": gettext_lazy("Last 4 of tax number"),
    "document": gettext_lazy("Last 4 of licence or ID"),
    "pin": gettext_lazy("PIN or passphrase"),
    "password": gettext_lazy("Password for communications"),
    "code": gettext_lazy("One-time code"),
    "call_back": gettext_lazy("Called back"),
    "photo_id": gettext_lazy("Photo ID seen"),
}
SAID: dict[str, str | Promise] = {  # what is named in "you may say", in this order
    "balance": gettext_lazy("balance"),
    "due": gettext_lazy("due date"),
    "outages": gettext_lazy("outages"),
    "usage": gettext_lazy("usage"),
    "bills": gettext_lazy("bill detail"),
    "payments": gettext_lazy("payments"),
    "arrangement": gettext_lazy("arrangements"),
    "start_stop": gettext_lazy("start and stop"),
    "change_point": gettext_lazy("changes of address, email or phone"),
    "change_bank": gettext_lazy("bank details"),
    "refund": gettext_lazy("refunds"),
}
DOCUMENTS: dict[str, str | Promise] = {
    "driver_licence": gettext_lazy("Driver's licence"),
    "state_id": gettext_lazy("State ID"),
    "passport": gettext_lazy("Passport"),
    "military_id": gettext_lazy("Military ID"),
    "other": gettext_lazy("Another with a photo"),
}


@dataclass(frozen=True, slots=True)
class Method:
    """One thing that can be asked, and what came of it: "", match, no_match, prompted, …"""

    key: str
    words: str
    points: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Way:
    """A point that a code can be sent to, or that can be called back; masked."""

    pk: int
    shown: str
    usable: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """All that the panel shows; `sight` alone decides what may be said."""

    sight: Sight
    contact: Contact | None
    lock: Lock
    events: list[tuple[VerificationEvent, str]]  # with what came of it in words
    methods: list[Method]
    proven: list[str]
    may: list[str]
    not_yet: list[tuple[str, str]]  # with what is missing
    speakers: list[AuthorisedParty]
    speaker: AuthorisedParty | None
    emails: list[Way]
    phones: list[Way]
    awaited: datetime | None  # until when the code that was sent can be said
    flags: list[Flag]
    kinds: list[tuple[str, str]]  # red flags that can be raised
    documents: list[tuple[str, str]]  # what can be shown, at the counter only
    may_tend: bool


def panel(case: Case, person: Person) -> Verification | None:
    """Read the panel; None while nobody has said whose case it is."""
    if case.customer is None:
        return None
    now = timezone.now()
    contact = running(case)
    seen = sight(person, case=case, contact=contact)
    events = (
        list(events_of(contact, customer=case.customer, account=case.account)) if contact else []
    )
    points = list(case.customer.points.filter(on_file=True).order_by("kind", "value"))
    awaited = _awaited(contact, now)
    speakers = [
        one for one in case.customer.authorised.all() if one.holds_on(timezone.localdate(now))
    ]
    in_person = contact is not None and contact.channel == Contact.Channel.WALK_IN
    return Verification(
        sight=seen,
        contact=contact,
        lock=lock_of(case.customer, case.account, now=now),
        events=[(event, _told(event)) for event in reversed(events)],
        methods=_methods(case, events, seen, awaited),
        proven=[str(METHODS.get(one, one)) for one in seen.proven],
        may=[str(words) for what, words in _named(case.account) if seen.answer(what).allowed],
        not_yet=[
            (str(words), _missing(what, seen.answer(what)))
            for what, words in _named(case.account)
            if not seen.answer(what).allowed
        ],
        speakers=speakers,
        speaker=events[-1].speaker if events else None,
        emails=[_way(one, seen, now) for one in points if one.kind == Point.Kind.EMAIL],
        phones=[_way(one, seen, now) for one in points if one.kind == Point.Kind.PHONE],
        awaited=awaited,
        flags=list(flags_of(case)),
        kinds=[(kind, words_of(kind)) for kind in parameter("verification.red_flags")],
        documents=[(key, str(words)) for key, words in DOCUMENTS.items()] if in_person else [],
        may_tend=person.may(TEND),
    )


def outcome_words(event: VerificationEvent) -> str:
    """One sentence for whoever has just asked."""
    if event.result == VerificationEvent.Result.LOCKED:
        return _("Locked: too many tries failed. Offer another way, or ask a lead.")
    if event.result == VerificationEvent.Result.NO_MATCH:
        return _("It does not fit. The level is %(level)s.") % {"level": event.level}
    return _("It fits. The level is %(level)s.") % {"level": event.level}


def _methods(
    case: Case, events: list[VerificationEvent], seen: Sight, awaited: datetime | None
) -> list[Method]:
    there = comparing.on_file(case.customer, case.account) if case.customer else []
    asked = [one for one in ASKED if one in there] + (["code"] if awaited else [])
    outcomes: dict[str, str] = {}
    for event in events:
        outcomes |= event.methods
    return [
        Method(
            key=one,
            words=str(METHODS[one]),
            points=seen.policy.points.get(one, 0),
            outcome="match" if one in seen.proven else outcomes.get(one, ""),
        )
        for one in asked
    ]


def _named(account: Account | None) -> list[tuple[str, str | Promise]]:
    named = list(SAID.items())
    if account is not None and account.line == Account.Line.COMMUNICATIONS:
        named.append((levels.CALL_DETAIL, gettext_lazy("call detail")))
    return named


def _missing(what: str, answer: levels.Answer) -> str:
    points = (
        ngettext("%(count)s more point", "%(count)s more points", answer.points)
        % {"count": answer.points}
        if answer.points
        else ""
    )
    confirmation = _("a code, a call back or photo ID") if answer.confirmation else ""
    missing = " + ".join(filter(None, (points, confirmation)))
    if what == levels.CALL_DETAIL:
        missing += _("; or the password; or only the detail that they tell by themselves")
    return missing


def _told(event: VerificationEvent) -> str:
    words = {"match": "✓", "no_match": "✗", "prompted": "–", "not_on_file": "–"}
    told = [
        f"{METHODS[method]} {words.get(outcome, '')}".strip()
        for method, outcome in event.methods.items()
        if method in METHODS
    ]
    return " · ".join(told) or _("Locked")


def _way(point: Point, seen: Sight, now: datetime) -> Way:
    usable = proves(
        since=point.since,
        bad_since=point.bad_since,
        today=timezone.localdate(now),
        days=int(parameter("verification.point_days")),
    )
    return Way(point.pk, seen.shown(point.kind, point.value), usable)


def _awaited(contact: Contact | None, now: datetime) -> datetime | None:
    codes = OneTimeCode.objects.filter(contact=contact, used_at=None, expires_at__gt=now)
    return codes.values_list("expires_at", flat=True).first() if contact else None
