"""The measuring of bench/matching.py: scenarios, speed, bands, strangers."""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from typing import Any

from people import SCENARIOS, TWO_FIELDS, Town
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cdist

from contact_hub.customers.models import Customer
from contact_hub.customers.queries.matching import Search, find
from contact_hub.customers.rules.matching import Found
from contact_hub.customers.rules.scoring import form

BINS = (0.0, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999)
SUGGEST = (0.5, 0.9, 0.95, 0.99, 0.999)


def run(town: Town, *, queries: int, clock: Any) -> None:
    floor = _floor(clock)
    find(next(iter(SCENARIOS.values()))(town.human(0), random.Random(0)))  # warm
    cpu: list[float] = []
    wall: list[float] = []
    answers: list[tuple[bool, Found, bool]] = []  # a customer, the answer, whether it is right
    rates: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    print(f"\n{'':36}recall  top 1  top 3    p50    p95 ms CPU (wall)")
    for name, said in SCENARIOS.items():
        own_cpu, own_wall = [], []
        dice = random.Random(name)
        for at in _sample(town, queries, dice):
            told = said(town.human(at), dice)
            begin, at_clock = time.perf_counter(), clock.cpu()
            found = find(told, limit=3)
            own_cpu.append(1000 * (clock.cpu() - at_clock))
            own_wall.append(1000 * (time.perf_counter() - begin))
            right = [one.customer == at + 1 for one in found.candidates]
            seen = any(right) or at + 1 in _seen(told)
            rates[name].append((seen, right[:1] == [True], any(right)))
            answers.append((True, found, right[:1] == [True]))
        for _ in range(queries // 2):
            stranger = town.human(10 * dice.randrange(town.accounts // 9) + 9)
            answers.append((False, find(said(stranger, dice), limit=3), False))
        print(f"{name:36}{_shares(rates[name])} {_times(own_cpu)} ({_times(own_wall).strip()})")
        cpu += own_cpu
        wall += own_wall
    _summary(rates, cpu, wall, floor)
    _sureness(answers)


def _floor(clock: Any) -> tuple[float, float]:
    """One pass of `cdist(ratio)` over all names, ms CPU and wall: the median of seven."""
    names = [name.lower() for name in Customer.objects.values_list("name", flat=True)]
    spent = []
    for at in range(7):
        begin, at_clock = time.perf_counter(), clock.cpu()
        cdist([names[at * 101 % len(names)]], names, scorer=ratio, workers=1)
        spent.append((1000 * (clock.cpu() - at_clock), 1000 * (time.perf_counter() - begin)))
    return statistics.median(one for one, _ in spent), statistics.median(one for _, one in spent)


def _seen(told: Any) -> set[int]:
    return {hit.customer for hit in Search(told, form(told)).run().hits.values()}


def _sample(town: Town, queries: int, dice: random.Random) -> list[int]:
    found: list[int] = []
    while len(found) < queries:
        at = dice.randrange(town.accounts)
        if at % 10 != 9:
            found.append(at)
    return found


def _shares(rows: list[tuple[bool, bool, bool]]) -> str:
    return " ".join(f"{sum(column) / len(rows):6.3f}" for column in zip(*rows, strict=True))


def _times(spent: list[float]) -> str:
    return f"{_at(spent, 0.5):6.2f} {_at(spent, 0.95):6.2f}"


def _at(spent: list[float], share: float) -> float:
    return sorted(spent)[min(len(spent) - 1, int(share * len(spent)))]


def _summary(
    rates: dict[str, list[tuple[bool, bool, bool]]],
    cpu: list[float],
    wall: list[float],
    floor: tuple[float, float],
) -> None:
    every = [row for rows in rates.values() for row in rows]
    pairs = [row for name in TWO_FIELDS for row in rates[name]]
    print(f"{'all':36}{_shares(every)} {_times(cpu)} ({_times(wall).strip()})")
    print(f"{'two fields, as they are on file':36}{_shares(pairs)}")
    for words, spent, one in (("CPU", cpu, floor[0]), ("wall", wall, floor[1])):
        p50, p95 = _at(spent, 0.5), _at(spent, 0.95)
        print(
            f"one cdist(ratio) pass: {one:.0f} ms {words};"
            f" p50 is 1/{one / p50:.0f} of it (bar 1/100), p95 1/{one / p95:.1f} (bar 1/10)"
        )


def _sureness(answers: list[tuple[bool, Found, bool]]) -> None:
    customers = [(found, right) for ours, found, right in answers if ours]
    strangers = [found for ours, found, _right in answers if not ours]
    print("\nP of the first       answers  right")
    for low, high in zip(BINS, (*BINS[1:], 1.01), strict=True):
        rows = [(found, right) for found, right in customers if low <= _sure(found) < high]
        if rows:
            mean = statistics.fmean(_sure(found) for found, _right in rows)
            share = sum(right for _found, right in rows) / len(rows)
            print(f"{low:5.3f} to {min(high, 1):5.3f} ({mean:.3f}) {len(rows):5} {share:8.3f}")
    print("\nP at least  precision  customers proposed  strangers given an account")
    for level in SUGGEST:
        said = [right for found, right in customers if _sure(found) >= level]
        wrong = sum(_sure(found) >= level for found in strangers) / len(strangers)
        weighed = 0.9 * sum(said) / len(customers), 0.9 * len(said) / len(customers) + 0.1 * wrong
        precision = weighed[0] / weighed[1] if weighed[1] else 1.0
        print(f"{level:10.3f} {precision:10.4f} {len(said) / len(customers):19.3f} {wrong:27.4f}")


def _sure(found: Found) -> float:
    return found.candidates[0].probability if found.candidates else 0.0
