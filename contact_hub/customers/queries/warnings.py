"""What must be known before anything is said or done: flags, and what other facts warn of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from contact_hub.customers.models import Account, Customer, Flag

MOST = 30  # flags shown
RANK = {"critical": 0, "high": 1, "info": 2}
Code = Flag.Code


@dataclass(frozen=True, slots=True)
class Warning:
    """One flag as it is shown.

    words     more than the flag's name, where there is more: the language, the date
    withheld  it is for leads only, and this person is none: its name is all they see
    """

    code: str
    severity: str
    name: str
    words: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None
    review: date | None = None
    as_of: datetime | None = None
    withheld: bool = False


def warnings_of(
    customer: Customer, account: Account | None, *, on: date, lead: bool
) -> list[Warning]:
    """What holds on a day for a customer, an account and its premise, loudest first; one statement.

    lead  whether flags for leads only are told
    """
    about = Q(customer=customer)
    if account is not None:
        about |= Q(account=account)
        if account.premise_id:
            about |= Q(premise=account.premise_id)
    flags = Flag.objects.filter(about).on(on).order_by("starts_on", "pk")[:MOST]
    found: dict[tuple[str, str], Warning] = {}
    for flag in flags:
        warning = _told(flag) if lead or not flag.leads_only else WITHHELD
        found.setdefault((warning.code, warning.words), warning)
    told = {code for code, _words in found}
    derived = [one for one in _derived(customer, account, on) if one.code not in told]
    return sorted([*found.values(), *derived], key=lambda one: RANK[one.severity])


WITHHELD = Warning(
    code=Code.INVESTIGATION,
    severity=Flag.SEVERITY[Code.INVESTIGATION],
    name=str(Code.INVESTIGATION.value),
    withheld=True,
)


def _told(flag: Flag) -> Warning:
    return Warning(
        code=flag.code,
        severity=flag.severity,
        name=flag.code,
        words=flag.note,
        source=flag.source,
        since=flag.starts_on,
        until=flag.ends_on,
        review=flag.review_on,
        as_of=flag.as_of,
    )


def _derived(customer: Customer, account: Account | None, on: date) -> list[Warning]:
    """What the records themselves warn of, where nobody has set the flag."""
    found = []
    if customer.deceased_on:
        found.append(_of(Code.DECEASED, customer.source, since=customer.deceased_on))
    if customer.employee:
        found.append(_of(Code.EMPLOYEE, customer.source))
    if account is not None and account.cash_only_until and account.cash_only_until >= on:
        found.append(_of(Code.CASH_ONLY, account.source, until=account.cash_only_until))
    return found


def _of(
    code: Flag.Code, source: str, *, since: date | None = None, until: date | None = None
) -> Warning:
    severity = Flag.SEVERITY.get(code, "info")
    return Warning(code, severity, str(code.value), source=source, since=since, until=until)
