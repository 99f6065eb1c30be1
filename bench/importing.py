"""How fast an extract is taken over, beside a bare COPY and a bare executemany of the same rows.

    python bench/importing.py                        # 10,000 accounts, both engines
    python bench/importing.py --accounts 1000000 --engine postgresql
    python bench/importing.py --extract DIR          # one that is there already

Three floors are measured in the same run, for each file of the extract and by wall clock:

  same tables   the rows as they were written, COPYed (SQLite: executemany) straight into empty
                tables with the same columns, keys, indexes and foreign keys
  no keys       the bytes of the CSV files, COPYed (SQLite: executemany of the parsed rows) into
                tables of text without a key: nothing is checked, and nothing can be looked up

The bar is a quarter of the first on either engine; the second is told for comparison. Then the
same extract is imported again, which must change nothing. Memory is the importing process's peak.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import psycopg
from postgres import ROOT, SERVER, database

BAR = 0.25
CHUNK = 50_000
WORK = """
import json, resource, sys, time
from pathlib import Path
import django
django.setup()
from contact_hub.customers.actions import importing
spent, begun, last = {}, time.monotonic(), [time.monotonic()]
def told(file):
    now = time.monotonic()
    spent[file.name] = spent.get(file.name, 0) + now - last[0]
    last[0] = now
run = importing.carry_out(importing.prepare(Path(sys.argv[1]), by=None), told=told)
files = {one.name: [one.rows, one.new, one.changed, one.rejects] for one in run.files.all()}
peak = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"seconds": time.monotonic() - begun, "spent": spent, "files": files,
    "state": run.state, "trouble": run.trouble, "peak": peak.ru_maxrss // 1024,
    "cpu": peak.ru_utime + peak.ru_stime}))
