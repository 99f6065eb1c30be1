"""How fast an extract is written, and in how much memory, beside the bare writing of its bytes.

    .venv/bin/python bench/extract.py [accounts] [jobs]

Writes 20,000 accounts (unless told otherwise) with two years of bills into a temporary directory,
then copies the files' bytes to others with their hash made on the way: the floor. The memory is
that of the process that writes, and of the largest of those that make the accounts.
"""

from __future__ import annotations

import hashlib
import os
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from contact_hub.sample.actions.extracting import write_full
from contact_hub.sample.rules.extracts import Plan

PIECE = 1 << 20  # bytes


def main() -> None:
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    jobs = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1
    plan = Plan(accounts=accounts, seed=7, day=date(2026, 1, 31).toordinal())
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder) / "extract"
        begun, worked = time.perf_counter(), processor()
        rows = write_full(there, plan, jobs=jobs)
        took, worked = time.perf_counter() - begun, processor() - worked
        size = sum(path.stat().st_size for path in there.iterdir())
        begun = time.perf_counter()
        copy(there, Path(folder) / "copy")
        floor = time.perf_counter() - begun
    print(f"{accounts:,} accounts, {rows:,} rows, {size / 1e6:,.0f} MB, {jobs} processes")
    print(f"{'':28}{'seconds':>10}{'accounts/s':>12}{'rows/s':>12}{'MB/s':>8}")
    for name, seconds in (("written", took), ("written, processor", worked), ("floor", floor)):
        print(
            f"{name:28}{seconds:10.1f}{accounts / seconds:12,.0f}{rows / seconds:12,.0f}"
            f"{size / 1e6 / seconds:8,.0f}"
        )
    for name, who in (("writer", resource.RUSAGE_SELF), ("makers", resource.RUSAGE_CHILDREN)):
        print(f"resident at most, {name}: {resource.getrusage(who).ru_maxrss / 1024:,.0f} MB")


def processor() -> float:
    """Seconds of processor time of this process and those that it started."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def copy(source: Path, target: Path) -> None:
    target.mkdir()
    for path in source.iterdir():
        digest = hashlib.sha256()
        with path.open("rb") as file, (target / path.name).open("wb") as out:
            while piece := file.read(PIECE):
                digest.update(piece)
                out.write(piece)


if __name__ == "__main__":  # the makers import this page, too
    main()
