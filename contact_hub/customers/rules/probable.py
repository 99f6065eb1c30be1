"""Why somebody probably calls: what happened to their account lately, the most telling first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

BILL, RETURNED, ORDER, NOTICE, SHUT_OFF = "bill", "returned", "order", "notice", "shut_off"


@dataclass(frozen=True, slots=True)
class Lately:
    """What happened to an account; None where it did not.

    bill_growth  how much the latest bill is above the one before, as a share
    order_on     the day a field order is planned for, or was done
    cut_from     the day from which the service may be shut off
    """

    billed_on: date | None = None
    bill_growth: Decimal | None = None
    returned_on: date | None = None
    noticed_on: date | None = None
    order_on: date | None = None
    cut_from: date | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many days each is the probable reason, and from which growth a bill is."""

    bill_days: int
    bill_growth: Decimal
    returned_days: int
    notice_days: int


def reason(lately: Lately, *, on: date, patience: Patience) -> str:
    """The most probable reason for a contact on that day; "" when nothing stands out."""
    if lately.cut_from and lately.cut_from >= on:
        return SHUT_OFF
    if _within(lately.returned_on, patience.returned_days, on):
        return RETURNED
    if lately.order_on == on:
        return ORDER
    risen = lately.bill_growth is not None and lately.bill_growth >= patience.bill_growth
    if risen and _within(lately.billed_on, patience.bill_days, on):
        return BILL
    if _within(lately.noticed_on, patience.notice_days, on):
        return NOTICE
    return ""


def _within(day: date | None, days: int, on: date) -> bool:
    """Whether `day` lies at most `days` before `on`; the day itself is day 0."""
    return day is not None and timedelta(0) <= on - day <= timedelta(days=days)
