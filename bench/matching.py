"""Looking people up among N accounts, on both engines: how well, how fast, how sure.

    python bench/matching.py [--accounts 1000000] [--queries 60] [--engine sqlite|postgresql]
                             [--keep DIR]
    python bench/matching.py --clean FILE --dirty FILE --map last=surname,first=given_name,…

Prints, for each of 24 ways of being asked: whether the right customer was among the candidates,
first, among the first three; milliseconds at p50 and p95; and the whole beside one pass of
rapidfuzz `cdist(ratio)` over the same names in the same process. Then how sure the answers were
and how right, and what became of strangers.

Milliseconds are CPU: the process's and, on PostgreSQL, its server process's; wall is in brackets.
With --keep the databases stay: a second run with the same DIR measures without filling, and a fill
that was broken off goes on where it was.
With --clean and --dirty any two CSV files are matched: `id` in --map names the column by which a
dirty record's clean one is known; see bench/records.py.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from postgres import database, prepare

BATCH = 5000


def main() -> None:
    asked = _arguments()
    if asked.clean:
        with tempfile.TemporaryDirectory() as var:
            _prepare(f"sqlite:///{var}/bench.sqlite3", Path(var))
            import records

            records.run(asked.clean, asked.dirty, asked.map, asked.queries)
        return
    if not asked.engine:
        for engine in ("sqlite", "postgresql"):
            again = [sys.executable, __file__, "--engine", engine]
            again += ["--accounts", str(asked.accounts), "--queries", str(asked.queries)]
            again += ["--keep", asked.keep] if asked.keep else []
            subprocess.run(again, check=True)
        return
    name = f"hub_bench_matching_{asked.accounts}"
    with _directory(asked.keep) as var:
        if asked.engine == "sqlite":
            _run(f"sqlite:///{var / name}.sqlite3", var, asked)
            return
        with database(name, keep=bool(asked.keep)) as url:
            _run(url, var, asked)


@contextmanager
def _directory(keep: str) -> Iterator[Path]:
    """Where the SQLite file and the hub's own files are: one that stays, or one for this run."""
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep).resolve()
        return
    with tempfile.TemporaryDirectory() as var:
        yield Path(var)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=60, help="of each scenario; 0 only fills")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"))
    parser.add_argument("--keep", default="", metavar="DIR", help="keep the databases, files here")
    parser.add_argument("--clean")
    parser.add_argument("--dirty")
    parser.add_argument("--map", default="")
    return parser.parse_args()


def _prepare(url: str, var: Path) -> None:
    prepare(url, var=var)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def _run(url: str, var: Path, asked: argparse.Namespace) -> None:
    _prepare(url, var)
    import measuring
    from people import Town

    town = Town(asked.accounts)
    _fill(town)
    if not asked.queries:
        return
    measuring.run(town, queries=asked.queries, clock=Clock())
    from django.db import connection

    connection.close()


def _fill(town: Any) -> None:
    """Everybody into the tables of the customers room, then their faces, as an import would.

    Who is there already, from a run with --keep, is not put there again.
    """
    from django.db import connection, transaction

    from contact_hub.customers.actions.faces import renew
    from contact_hub.customers.models import Account, Customer, Point, Premise

    spent = {"rows": 0.0, "faces": 0.0}
    clock = Clock()
    there = Customer.objects.count()
    for piece in _pieces(islice(town.on_file(), there, None)):
        with transaction.atomic():
            with clock.into(spent, "rows"):
                _load(Customer, piece, lambda at, h: {
                    "id": at, "name": f"{h.name} LLC" if h.business else h.name,
                    "kind": "organisation" if h.business else "person",
                    "first_name": "" if h.business else h.first,
                    "last_name": "" if h.business else h.last,
                })  # fmt: skip
                _load(Premise, piece, lambda at, h: {
                    "id": at, "street": f"{h.house} {h.street}", "unit": h.unit,
                    "city": "Springfield", "state": "OH", "zip_code": h.zip,
                })  # fmt: skip
                _load(Account, piece, lambda at, h: {
                    "id": at, "number": h.number, "line": "electric",
                    "customer_id": at, "premise_id": at,
                })  # fmt: skip
                for kind in ("phone", "email"):
                    _load(Point, piece, lambda at, h, kind=kind: {
                        "customer_id": at, "kind": kind,
                        "value": f"+1{h.phone}" if kind == "phone" else h.email,
                    })  # fmt: skip
            with clock.into(spent, "faces"):
                renew([at for at, _human in piece])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"\n{connection.vendor}, {town.accounts:,} accounts, {there:,} of them kept")
    if new := town.accounts - there:
        each = {name: 1e6 * cpu / new for name, cpu in spent.items()}
        print(f"faces {each['faces']:.0f} µs CPU an account", end=" ")
        print(f"(its customer, premise, account and two points: {each['rows']:.0f} µs)")


def _pieces(rows: Iterator[Any]) -> Iterator[list[Any]]:
    piece: list[Any] = []
    for row in rows:
        piece.append(row)
        if len(piece) == BATCH:
            yield piece
            piece = []
    if piece:
        yield piece


def _load(model: Any, piece: list[Any], row: Any) -> None:
    from contact_hub.customers.actions.rows import add

    rows = [row(at, human) for at, human in piece]
    rest = {
        field.column: "{}" if field.get_internal_type() == "JSONField" else field.get_default()
        for field in model._meta.concrete_fields  # Django's documented name
        if field.column not in rows[0] and not field.null and not field.primary_key
    }
    add(model, [*rows[0], *rest], [[*one.values(), *rest.values()] for one in rows])


class Clock:
    """CPU seconds of this process and of its server process on PostgreSQL."""

    def __init__(self) -> None:
        from django.db import connection

        self.server = ""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.server = f"/proc/{cursor.fetchone()[0]}/schedstat"

    def cpu(self) -> float:
        own = time.process_time()
        if self.server:
            own += int(Path(self.server).read_text().split()[0]) / 1e9
        return own

    @contextmanager
    def into(self, spent: dict[str, float], name: str) -> Iterator[None]:
        begin = self.cpu()
        yield
        spent[name] += self.cpu() - begin


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    random.seed(1)
    os.environ.setdefault("HUB_POOL_SIZE", "0")
    main()