"""


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="hub-bench-", dir=options.work) as work:
        place = options.extract or _sample(Path(work) / "extract", options.accounts)
        size = sum(path.stat().st_size for path in place.glob("*.csv*"))
        print(f"{place}: {size / 1e6:,.0f} MB")
        for engine in options.engine:
            _measure(engine, place, size, Path(work))


def _measure(engine: str, place: Path, size: int, work: Path) -> None:
    with ENGINES[engine](work) as (url, same_tables, no_keys):
        environment = os.environ | {
            "DATABASE_URL": url,
            "HUB_POOL_SIZE": "0",
            "HUB_VAR": str(work / engine),
            "HUB_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "contact_hub.settings",
            "PYTHONPATH": str(ROOT),
        }
        _hub("migrate", env=environment)
        first = _import(place, environment)
        again = _import(place, environment)
        same, bare = same_tables(), no_keys(place)
        _tell(engine, size, first, again, same, bare)


def _tell(
    engine: str, size: int, first: dict, again: dict, same: dict[str, float], bare: dict[str, float]
) -> None:
    rows = sum(one[0] for one in first["files"].values())
    print(f"\n{engine}: {rows:,} rows, {first['state']} {first['trouble']}")
    print(f"{'':22}{'seconds':>10}{'rows/s':>10}{'MB/s':>8}")
    lines = {
        "import": first["seconds"],
        "import again": again["seconds"],
        "floor, same tables": sum(same.values()),
        "floor, no keys": sum(bare.values()),
    }
    for name, seconds in lines.items():
        print(f"{name:22}{seconds:>10.1f}{rows / seconds:>10,.0f}{size / 1e6 / seconds:>8.1f}")
    print("\nthe longest files     import s  same tables s   ratio")
    for name, seconds in sorted(first["spent"].items(), key=lambda pair: -pair[1])[:6]:
        floor = same.get(name, 0.0)
        print(f"{name:20}{seconds:>10.1f}{floor:>15.1f}{floor / seconds:>8.2f}")
    ratio = sum(same.values()) / first["seconds"]
    print(f"\nratio to the same tables {ratio:.2f} (bar {BAR}), to no keys"
          f" {sum(bare.values()) / first['seconds']:.2f}; peak memory {first['peak']} MB;"
          f" cpu of the importing process {first['cpu']:.1f} s")  # fmt: skip
    moved = sum(one[1] + one[2] for one in again["files"].values())
    told = sum(one[1] for name, one in again["files"].items() if name == "contact_consents")
    print(f"the second time changed {moved - told} rows and appended {told} consents")


@contextmanager
def _on_postgres(work: Path) -> Iterator[tuple[str, Callable[..., dict], Callable[..., dict]]]:
    with database("hub_bench_importing") as url, psycopg.connect(url, autocommit=True) as server:

        def same_tables() -> dict[str, float]:
            spent = {}
            for name, table in _tables().items():
                path = work / f"{table}.copy"
                statement = f"COPY {table} TO STDOUT"
                with path.open("wb") as file, server.cursor() as one, one.copy(statement) as copy:
                    file.writelines(copy)
                server.execute(f"CREATE TABLE floor (LIKE {table} INCLUDING ALL)")
                for (told,) in server.execute(
                    "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                    " WHERE conrelid = %s::regclass AND contype = 'f'", [table]
                ).fetchall():  # fmt: skip
                    server.execute(f"ALTER TABLE floor ADD {told}")
                begun = time.monotonic()
                _copy(server, "COPY floor FROM STDIN", path)
                spent[name] = time.monotonic() - begun
                server.execute("DROP TABLE floor")
                path.unlink()
            return spent

        def no_keys(place: Path) -> dict[str, float]:
            spent = {}
            for path in sorted(place.glob("*.csv")):
                with path.open(newline="") as file:
                    header = next(csv.reader(file))
                columns = ", ".join(f'"{name}" text' for name in header)
                server.execute(f"CREATE TABLE floor ({columns})")
                begun = time.monotonic()
                _copy(server, "COPY floor FROM STDIN (FORMAT csv, HEADER)", path)
                spent[path.stem] = time.monotonic() - begun
                server.execute("DROP TABLE floor")
            return spent

        yield url, same_tables, no_keys


def _copy(server: psycopg.Connection, statement: str, path: Path) -> None:
    with path.open("rb") as file, server.cursor() as cursor, cursor.copy(statement) as copy:
        while piece := file.read(1 << 20):
            copy.write(piece)


@contextmanager
def _on_sqlite(  # noqa: C901  # two floors over one file
    work: Path,
) -> Iterator[tuple[str, Callable[..., dict], Callable[..., dict]]]:
    folder = work / "sqlite"
    folder.mkdir(exist_ok=True)
    path, other = folder / "hub.sqlite3", folder / "floor.sqlite3"

    def opened() -> sqlite3.Connection:
        floor = sqlite3.connect(other)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON",
                       "mmap_size=134217728", "cache_size=-20000"):  # fmt: skip
            floor.execute(f"PRAGMA {pragma}")
        return floor

    def fill(floor: sqlite3.Connection, table: str, width: int, rows: Iterator) -> float:
        spent, marks = 0.0, ", ".join("?" * width)
        while some := list(islice(rows, CHUNK)):
            begun = time.monotonic()
            with floor:
                floor.executemany(f"INSERT INTO {table} VALUES ({marks})", some)
            spent += time.monotonic() - begun
        return spent

    def same_tables() -> dict[str, float]:
        """Every table as it is there, in another file; what is read is not counted."""
        source, floor = sqlite3.connect(path), opened()
        floor.execute("PRAGMA foreign_keys=OFF")
        made = source.execute("SELECT sql FROM sqlite_master WHERE tbl_name LIKE 'customers_%'"
                              " AND sql IS NOT NULL ORDER BY type DESC").fetchall()  # fmt: skip
        for (statement,) in made:
            floor.execute(statement)
        spent = {}
        for name, table in _tables().items():
            rows = source.execute(f"SELECT * FROM {table} ORDER BY id")
            spent[name] = fill(floor, table, len(rows.description), rows)
        floor.close()
        other.unlink()
        return spent

    def no_keys(place: Path) -> dict[str, float]:
        floor, spent = opened(), {}
        for file in sorted(place.glob("*.csv")):
            with file.open(newline="") as text:
                rows = csv.reader(text)
                header = next(rows)
                columns = ", ".join(f'"{name}" text' for name in header)
                floor.execute(f"CREATE TABLE floor ({columns})")
                spent[file.stem] = fill(floor, "floor", len(header), rows)
                floor.execute("DROP TABLE floor")
        floor.close()
        other.unlink()
        return spent

    yield f"sqlite:///{path}", same_tables, no_keys


ENGINES = {"postgresql": _on_postgres, "sqlite": _on_sqlite}


def _tables() -> dict[str, str]:
    """The table of each file; points are written with customers, and count there."""
    sys.path.insert(0, str(ROOT))
    from contact_hub.customers.rules.layout import FILES

    tables = {name: one.model.lower().replace(".", "_") for name, one in FILES.items()}
    return tables | {"points": "customers_point"}


def _sample(place: Path, accounts: int) -> Path:
    _hub(
        "sample",
        str(place),
        "--accounts",
        str(accounts),
        "--day",
        "2026-06-01",
        env=dict(os.environ),
    )
    return place


def _import(place: Path, environment: dict[str, str]) -> dict:
    command = [sys.executable, "-c", WORK, str(place)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def _hub(*arguments: str, env: dict[str, str]) -> None:
    env = env | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "contact_hub.cli", *arguments]
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--extract", type=Path, help="an extract that is there already")
    parser.add_argument("--work", type=Path, help="where the files are made")
    parser.add_argument("--engine", action="append", choices=ENGINES)
    options = parser.parse_args()
    options.engine = options.engine or list(ENGINES)
    if not shutil.which("psql"):
        print(f"(PostgreSQL is asked at {SERVER})")
    return options


if __name__ == "__main__":
    main()
