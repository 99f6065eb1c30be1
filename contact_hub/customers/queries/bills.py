"""The bills of an account: two years of them, and why the latest differs from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from contact_hub.customers.models import Account, Bill, BillLine
from contact_hub.customers.queries.parameters import parameter
from contact_hub.customers.rules import bill_words
from contact_hub.customers.rules.bill_change import Billed, Change, Line, change

MONTHS = 24
YEAR = timedelta(days=365)
NEAR = timedelta(days=20)  # a bill this close to the day a year ago is that month's


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a bill differs from another, with the sentence in the languages asked for."""

    against: str  # bill_words.BEFORE or YEAR
    other: Bill
    change: Change
    sentences: dict[str, str]


@dataclass(slots=True)
class Bills:
    """Newest first; `explained` compares the latest with the one before, and with last year's."""

    bills: list[Bill] = field(default_factory=list)
    explained: list[Explained] = field(default_factory=list)

    @property
    def latest(self) -> Bill | None:
        return self.bills[0] if self.bills else None

    @property
    def daily(self) -> Decimal | None:
        """Use per day on the latest bill."""
        return _per_day(self.latest)

    @property
    def daily_last_year(self) -> Decimal | None:
        """The same a year before."""
        last_year = [one.other for one in self.explained if one.against == bill_words.YEAR]
        return _per_day(last_year[0] if last_year else None)

    @property
    def growth(self) -> Decimal | None:
        """How much the latest is above the one before, as a share."""
        if len(self.bills) < 2 or self.bills[1].current <= 0:
            return None
        return self.bills[0].current / self.bills[1].current - 1


def bills_of(account: Account, *, languages: Sequence[str] = ("en",)) -> Bills:
    """Read them in two statements; the sentences are in each of `languages`."""
    bills = list(account.bills.order_by("-billed_on", "-pk")[: MONTHS + 1])
    found = Bills(bills[:MONTHS])
    compared = [
        (against, place)
        for against, place in ((bill_words.BEFORE, 1), (bill_words.YEAR, _year_before(bills)))
        if place is not None and place < len(bills)
    ]
    if not compared:
        return found
    lines = _lines([bills[0], *(bills[place] for _against, place in compared)])
    found.explained = [
        _explain(bills, place, lines, against=against, languages=languages)
        for against, place in compared
    ]
    return found


def _explain(
    bills: Sequence[Bill],
    place: int,
    lines: Mapping[int, tuple[Line, ...]],
    *,
    against: str,
    languages: Sequence[str],
) -> Explained:
    told = change(
        _billed(bills[place], lines),
        _billed(bills[0], lines),
        kinds=parameter("bills.kinds"),
        flag=Decimal(parameter("bills.high")),
        run_before=[_billed(bill, {}) for bill in bills[place + 1 :]],
        run_now=[_billed(bill, {}) for bill in bills[1:]],
    )
    sentences = {
        language: bill_words.sentence(told, against=against, language=language)
        for language in dict.fromkeys(languages)
    }
    return Explained(against, bills[place], told, sentences)


def _year_before(bills: Sequence[Bill]) -> int | None:
    """Where last year's bill of the latest one's month stands in the list."""
    if not bills:
        return None
    day = bills[0].billed_on - YEAR
    place = min(range(len(bills)), key=lambda at: abs(bills[at].billed_on - day))
    return place if place > 1 and abs(bills[place].billed_on - day) <= NEAR else None


def _lines(bills: Sequence[Bill]) -> dict[int, tuple[Line, ...]]:
    found: dict[int, tuple[Line, ...]] = {}
    for line in BillLine.objects.filter(bill__in=[bill.pk for bill in bills]).order_by("position"):
        found[line.bill_id] = (
            *found.get(line.bill_id, ()),
            Line(line.code, line.amount, line.quantity, line.price, line.tier),
        )
    return found


def _per_day(bill: Bill | None) -> Decimal | None:
    return bill.usage / bill.days if bill and bill.days and bill.usage is not None else None


def _billed(bill: Bill, lines: Mapping[int, tuple[Line, ...]]) -> Billed:
    return Billed(bill.current, bill.days or 0, bill.usage, bill.estimated, lines.get(bill.pk, ()))
