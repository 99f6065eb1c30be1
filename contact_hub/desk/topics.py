"""What a screen may watch: every topic of the bus, and who may hear of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    load_backend,
)
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from contact_hub.customers.models import Customer
from contact_hub.inbox.models import Case, Queue
from contact_hub.journal import queries as journal
from contact_hub.staff.models import Person
from contact_hub.staff.rules import CUSTOMERS, SEE_ALL, TEND

KINDS = ("case", "queue", "person", "team", "customer")  # of a number; the others have none
NAME = re.compile(rf"({'|'.join(KINDS)})\.([1-9][0-9]{{0,17}})|all|tend|imports", re.ASCII)

OF_LEADS = frozenset({"tend", "imports"})
# verbs after which a watcher may have lost the right to watch
OF_PEOPLE = frozenset({"access_changed", "signed_out"})
OF_CASES = frozenset({"assigned", "released", "handed_over", "merged", "unmerged", "took_back"})


@dataclass(frozen=True)
class Grant:
    """What one session may watch now, and how far the journal of each case among it has come."""

    person: Person
    topics: frozenset[str]
    heads: dict[str, int]


def grant(session: str, topics: Collection[str]) -> Grant | None:
    """Look up whose `session` it is and which of `topics` they may watch; None: nobody's now."""
    person = person_of(session)
    if person is None:
        return None
    granted = allowed(person, topics)
    cases = [topic for topic in granted if topic.startswith("case.")]
    return Grant(person, frozenset(granted), journal.heads(cases) if cases else {})


def person_of(session: str) -> Person | None:
    """Whose session this is; None once it has ended or they may no longer sign in with it."""
    kept = import_module(settings.SESSION_ENGINE).SessionStore(session)
    backend = kept.get(BACKEND_SESSION_KEY)
    if backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    person = load_backend(backend).get_user(kept[SESSION_KEY])
    if not isinstance(person, Person) or not person.is_active or person.needs_second_factor:
        return None
    proofs = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    shown = kept.get(HASH_SESSION_KEY, "")
    return person if any(constant_time_compare(shown, proof) for proof in proofs) else None


def allowed(person: Person, topics: Iterable[str]) -> set[str]:
    """Those of `topics` that `person` may watch; the one place that decides it."""
    asked: dict[str, set[int]] = {kind: set() for kind in KINDS}
    granted: set[str] = set()
    for topic in topics if person.is_active else ():
        known = NAME.fullmatch(topic)
        if known and known[1]:
            asked[known[1]].add(int(known[2]))
        elif topic == "all" or (topic in OF_LEADS and person.may(TEND)):
            granted.add(topic)
    granted |= _named("case", asked["case"], Case.objects.visible_to(person))
    granted |= _named("queue", asked["queue"], Queue.objects.visible_to(person))
    if person.may(CUSTOMERS):
        granted |= _named("customer", asked["customer"], Customer.objects.all())
    granted |= {f"person.{pk}" for pk in asked["person"] if pk == person.pk}
    if person.may(SEE_ALL):
        return granted | {f"team.{pk}" for pk in asked["team"]}
    return granted | _named("team", asked["team"], person.teams.all())


def _named(kind: str, numbers: set[int], scope: QuerySet[Any]) -> set[str]:
    if not numbers:
        return set()
    return {f"{kind}.{pk}" for pk in scope.filter(pk__in=numbers).values_list("pk", flat=True)}
