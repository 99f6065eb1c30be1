"""How long the desk's pages take at 1,000 and at 100,000 cases, in one run.

    python bench/pages.py                      # PostgreSQL at BENCH_SERVER
    python bench/pages.py --sqlite             # SQLite files in a folder of their own
    python bench/pages.py --sizes 1000 20000   # other sizes

Both databases are filled by bench/fill.py (kept and used again with --keep) and asked in turn,
one request of each size after the other, so that a noisy machine is noisy for both. A request
goes through the whole of Django but no network. CPU is that of Django and of the database.
Statements are counted in the first requests of each page, which are not timed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psutil

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("BENCH_SERVER", "postgres://postgres@127.0.0.1:5432")
ROUNDS = 40
WARM = 3
LIST, CASE, SEARCH = "list", "case", "search"
BARS = {
    LIST: (80, 1.3, 12),
    CASE: (80, 1.3, 15),
    SEARCH: (100, 3.0, 6),
}  # p95 ms, ratio, statements

PAGES = (
    (LIST, "list: my queues, ana", "ana", "/desk/?view=queues"),
    (LIST, "list: my queues, max", "max", "/desk/?view=queues"),
    (LIST, "list: newest of all, ana", "ana", "/desk/?view=all"),
    (LIST, "list: closed, ana", "ana", "/desk/?view=closed"),
    (LIST, "list: waiting, ana", "ana", "/desk/?view=waiting"),
    (CASE, "case page", "ana", "/desk/cases/{case}/"),
    (SEARCH, "search: a rare word", "ana", "/desk/?q=" + quote("street1234")),
    (SEARCH, "search: a word in every mail", "ana", "/desk/?q=account"),
    (SEARCH, "search: the same, one queue", "ben", "/desk/?q=account"),
    (SEARCH, "search: a word in every 10th", "ana", "/desk/?q=transformer"),
    (SEARCH, "search: phrase", "max", "/desk/?q=" + quote('"please stop service"')),
    (SEARCH, "search: two words and a sender", "ana", "/desk/?q=" + quote("from:rosa refund bill")),
    (
        SEARCH,
        "search: common, before a day",
        "max",
        "/desk/?q=" + quote("account before:2025-06-01"),
    ),
    (SEARCH, "search: operators only", "ana", "/desk/?q=" + quote("is:open queue:billing")),
    (SEARCH, "search: two that rarely meet", "max", "/desk/?q=" + quote("toilet transformer")),
)


@dataclass
class Reading:
    wall: list[float] = field(default_factory=list)
    app: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def add(self, told: dict[str, float]) -> None:
        self.wall.append(told["wall"])
        self.app.append(told["app"])
        self.database.append(told["database"])

    @property
    def statements(self) -> int:
        """The usual number: now and then a request also notes that its session was used."""
        return statistics.mode(self.counts)

    def p(self, share: float) -> float:
        return sorted(self.wall)[min(int(len(self.wall) * share), len(self.wall) - 1)]


class Site:
    """A process that answers requests on one database and tells what they cost."""

    def __init__(self, size: int, url: str, var: Path) -> None:
        self.size = size
        self.env = {**os.environ, "DATABASE_URL": url, "HUB_VAR": str(var), "HUB_POOL_SIZE": "0"}
        self.process: subprocess.Popen[str] | None = None

    def fill(self) -> None:
        steps = (["manage.py", "migrate", "-v0"], ["bench/fill.py", str(self.size)])
        for step in steps:
            subprocess.run([sys.executable, *step], cwd=ROOT, env=self.env, check=True)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve"],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def get(self, who: str, path: str, *, counting: bool) -> dict[str, float]:
        assert self.process
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([who, path, counting]) + "\n")
        self.process.stdin.flush()
        told = self.process.stdout.readline()
        if not told:
            sys.exit(f"{path} broke; a kept database may be of another version: leave --keep out.")
        return json.loads(told)

    def stop(self) -> None:
        if self.process and self.process.stdin:
            self.process.stdin.close()
            self.process.wait(20)


def serve() -> None:
    """Answer the requests named on stdin, one a line, with their cost."""
    import django

    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "contact_hub.settings"
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from contact_hub.inbox.models import Case
    from contact_hub.staff.models import Person

    clients: dict[str, Client] = {}
    backend: list[psutil.Process] = []
    for line in sys.stdin:
        who, path, counting = json.loads(line)
        if who not in clients:
            clients[who] = Client(headers={"host": "localhost"})
            address = {"ben": "luis.20@alder.test"}.get(who, f"{who}@alder.test")
            person = Person.objects.filter(email=address).first() or Person.objects.get(
                email__contains=".00@"
            )
            clients[who].force_login(person)
        if "{case}" in path:
            visible = Case.objects.visible_to(Person.objects.get(email="ana@alder.test"))
            path = path.format(case=visible.filter(state="open").order_by("-pk")[0].pk)
        backend = backend or _backend(connection)
        before, own = _spent(backend), time.process_time()
        began = time.perf_counter()
        with CaptureQueriesContext(connection) if counting else nullcontext([]) as statements:
            answer = clients[who].get(path)
            answer.content  # noqa: B018  # rendered
        told = {
            "wall": (time.perf_counter() - began) * 1000,
            "app": (time.process_time() - own) * 1000,
            "database": (_spent(backend) - before) * 1000,
            "statements": len(statements),
            "status": answer.status_code,
            "rows": answer.content.decode().count("data-row="),
        }
        print(json.dumps(told), flush=True)


def _backend(connection: BaseDatabaseWrapper) -> list[psutil.Process]:
    """The database's own process for this connection, when it runs on this machine."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return [psutil.Process(cursor.fetchone()[0])]


