"""Everything the account panel shows of a customer and one account, in few statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import JSONObject

from contact_hub.customers.models import (
    Account,
    AmbulanceRun,
    Arrangement,
    Citation,
    Customer,
    CustomerNote,
    Deposit,
    Dispute,
    FieldOrder,
    Instalment,
    Licence,
    Notice,
    Payment,
    Reading,
    Service,
)
from contact_hub.customers.queries.bills import Bills, bills_of
from contact_hub.customers.queries.freshness import Freshness, freshness_of, last_whole
from contact_hub.customers.queries.parameters import parameter
from contact_hub.customers.queries.people import People, people_of
from contact_hub.customers.queries.warnings import Warning, warnings_of
from contact_hub.customers.rules.probable import Lately, Patience, reason
from contact_hub.staff.models import Person

MOST = 40  # accounts to choose from
FEW = 10  # of anything else
PAYMENTS = 5
May = Callable[[str], bool]


@dataclass(slots=True)
class Money:
    """What is owed and what was paid; `arrangement` carries parts, kept and next_due."""

    payments: list[Payment] = field(default_factory=list)
    arrangement: Arrangement | None = None
    deposit: Decimal | None = None
    cut_from: date | None = None
    noticed_on: date | None = None

    @property
    def returned(self) -> Payment | None:
        """The latest payment that came back."""
        came_back = (Payment.Status.RETURNED, Payment.Status.REVERSED)
        return next((one for one in self.payments if one.status in came_back), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """The accounts of a customer, and the one that is looked at.

    accounts  the open ones first
    hidden    some are of a line that is not this person's to see
    more      there are more than are listed
    """

    accounts: list[Account]
    account: Account | None
    hidden: bool
    more: bool

    @property
    def next(self) -> Account | None:
        """The account after the chosen one, round and round; None where there is only one."""
        if self.account is None or len(self.accounts) < 2:
            return None
        place = [one.pk for one in self.accounts].index(self.account.pk)
        return self.accounts[(place + 1) % len(self.accounts)]


@dataclass(slots=True)
class Panel:
    """What is shown; lists that the verified level does not open stay empty."""

    customer: Customer
    account: Account | None
    fresh: Freshness
    warnings: list[Warning]
    people: People
    notes: list[CustomerNote]
    money: Money = field(default_factory=Money)
    bills: Bills = field(default_factory=Bills)
    services: list[Service] = field(default_factory=list)
    orders: list[FieldOrder] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    licences: list[Licence] = field(default_factory=list)
    runs: list[AmbulanceRun] = field(default_factory=list)
    reason: str = ""


def choose(customer: Customer, person: Person, *, on: date, account: int | None = None) -> Choice:
    """The accounts this person may see, and the one to show: that asked for, or the first open.

    Each comes with the deposits `held`, the next shut-off (`cut_from`) and the day of its last
    notice (`noticed_on`). One statement, and one more where a line is kept for
    members of a team.
    """
    gone = Case(When(status__in=Account.GONE, then=Value(1)), default=Value(0))
    first = Case(When(pk=account or 0, then=Value(0)), default=Value(1))
    held = Deposit.objects.filter(account=OuterRef("pk"), status=Deposit.Status.HELD)
    rows = customer.accounts.select_related("premise").order_by(first, gone, "number")
    sums = held.order_by().values("account").annotate(sum=Sum("amount")).values("sum")
    notices = Notice.objects.filter(account=OuterRef("pk"))
    cuts = notices.filter(cut_from__gte=on).order_by("cut_from").values("cut_from")
    mailed = notices.exclude(mailed_on=None).order_by("-mailed_on").values("mailed_on")
    told: dict[str, Any] = {"held": sums, "cut_from": cuts[:1], "noticed_on": mailed[:1]}
    told["told_again"] = last_whole()[:1]
    rows = rows.annotate(**{name: Subquery(found) for name, found in told.items()})
    found = list(rows[: MOST + 1])
    closed = lines_closed_to(person)
    seen = [one for one in found[:MOST] if one.line not in closed]
    return Choice(
        accounts=sorted(seen, key=lambda one: (not one.is_open, one.number)),
        account=next(iter(seen), None),
        hidden=any(one.line in closed for one in found),
        more=len(found) > MOST,
    )


def lines_closed_to(person: Person) -> set[str]:
    """The business lines whose accounts are not this person's to see."""
    kept: dict[str, Collection[str]] = parameter("lines.restricted")
    closed = {line for line, whom in kept.items() if person.role not in whom}
    if any(set(kept[line]) - set(person.Role.values) for line in closed):
        teams = set(person.teams.values_list("name", flat=True))
        closed = {line for line in closed if not teams & set(kept[line])}
    return closed


