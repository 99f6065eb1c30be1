"""What somebody may see and say about an account now, by what was proven in the contact."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Q, QuerySet, When
from django.utils import timezone

from contact_hub.customers.models import Account, Customer, Flag
from contact_hub.customers.queries import parameter
from contact_hub.customers.rules import levels
from contact_hub.customers.rules.masks import ADDRESSES, masked
from contact_hub.inbox.models import Case, Contact, Reveal, VerificationEvent
from contact_hub.staff.models import Person
from contact_hub.staff.rules import TEND

PARTS = ("points", "needs", "allows", "lines", "scopes", "opens", "confirming", "in_person")


@dataclass(frozen=True, slots=True)
class Sight:
    """How sure we are of who speaks, and what follows from that.

    level         0 to 3
    points        what was proven is worth
    proven        the proofs that count, each once
    most          what the speaker may reach at all: below 3 for an authorised party
    line          the account's business line, which may ask for more
    confidential  no address is shown to anybody who has not a reason
    lifted        this person looks above the level for a while; every such look is journalled
    """

    level: int = 0
    points: int = 0
    proven: tuple[str, ...] = ()
    most: int = levels.MOST
    line: str = ""
    confidential: bool = False
    lifted: bool = False
    policy: levels.Policy = field(default=levels.DEFAULT)

    def may(self, what: str) -> bool:
        """Whether the fact `what` may be shown to this person, or the act done."""
        if self.lifted:
            return True
        return not (self.confidential and what in ADDRESSES) and self.answer(what).allowed

    def shown(self, what: str, value: object) -> str:
        """The value in words when it may be shown, else a mask that tells its kind."""
        if self.may(what):
            return "" if value is None else str(value)
        return masked(what, value)

    def answer(self, what: str, *, stated: Collection[str] = ()) -> levels.Answer:
        """Whether `what` may be said to who speaks; a colleague's look above changes nothing here.

        stated  facts that they told by themselves
        """
        return levels.answer(
            what, self.proven, self.policy, line=self.line, most=self.most, stated=stated
        )


def sight(
    person: Person,
    *,
    customer: Customer | None = None,
    account: Account | None = None,
    case: Case | None = None,
    contact: Contact | None = None,
) -> Sight:
    """What `person` may see of an account (or of a customer without one), at most four statements.

    What was proven counts in one contact and for one account only: without a contact, or with one
    that has ended, nothing is. `case` stands for its running contact, and for its account and
    customer where none is named.
    """
    if case is not None:
        contact = contact or running(case)
        if account is None and customer is None:
            account, customer = case.account, case.customer
    if account is not None and customer is None:
        customer = account.customer
    proven: tuple[str, ...] = ()
    most = levels.MOST
    policy = policy_now()
    if contact is not None and customer is not None and not is_over(contact):
        proven, most = standing(contact, customer=customer, account=account, policy=policy)
    return Sight(
        level=levels.level_of(proven, policy, most=most),
        points=levels.points_of(proven, policy),
        proven=proven,
        most=most,
        line=account.line if account is not None else "",
        confidential=is_confidential(customer=customer, account=account),
        lifted=_is_lifted(person, contact, customer=customer, account=account),
        policy=policy,
    )


def running(case: Case) -> Contact | None:
    """The contact of a case that goes on now; None when all have ended.

    Of several it is the one in which somebody waits, then the latest: a mail sent during a call
    begins an episode of its own, and the call is what counts.
    """
    going = Contact.objects.filter(case=case, ended=None, wrapped=None, abandoned=None)
    waits = Q(channel__in=(Contact.Channel.VOICE, Contact.Channel.WALK_IN))
    return going.order_by(models.Case(When(waits, then=0), default=1), "-arrived", "-pk").first()


def is_over(contact: Contact) -> bool:
    """Whether a contact has ended, so that what was proven in it is void."""
    return bool(contact.ended or contact.wrapped or contact.abandoned)


def policy_now() -> levels.Policy:
    """What the office has decided about levels, as it holds today."""
    return levels.policy_of({part: parameter(f"verification.{part}") for part in PARTS})


def events_of(
    contact: Contact, *, customer: Customer, account: Account | None
) -> QuerySet[VerificationEvent]:
    """What was tried in one contact for one account, oldest first."""
    return VerificationEvent.objects.filter(
        contact=contact, customer=customer, account=account
    ).select_related("speaker", "agent")


def standing(
    contact: Contact,
    *,
    customer: Customer,
    account: Account | None,
    policy: levels.Policy,
    event: VerificationEvent | None = None,
) -> tuple[tuple[str, ...], int]:
    """The proofs that count in a contact for an account, and how far its speaker may come.

    event  one that is about to be kept

    Who spoke last counts alone: what another speaker proved before does not pass on. What was
    proven before the account was locked is void.
    """
    events = list(events_of(contact, customer=customer, account=account))
    events += [event] if event is not None else []
    locked = [n for n, one in enumerate(events) if one.result == VerificationEvent.Result.LOCKED]
    events = events[locked[-1] + 1 :] if locked else events
    speaker = events[-1].speaker if events else None
    theirs = [event for event in events if event.speaker_id == (speaker.pk if speaker else None)]
    proven = dict.fromkeys(
        method
        for event in theirs
        for method, outcome in event.methods.items()
        if outcome == VerificationEvent.Result.MATCH
    )
    if speaker is None:
        return tuple(proven), levels.MOST
    if not speaker.holds_on(timezone.localdate()):
        return tuple(proven), 0
    return tuple(proven), policy.scopes.get(speaker.scope, 0)


def is_confidential(*, customer: Customer | None, account: Account | None) -> bool:
    """Whether the address of a customer, an account or its premise is to be shown nowhere."""
    about = Q()
    if customer is not None:
        about |= Q(customer=customer)
    if account is not None:
        about |= Q(account=account)
        if account.premise_id:
            about |= Q(premise=account.premise_id)
    if not about:
        return False
    flags = Flag.objects.filter(about, code=Flag.Code.CONFIDENTIAL)
    return flags.on(timezone.localdate()).exists()


def _is_lifted(
    person: Person,
    contact: Contact | None,
    *,
    customer: Customer | None,
    account: Account | None,
) -> bool:
    if contact is None or customer is None or not person.may(TEND):
        return False
    looks = Reveal.objects.filter(by=person, contact=contact, customer=customer, account=account)
    return looks.filter(until__gt=timezone.now()).exists()