def _spent(backend: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in backend)


def prepare(size: int, options: argparse.Namespace, folder: Path) -> Site:
    var = folder / f"pages-{size}"
    var.mkdir(parents=True, exist_ok=True)
    name = f"hub_bench_pages_{size}"
    url = f"sqlite:///{var / 'hub.sqlite3'}" if options.sqlite else f"{SERVER}/{name}"
    site = Site(size, url, var)
    if options.keep and _filled(site, options):
        return site
    if options.sqlite:
        for old in var.glob("hub.sqlite3*"):
            old.unlink()
    else:
        import psycopg

        with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{name}"')
    site.fill()
    return site


def _filled(site: Site, options: argparse.Namespace) -> bool:
    if options.sqlite:
        return Path(site.env["DATABASE_URL"].removeprefix("sqlite:///")).exists()
    import psycopg

    try:
        with psycopg.connect(site.env["DATABASE_URL"]) as server:
            return bool(server.execute("SELECT 1 FROM inbox_message LIMIT 1").fetchone())
    except psycopg.Error:
        return False


def measure(sites: list[Site]) -> dict[tuple[str, int], Reading]:
    readings: dict[tuple[str, int], Reading] = {}
    for _kind, name, who, path in PAGES:
        for turn in range(WARM + ROUNDS):
            for site in sites:
                told = site.get(who, path, counting=turn < WARM)
                assert told["status"] == 200, (name, told)
                reading = readings.setdefault((name, site.size), Reading())
                if turn < WARM:
                    reading.counts.append(int(told["statements"]))
                else:
                    reading.add(told)
    return readings


def table(readings: dict[tuple[str, int], Reading], sizes: list[int], kind: str) -> None:
    small, large = sizes[0], sizes[-1]
    print(f"\n{kind}, {large} cases against {small}; p50 / p95 in ms, CPU ms of app + database")
    head = ("page", f"{small}", f"{large}", "ratio", "CPU", "statements", "bar", "")
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for sort, name, _who, _path in PAGES:
        one, other = readings[name, small], readings[name, large]
        top, most, statements = BARS[sort]
        ratio = other.p(0.95) / one.p(0.95)
        fine = other.p(0.95) <= top and ratio <= most and other.statements <= statements
        cells = (
            name,
            f"{one.p(0.5):.1f} / {one.p(0.95):.1f}",
            f"{other.p(0.5):.1f} / {other.p(0.95):.1f}",
            f"{ratio:.2f}",
            f"{statistics.mean(other.app):.1f} + {statistics.mean(other.database):.1f}",
            f"{one.statements} / {other.statements}",
            f"≤ {top} ms, ≤ {most} ×, ≤ {statements}",
            "" if fine else "over",
        )
        print("| " + " | ".join(cells) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sqlite", action="store_true", help="SQLite instead of PostgreSQL")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--keep", action="store_true", help="use databases that are filled already")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "hub-bench")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    sites = [prepare(size, options, options.folder) for size in sorted(options.sizes)]
    for site in sites:
        site.start()
    try:
        readings = measure(sites)
    finally:
        for site in sites:
            site.stop()
    kind = "SQLite" if options.sqlite else "PostgreSQL"
    table(readings, [site.size for site in sites], kind)


if __name__ == "__main__":
    main()
