"""What meters show: use by season, estimates and the readings that catch up with them."""

from __future__ import annotations

import random
from bisect import bisect_right
from datetime import date
from functools import cache

from contact_hub.sample.rules.sheets import FIRST, days

SEASONS = {  # use of a day beside the year's mean, January to December
    "heated": (1.62, 1.48, 1.22, 0.94, 0.76, 0.74, 0.88, 0.90, 0.72, 0.78, 1.12, 1.54),
    "cooled": (1.08, 1.00, 0.86, 0.76, 0.82, 1.14, 1.52, 1.46, 1.06, 0.78, 0.86, 1.02),
    "shop": (1.02, 1.00, 0.96, 0.94, 0.96, 1.04, 1.12, 1.12, 1.02, 0.96, 0.96, 1.00),
    "garden": (0.62, 0.60, 0.64, 0.78, 1.14, 1.58, 1.94, 1.88, 1.24, 0.76, 0.62, 0.60),
    "indoors": (0.98, 0.97, 0.98, 1.00, 1.01, 1.03, 1.05, 1.04, 1.00, 0.98, 0.98, 0.98),
    "irrigation": (0.0, 0.0, 0.12, 0.80, 1.60, 2.20, 2.66, 2.50, 1.60, 0.60, 0.0, 0.0),
    "mains": (0.92, 0.90, 0.92, 0.96, 1.04, 1.12, 1.20, 1.18, 1.04, 0.94, 0.90, 0.90),
}
LEAK = 0.004  # of the months of a water meter
SHORT = 5  # days after which a reading is too early for a first bill
BLIND = 0.035  # of the months of a meter that a person reads


class Meter:
    """One meter, read month by month."""

    __slots__ = (
        "_chance", "_daily", "_season", "_water", "blind", "estimated", "flow", "id", "leaked",
        "reader", "rows", "shown", "true",
    )  # fmt: skip

    def __init__(
        self,
        identity: str,
        rows: list[str],
        *,
        dice: random.Random,
        daily: float,
        season: str,
        afar: bool,
    ) -> None:
        self.id = identity
        self.rows = rows
        self._chance = dice.random
        self._daily = daily
        self._season = SEASONS[season]
        self._water = identity[0] == "W"
        self.blind = 0.004 if afar else BLIND
        self.reader = "AMI" if afar else f"R{dice.randint(1, 14):02d}"
        self.shown = self.true = (
            dice.randint(120, 9_000) if self._water else dice.randint(900, 70_000)
        )
        self.estimated = self.flow = False
        self.leaked = 0  # units of the last period that ran away

    def begin(self, day: int, code: str) -> None:
        """The reading that later ones are compared with."""
        self.rows.append(
            f"{self.id},{days()[day - FIRST]},int,{self.shown},{code},,,N,N,{self.reader}"
        )

    def read(self, day: int, length: int, *, final: bool) -> int:
        """Read the meter after `length` days; return the use that goes on the bill."""
        chance = self._chance()
        mean = self._daily * self._season[_months()[day - 15 - FIRST]] * length
        used = int(mean * (0.82 + 0.36 * chance) + 0.5)
        rare = self._chance()
        self.leaked = int(mean * 2.2) + 9 if self._water and rare < LEAK else 0
        self.flow = self.leaked > 0
        self.true += used + self.leaked
        self.estimated = rare > 1 - self.blind and not final
        shown = max(self.shown, self.shown + int(mean) if self.estimated else self.true)
        usage, self.shown = shown - self.shown, shown
        code = "final" if final else "estimated" if self.estimated else "actual"
        odd = "Y" if self.flow or rare > 0.99 else "N"
        self.rows.append(
            f"{self.id},{days()[day - FIRST]},int,{shown},{code},{usage},{length},{odd},"
            f"{'Y' if self.flow else 'N'},{self.reader}"
        )
        return usage


def periods(cycle: int, *, begins: int, closes: int | None, until: int) -> list[tuple[int, int]]:
    """What a cycle bills from a day on, each period from its first day to the day it is read.

    Who goes in between ends on that day; what is not over at `until` is not there yet.
    """
    known = reading_days(cycle)
    end = until if closes is None else min(closes, until)
    inside = known[bisect_right(known, begins + SHORT) : bisect_right(known, end)]
    if closes is not None and closes <= until and (not inside or inside[-1] < closes):
        inside.append(closes)
    return list(zip([begins, *inside], inside, strict=False))


def reading_after(cycle: int, day: int) -> int:
    """The first reading of the cycle after a day."""
    known = reading_days(cycle)
    return known[bisect_right(known, day)]


@cache
def reading_days(cycle: int) -> list[int]:
    """The days on which the meters of a cycle are read, never at a week-end."""
    found = []
    for year in range(2010, 2060):
        for month in range(1, 13):
            day = date(year, month, cycle).toordinal()
            found.append(day + (0, 0, 0, 0, 0, 2, 1)[(day - 1) % 7])
    return found


@cache
def _months() -> list[int]:
    """The month, 0 to 11, of each day from FIRST on."""
    return [int(text[5:7]) - 1 for text in days()]
