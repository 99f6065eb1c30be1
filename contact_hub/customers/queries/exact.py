"""Who could this be: exact matches of what a message tells with what is on file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

from contact_hub.customers.models import Account, Point

EMAIL_ON_FILE = "email on file"
PHONE_ON_FILE = "phone on file"
NUMBER_IN_TEXT = "account number in the text"


@dataclass(slots=True)
class Candidate:
    """A customer that fits, perhaps with the account that is meant, and why."""

    customer: int
    name: str
    account: int | None = None
    number: str = ""
    reasons: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def match(
    *, emails: Collection[str] = (), phones: Collection[str] = (), numbers: Collection[str] = ()
) -> list[Candidate]:
    """List the customers on file under any of these, best first; nothing is guessed.

    emails   lower case
    phones   E.164
    numbers  account numbers as stored: letters and digits only

    One statement for the points and one for the numbers. A candidate names an account when its
    number was given, or when it is the customer's only open one. More reasons come first.
    """
    found: dict[int, Candidate] = {}
    if emails or phones:
        _by_points(found, emails, phones)
    if numbers:
        _by_numbers(found, numbers)
    return sorted(found.values(), key=lambda candidate: (-len(candidate.reasons), candidate.name))


def _by_points(
    found: dict[int, Candidate], emails: Collection[str], phones: Collection[str]
) -> None:
    points = Point.objects.filter(kind=Point.Kind.EMAIL, value__in=emails)
    points |= Point.objects.filter(kind=Point.Kind.PHONE, value__in=phones)
    open_accounts: dict[int, set[tuple[int, str]]] = {}
    for kind, customer, name, account, number, status in points.values_list(
        "kind",
        "customer",
        "customer__name",
        "customer__accounts",
        "customer__accounts__number",
        "customer__accounts__status",
    ):
        _add(found, customer, name, EMAIL_ON_FILE if kind == Point.Kind.EMAIL else PHONE_ON_FILE)
        if account and status != Account.Status.CLOSED:
            open_accounts.setdefault(customer, set()).add((account, number))
    for customer, accounts in open_accounts.items():
        if len(accounts) == 1:
            ((found[customer].account, found[customer].number),) = accounts


def _by_numbers(found: dict[int, Candidate], numbers: Collection[str]) -> None:
    accounts = Account.objects.filter(number__in=numbers).order_by("number")
    for pk, number, customer, name in accounts.values_list(
        "pk", "number", "customer", "customer__name"
    ):
        candidate = _add(found, customer, name, NUMBER_IN_TEXT)
        candidate.account, candidate.number = pk, number


def _add(found: dict[int, Candidate], customer: int, name: str, reason: str) -> Candidate:
    candidate = found.setdefault(customer, Candidate(customer, name))
    if reason not in candidate.reasons:
        candidate.reasons.append(reason)
    return candidate
