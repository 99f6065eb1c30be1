"""How long to wait: between the tries of a job, and between looks at an empty queue."""

from __future__ import annotations

BASE = 10.0  # seconds before the second try
CAP = 3600.0  # seconds; no pause between tries is longer unless the other side asked for it
LONGEST = 30 * 86400.0  # seconds; however long the other side asks us to stay away
SHORTEST_LOOK = 0.02  # seconds between looks at the queue while it is busy


def back_off(failures: int, *, jitter: float, base: float = BASE, cap: float = CAP) -> float:
    """Seconds to wait after the `failures`-th failure: doubling from `base` up to `cap`.

    jitter  0.5 to 1, drawn by the caller, so that jobs that failed together return apart
    """
    doublings = min(max(failures - 1, 0), 60)  # 2.0**60 is far above any cap and never overflows
    return min(cap, base * 2.0**doublings) * jitter


def stay_away(seconds: float) -> float:
    """Seconds to wait when the other side named them: as long as asked, within reason."""
    return min(max(seconds, 0.0), LONGEST)


def next_look(empty_looks: int, *, longest: float) -> float:
    """Seconds until the next look at the queue after `empty_looks` that found nothing."""
    return min(longest, SHORTEST_LOOK * 2.0 ** min(empty_looks, 20))
