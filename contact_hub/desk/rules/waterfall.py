"""The waterfall of a changed bill as lengths: where each bar begins and how long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 1000  # units across; the drawing is scaled to whatever room there is
ROW = 28  # units down for each bar
BAR = 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: of a bill as a whole ("total"), or of a step that adds or takes away.

    link  where the line to the next bar stands
    """

    name: str
    kind: str  # total, more, less
    amount: Decimal
    x: int
    y: int
    width: int
    height: int
    link: int


def bars(before: Decimal, now: Decimal, steps: Sequence[tuple[str, Decimal]]) -> list[Bar]:
    """Lay out the bill before, what was added and taken, and the bill now, from top to bottom."""
    level, spans = before, [("before", "total", before, Decimal(0), before)]
    for name, amount in steps:
        kind = "more" if amount > 0 else "less"
        spans.append((name, kind, amount, level, level + amount))
        level += amount
    spans.append(("now", "total", now, Decimal(0), now))
    ends = [end for *_rest, start, stop in spans for end in (start, stop)]
    least, most = min(ends), max(ends)
    scale = WIDTH / (most - least) if most > least else Decimal(0)
    return [
        Bar(
            name=name,
            kind=kind,
            amount=amount,
            x=round((min(start, stop) - least) * scale),
            y=place * ROW + (ROW - BAR) // 2,
            width=max(round(abs(stop - start) * scale), 3),
            height=BAR,
            link=round((stop - least) * scale),
        )
        for place, (name, kind, amount, start, stop) in enumerate(spans)
    ]
