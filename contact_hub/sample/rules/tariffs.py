"""What Alder Creek charges: tariffs with their yearly editions, and the lines they put on a bill.

Everything is counted in whole numbers: cents, and millionths of a dollar for prices. A line's
amount is always its quantity times its price, rounded half up to a cent.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from contact_hub.sample.rules.data import DATA
from contact_hub.sample.rules.sheets import Sheets, cash, day_text, money_text

STANDARD = 30  # days that a fixed charge is for
SHORTEST = 24  # days; a shorter period is charged by the day
CONSTANT = "FEES"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A charge that does not depend on use."""

    code: str
    words: str
    price: int  # millionths
    tail: str  # the line of a whole period, behind its number
    cents: int


@dataclass(frozen=True, slots=True)
class Tier:
    """The price of the units up to a limit; without one, of all that are left."""

    limit: int | None
    price: int  # millionths
    head: str
    middle: str
    end: str


@dataclass(frozen=True, slots=True)
class Tariff:
    """One edition of a tariff."""

    code: str
    unit: str
    use: str  # the code of lines that bill use
    fixed: tuple[Fixed, ...]
    tiers: tuple[Tier, ...]
    tax: int  # millionths of what is charged
    tax_head: str
    tax_end: str

    def charge(self, tails: list[str], *, usage: int, days: int) -> int:
        """Put the lines of a period behind `tails`; return what they come to, in cents."""
        part = 1000 if days >= SHORTEST else days * 1000 // STANDARD
        total = 0
        for one in self.fixed:
            if part == 1000:
                tails.append(one.tail)
                total += one.cents
                continue
            cents = (part * one.price + 5_000_000) // 10_000_000
            price = price_text(one.price)
            tails.append(f"{one.code},{one.words},0.{part:03d},{price},{money_text(cents)},")
            total += cents
        return total + self._metered(tails, usage, part) if usage else total

    def _metered(self, tails: list[str], usage: int, part: int) -> int:
        total = below = 0
        text = cash()
        for tier in self.tiers:
            limit = tier.limit
            top = usage if limit is None else min(usage, limit * part // 1000)
            if top <= below:
                continue
            cents = ((top - below) * tier.price + 5_000) // 10_000
            tails.append(f"{tier.head}{top - below}{tier.middle}{text[cents]}{tier.end}")
            total += cents
            below = top
        return total

    def taxed(self, tails: list[str], base: int) -> int:
        """Put the tax on `base` behind the lines; return it, in cents."""
        if not self.tax or base <= 0:
            return 0
        cents = (base * self.tax + 500_000) // 1_000_000
        text = cash()
        tails.append(f"{self.tax_head}{text[base]}{self.tax_end}{text[cents]},")
        return cents


@cache
def tariff(code: str, year: int) -> Tariff:
    """A tariff as it is from July of a year to the next June."""
    row = _rows()[code]
    dearer = 1.0 if code == CONSTANT else (1 + _rows()["yearly"]) ** (year - _rows()["first"])
    words = row.get("tax", ["", "", 0])
    tax = round(words[2] * 1_000_000)
    return Tariff(
        code=code,
        unit=row.get("unit", ""),
        use=row.get("use", ""),
        fixed=tuple(_fixed(one, dearer) for one in row["fixed"]),
        tiers=tuple(
            _tier(place, one, dearer, row.get("use", ""))
            for place, one in enumerate(row.get("usage", ()), 1)
        ),
        tax=tax,
        tax_head=f"{words[0]},{words[1]},",
        tax_end=f",{price_text(tax)},",
    )


@cache
def fee(code: str) -> tuple[str, int]:
    """A fee's or credit's line behind its number, and its cents."""
    (found,) = (one for one in tariff(CONSTANT, _rows()["first"]).fixed if one.code == code)
    return found.tail, found.cents


@cache
def edition(ordinal: int) -> int:
    """The year whose prices hold on a day."""
    day = date.fromordinal(ordinal)
    return max(day.year - (day.month < 7), int(_rows()["first"]))


def write_rates(sheets: Sheets, *, until: int) -> None:
    """Write every price of every edition up to a day."""
    last = edition(until)
    for code in (name for name, row in _rows().items() if isinstance(row, dict)):
        years = range(_rows()["first"], last + 1) if code != CONSTANT else [_rows()["first"]]
        for year in years:
            ends = date(year + 1, 6, 30).toordinal() if len(years) > 1 and year < last else None
            _write(sheets, tariff(code, year), date(year, 7, 1).toordinal(), ends)


def _write(sheets: Sheets, one: Tariff, begins: int, ends: int | None) -> None:
    span = {
        "rate_code": one.code,
        "effective_from": day_text(begins),
        "effective_to": day_text(ends),
    }
    for charge in one.fixed:
        sheets.add(
            "rates",
            **span,
            component=charge.code,
            unit="bill",
            price=price_text(charge.price),
            std_days=str(STANDARD),
        )
    below = 0
    for tier in one.tiers:
        sheets.add(
            "rates",
            **span,
            component=one.use,
            tier_from=str(below),
            tier_to=str(tier.limit or ""),
            unit=one.unit,
            price=price_text(tier.price),
            std_days=str(STANDARD),
        )
        below = tier.limit or 0
    if one.tax:
        sheets.add("rates", **span, component="TAX", unit="dollar", price=price_text(one.tax))


def price_text(millionths: int) -> str:
    """A price in dollars with as many places as it needs, two at least."""
    sign, size = ("-", -millionths) if millionths < 0 else ("", millionths)
    whole, rest = divmod(size, 1_000_000)
    return f"{sign}{whole}.{f'{rest:06d}'.rstrip('0').ljust(2, '0')}"


def _fixed(row: list[Any], dearer: float) -> Fixed:
    code, words, dollars = row
    cents = round(dollars * 100 * dearer)
    tail = f"{code},{words},1,{money_text(cents)},{money_text(cents)},"
    return Fixed(code, words, cents * 10_000, tail, cents)


def _tier(place: int, row: list[Any], dearer: float, use: str) -> Tier:
    words, limit, dollars = row
    price = round(dollars * 10_000 * dearer) * 100
    return Tier(
        limit=limit or None,
        price=price,
        head=f"{use},{words},",
        middle=f",{price_text(price)},",
        end=f",{place}",
    )


@cache
def _rows() -> dict[str, Any]:
    with (DATA / "tariffs.toml").open("rb") as file:
        return tomllib.load(file)