def panel(
    customer: Customer,
    account: Account | None,
    *,
    lead: bool,
    may: May,
    now: datetime,
    on: date,
    languages: Sequence[str] = ("en",),
) -> Panel:
    """Read everything about a customer and one account.

    lead       whether flags for leads only are told
    may        whether what was verified opens a field: bills, payments, usage, …
    on         the day at the office
    languages  in which the sentence about the bill is told
    """
    again = getattr(account, "told_again", None) if account else last_whole().first()
    found = Panel(
        customer=customer,
        account=account,
        fresh=freshness_of(account or customer, again=again, now=now),
        warnings=warnings_of(customer, account, on=on, lead=lead),
        people=people_of(customer, account, on=on),
        notes=list(notes_of(customer, on=on)[:FEW]),
    )
    if account is not None:
        _fill(found, account, may=may, on=on, languages=languages)
    return found


def notes_of(customer: Customer, *, on: date) -> QuerySet[CustomerNote]:
    """The notes that hold on a day, newest first."""
    notes = customer.notes.filter(Q(expires_on=None) | Q(expires_on__gte=on))
    return notes.select_related("by", "account")


def _fill(found: Panel, account: Account, *, may: May, on: date, languages: Sequence[str]) -> None:
    found.services = list(_services(account)[:FEW])
    found.orders = list(account.field_orders.filter(completed_on=None).order_by("-made_on")[:FEW])
    found.disputes = list(account.disputes.filter(decided_on=None).order_by("-opened_on")[:FEW])
    found.money = _money(account)
    if may("bills"):
        found.bills = bills_of(account, languages=languages)
    _fill_city(found, account)
    found.reason = _reason(found, on=on)


def _services(account: Account) -> QuerySet[Service]:
    """With `latest`, what the meter showed last: {"on", "value", "code", "usage", "days", …}."""
    latest = Reading.objects.filter(meter=OuterRef("meter")).order_by("-read_on", "kind")
    told = JSONObject(
        on="read_on",
        value="value",
        code="code",
        usage="usage",
        days="days",
        doubtful="doubtful",
        flow="continuous_flow",
    )
    services = account.services.select_related("premise").order_by(
        F("ends_on").desc(nulls_first=True), "kind", "pk"
    )
    return services.annotate(
        latest=Case(When(~Q(meter=""), then=Subquery(latest.values(told=told)[:1])))
    )


def _money(account: Account) -> Money:
    return Money(
        payments=list(account.payments.order_by("-received_on", "-pk")[:PAYMENTS]),
        arrangement=_arrangement(account),
        deposit=getattr(account, "held", None),
        cut_from=getattr(account, "cut_from", None),
        noticed_on=getattr(account, "noticed_on", None),
    )


def _arrangement(account: Account) -> Arrangement | None:
    """The one that runs, with how many parts it has, how many are paid, and the next of them."""
    unpaid = Q(instalments__paid_on=None)
    running = account.arrangements.filter(status=Arrangement.Status.ACTIVE)
    return (
        running.annotate(
            parts=Count("instalments"),
            kept=Count("instalments", filter=~unpaid),
            next_due=_next("due_on"),
            next_amount=_next("amount"),
        )
        .order_by("-made_on", "-pk")
        .first()
    )


def _next(field_name: str) -> Subquery:
    unpaid = Instalment.objects.filter(arrangement=OuterRef("pk"), paid_on=None)
    return Subquery(unpaid.order_by("position").values(field_name)[:1])


def _fill_city(found: Panel, account: Account) -> None:
    """What a city's line has instead of meters; one statement for such a line, else none."""
    if account.line == Account.Line.PARKING:
        of_whom = Q(account=account) | Q(account=None, customer=found.customer)
        found.citations = list(Citation.objects.filter(of_whom).order_by("-issued_at")[:FEW])
    elif account.line == Account.Line.LICENCE:
        of_whom = Q(account=account) | Q(account=None, customer=found.customer)
        found.licences = list(Licence.objects.filter(of_whom).order_by("-expires_on")[:FEW])
    elif account.line == Account.Line.AMBULANCE:
        runs = AmbulanceRun.objects.filter(account=account)
        found.runs = list(runs.order_by("-served_on")[:FEW])


def _reason(found: Panel, *, on: date) -> str:
    returned, latest = found.money.returned, found.bills.latest
    days = [one.scheduled_for for one in found.orders if one.scheduled_for == on]
    lately = Lately(
        billed_on=latest.billed_on if latest else None,
        bill_growth=found.bills.growth,
        returned_on=(returned.reversed_on or returned.received_on) if returned else None,
        noticed_on=found.money.noticed_on,
        order_on=next(iter(days), None),
        cut_from=found.money.cut_from,
    )
    patience = Patience(
        bill_days=parameter("reason.bill_days"),
        bill_growth=Decimal(parameter("reason.bill_growth")),
        returned_days=parameter("reason.returned_days"),
        notice_days=parameter("reason.notice_days"),
    )
    return reason(lately, on=on, patience=patience)
