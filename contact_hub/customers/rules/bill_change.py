"""Why a bill changed: two bills made into steps that add up to the difference, to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal(0)

DAYS = "days"
USAGE = "usage"
CATCH_UP = "catch_up"
RATE = "rate"
FEES = "fees"
CREDITS = "credits"
TAXES = "taxes"
OTHER = "other"
STEPS = (DAYS, USAGE, CATCH_UP, RATE, FEES, CREDITS, TAXES, OTHER)

# what a line of a bill is; the parameter `bills.kinds` says which codes are which
METERED, DAILY, FIXED, FEE, CREDIT, TAX = "metered", "daily", "fixed", "fee", "credit", "tax"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill."""

    code: str
    amount: Decimal
    quantity: Decimal | None = None
    price: Decimal | None = None
    tier: str = ""


@dataclass(frozen=True, slots=True)
class Billed:
    """One bill as the rule reads it.

    current  the new charges of the period: what is compared
    usage    None where nothing is metered
    """

    current: Decimal
    days: int = 0
    usage: Decimal | None = None
    estimated: bool = False
    lines: tuple[Line, ...] = ()

    @property
    def per_day(self) -> Decimal | None:
        """Use per day; None where that is not known."""
        return self.usage / self.days if self.usage is not None and self.days else None


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the waterfall; `units` are days, or units of use, where that says something."""

    name: str
    amount: Decimal
    units: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """How one bill became the other; the steps sum to `difference` exactly.

    daily  the change in use per day, as a share; None where it cannot be told
    high   it has grown as much as the office looks into (S17), or more
    """

    before: Decimal
    now: Decimal
    steps: tuple[Step, ...]
    daily: Decimal | None
    high: bool

    @property
    def difference(self) -> Decimal:
        return self.now - self.before


def change(
    before: Billed,
    now: Billed,
    *,
    kinds: Mapping[str, str],
    flag: Decimal,
    run_before: Sequence[Billed] = (),
    run_now: Sequence[Billed] = (),
) -> Change:
    """Explain `now` against `before`.

    kinds                what the codes of lines are, by their beginnings; see `kind_of`
    flag                 the growth in use per day that is looked into: 0.30
    run_before, run_now  the bills right before each, newest first: estimates are caught up there

    Each step is rounded half up by itself; what rounding and tiers leave of the metered charges
    belongs to usage, and what the lines do not tell of the new charges to "other".
    """
    old, new = _sorted(before, kinds), _sorted(now, kinds)
    carried = _carried(now, run_now), _carried(before, run_before)
    steps = {
        **_metered(before, now, old[METERED], new[METERED], carried),
        FEES: (_sum(new[FEE]) - _sum(old[FEE]), None),
        CREDITS: (_sum(new[CREDIT]) - _sum(old[CREDIT]), None),
        TAXES: (_sum(new[TAX]) - _sum(old[TAX]), None),
    }
    by_day, dearer = _daily(before, now, _sum(old[DAILY]), _sum(new[DAILY]))
    steps[DAYS] = (steps[DAYS][0] + by_day, Decimal(now.days - before.days))
    fixed = _sum(new[FIXED]) - _sum(old[FIXED])
    steps[RATE] = (steps[RATE][0] + dearer + fixed, None)
    told = sum((amount for amount, _units in steps.values()), NOTHING)
    steps[OTHER] = (now.current - before.current - told, None)
    growth = _growth(before, now)
    return Change(
        before=before.current,
        now=now.current,
        steps=tuple(
            Step(name, steps[name][0].quantize(CENT), steps[name][1])
            for name in STEPS
            if steps[name][0]
        ),
        daily=growth,
        high=growth is not None and growth >= flag,
    )


def kind_of(line: Line, kinds: Mapping[str, str], *, usage: Decimal | None) -> str:
    """What a line is: the longest beginning of its code in `kinds` decides.

    A code nobody has sorted is a credit when it is negative, metered when it bills the usage of
    the period or a part of it by a price, and fixed otherwise.
    """
    code = line.code.casefold()
    known = [start for start in kinds if code.startswith(start.casefold())]
    if known:
        return kinds[max(known, key=len)]
    if line.amount < 0:
        return CREDIT
    metered = usage is not None and line.quantity is not None and line.price is not None
    return METERED if metered else FIXED


def rounded(amount: Decimal) -> Decimal:
    """To the cent, half up, away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _sorted(bill: Billed, kinds: Mapping[str, str]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {kind: [] for kind in (METERED, DAILY, FIXED, FEE, CREDIT, TAX)}
    for line in bill.lines or _whole(bill):
        found[kind_of(line, kinds, usage=bill.usage)].append(line)
    return found


def _whole(bill: Billed) -> Iterable[Line]:
    """A bill that came without its lines is one charge for its usage, or a fixed one."""
    yield Line("", bill.current, bill.usage, NOTHING if bill.usage is not None else None)


def _metered(
    before: Billed,
    now: Billed,
    old: Sequence[Line],
    new: Sequence[Line],
    carried: tuple[Decimal, Decimal],
) -> dict[str, tuple[Decimal, Decimal | None]]:
    """The change of metered charges as rate, days, catch-up and usage, which takes the rest."""
    changed = _sum(new) - _sum(old)
    rate = _dearer(old, new)
    price = _average(old, before.usage) or _average(new, now.usage)
    own = (before.usage or NOTHING) - carried[1]
    own_now = (now.usage or NOTHING) - carried[0]
    daily = own / before.days if before.days else NOTHING
    days = (
        rounded((now.days - before.days) * daily * price) if before.days and now.days else NOTHING
    )
    late = rounded((carried[0] - carried[1]) * price)
    more = own_now / now.days - daily if before.days and now.days else None
    return {
        DAYS: (days, None),
        CATCH_UP: (late, carried[0] - carried[1]),
        RATE: (rate, None),
        USAGE: (changed - rate - days - late, more),
    }


def _dearer(old: Sequence[Line], new: Sequence[Line]) -> Decimal:
    """What today's quantities cost more at today's prices, for lines that both bills have."""
    prices = {(line.code, line.tier): line.price for line in old if line.price}
    dearer = NOTHING
    for line in new:
        was = prices.get((line.code, line.tier))
        if was and line.price and line.quantity is not None:
            dearer += rounded(line.quantity * (line.price - was))
    return dearer


def _daily(before: Billed, now: Billed, old: Decimal, new: Decimal) -> tuple[Decimal, Decimal]:
    """The change of charges by the day: for the number of days, and for the price of one."""
    if not before.days:
        return NOTHING, new - old
    days = rounded((now.days - before.days) * old / before.days)
    return days, new - old - days


def _carried(bill: Billed, run: Sequence[Billed]) -> Decimal:
    """Units that an actual reading bills now although they were used under the estimates before.

    The reading tells the use of the whole stretch; spread evenly, the estimated days had theirs.
    Below zero when the estimates were too high.
    """
    if bill.estimated or bill.usage is None or not bill.days:
        return NOTHING
    days, usage = 0, NOTHING
    for earlier in run:
        if not earlier.estimated or earlier.usage is None or not earlier.days:
            break
        days, usage = days + earlier.days, usage + earlier.usage
    if not days:
        return NOTHING
    return bill.usage - (usage + bill.usage) * bill.days / (days + bill.days)


def _average(lines: Sequence[Line], usage: Decimal | None) -> Decimal:
    return _sum(lines) / usage if usage else NOTHING


def _growth(before: Billed, now: Billed) -> Decimal | None:
    if not before.per_day or now.per_day is None:
        return None
    return now.per_day / before.per_day - 1


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), NOTHING)
