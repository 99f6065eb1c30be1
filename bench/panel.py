"""How the account panel and the find page stand up as an office grows: two sizes, one run.

    python bench/panel.py                                  # 10,000 and 1,000,000, both engines
    python bench/panel.py --engine sqlite --accounts 2000 20000 --bills 6 --requests 60
    python bench/panel.py --fill 50000                     # fill on by so many, measure nothing
    python bench/panel.py --fill 0                         # measure what is filled so far
    python bench/panel.py --drop

Each size has a database of its own, hub_bench_panel_N or DIR/N.sqlite3, which is filled once and
stays until it is dropped. The sizes are measured in turns, a process for each, so that a busy
moment of the machine meets both. Each request is for another customer, by somebody who may see
everything that level 2 opens. The last column is the p95 against that of the first size: the bar
of the panel is 1.5, and for what is typed into the find box it is one second. CPU is the process's
and, on PostgreSQL, its server process's; the clock also shows what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import psycopg
from postgres import SERVER

STEP = Path(__file__).resolve().with_name("panel_step.py")
ENGINES = ("sqlite", "postgresql")
ROUNDS = 3


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--accounts", type=int, nargs="+", default=[10_000, 1_000_000])
    asked.add_argument("--bills", type=int, default=24, help="of each account")
    asked.add_argument("--requests", type=int, default=300, help="for each page")
    asked.add_argument("--engine", choices=ENGINES, help="one of both")
    asked.add_argument("--dir", type=Path, default=Path("var/bench-panel"), help="of SQLite files")
    asked.add_argument("--fill", type=int, help="fill on by about so many accounts; 0: measure")
    asked.add_argument("--drop", action="store_true")
    options = asked.parse_args()
    for engine in [options.engine] if options.engine else ENGINES:
        sizes = [Size(engine, accounts, options) for accounts in options.accounts]
        if options.drop:
            for size in sizes:
                size.drop()
            continue
        left = sum(options.accounts) if options.fill is None else options.fill
        for size in sizes:
            left -= size.fill(left)
        if not options.fill:
            _table(engine, sizes)


class Size:
    """A database of so many accounts on one engine."""

    def __init__(self, engine: str, accounts: int, options: argparse.Namespace) -> None:
        self.engine, self.accounts, self.options = engine, accounts, options
        self.place = options.dir.resolve()
        self.name = f"hub_bench_panel_{accounts}"

    def fill(self, most: int) -> int:
        """Fill on by about `most` accounts; by how many."""
        self.place.mkdir(parents=True, exist_ok=True)
        if self.engine == "postgresql":
            self._create()
        filled = 0
        while filled < most and (more := self.step("fill", bills=self.options.bills)):
            filled += more
        return filled

    def measure(self, turn: int) -> dict[str, tuple[list[list[float]], int]]:
        return self.step("measure", requests=self.options.requests // ROUNDS, turn=turn)

    def drop(self) -> None:
        if self.engine == "postgresql":
            with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
                server.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        else:
            for file in self.place.glob(f"{self.accounts}.sqlite3*"):
                file.unlink()

    def step(self, step: str, **told: int) -> Any:
        """What a process of its own does in this database and says of it."""
        lite = f"sqlite:///{self.place}/{self.accounts}.sqlite3"
        there = {
            "DATABASE_URL": lite if self.engine == "sqlite" else f"{SERVER}/{self.name}",
            "HUB_VAR": str(self.place),
            "HUB_LOG_LEVEL": "ERROR",
            "HUB_POOL_SIZE": "0",
            "REDIS_URL": "",
        }
        words = [f"--{name}={value}" for name, value in {"accounts": self.accounts, **told}.items()]
        said = subprocess.run(
            [sys.executable, STEP, step, *words],
            check=True,
            stdout=subprocess.PIPE,
            env=os.environ | there,
        )
        return json.loads(said.stdout.splitlines()[-1])

    def _create(self) -> None:
        with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not server.execute(known, [self.name]).fetchone():
                server.execute(f'CREATE DATABASE "{self.name}"')


def _table(engine: str, sizes: list[Size]) -> None:
    """Measure the sizes in turns, and print them beside each other."""
    spent: dict[tuple[str, int], list[list[float]]] = defaultdict(list)
    statements: dict[tuple[str, int], int] = {}
    for turn in range(ROUNDS):
        for size in sizes:
            for page, (some, count) in size.measure(turn).items():
                spent[page, size.accounts] += some
                statements[page, size.accounts] = count
    print(f"{engine}, {sizes[0].options.bills} bills an account, ms of CPU and (by the clock)")
    columns = (("p50", 18), ("p95", 18), ("most", 18), ("statements", 12), ("p95 ×", 16))
    print(f"{'page':>8}{'accounts':>11}" + "".join(f"{name:>{width}}" for name, width in columns))
    base: dict[str, tuple[float, float]] = {}
    for (page, accounts), some in sorted(spent.items()):
        cpu, wall = (sorted(one) for one in zip(*some, strict=True))
        high = _at(cpu, 0.95), _at(wall, 0.95)
        first = base.setdefault(page, high)
        shares = "".join(_pair(_at(cpu, share), _at(wall, share)) for share in (0.5, 0.95, 1))
        growth = f"{high[0] / first[0]:>8.2f} ({high[1] / first[1]:.2f})"
        print(
            f"{page:>8}{accounts:>11,}{shares}{statements[page, accounts]:>12}{growth}", flush=True
        )


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def _pair(cpu: float, wall: float) -> str:
    return f"{cpu:>9.1f} {f'({wall:.1f})':>8}"


if __name__ == "__main__":
    main()
