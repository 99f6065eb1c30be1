"""One change, many screens: 500 signed-in sockets on one server process, 10 changes a second.

    .venv/bin/python bench/fanout.py [--sockets 500] [--rate 10] [--seconds 6]

Each row is a fresh server with one worker. For the hub's own bus another process records the
changes, and a change's way begins when `record` is called; "group_send" is a plain Channels
consumer with the layer named, told by one more socket. A change has arrived on a socket with the
first frame whose number is at least its own.

record     ms the recording itself took, 99 of 100: the disk's part, and the crowd's on the machine
p50, p99   ms from change to socket
arrived    share of changes times sockets
frames     that a socket got; fewer than changes means that some came together
core       CPU of the server while changes came; one core is 100 %
us each    the same in microseconds for each change on each socket

PostgreSQL and Redis on this machine are used when they answer (BENCH_POSTGRES, BENCH_REDIS).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import postgres
import psutil
import psycopg
import redis
import uvloop

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.ports import free_port  # noqa: E402  # after the path

REDIS = os.environ.get("BENCH_REDIS", "redis://127.0.0.1:6379/4")
LATE = 30.0  # seconds the slowest may take after the last change
BARS = {"p99": 100.0, "core": 25.0, "arrived": 100.0, "ratio": 8.0}
SEQ = re.compile(rb'"seq": ?(\d+)')
SCENE = """
import json, sys
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from contact_hub.inbox.models import Case, Queue
from contact_hub.staff.models import Person, Team
team = Team.objects.create(name="Bench")
queue = Queue.objects.create(name="Bench", key="bench")
queue.teams.add(team)
case = Case.objects.create(queue=queue, subject="Bench", due_at=timezone.now())
keys = []
people = [Person(email=f"p{n}@bench.test", name=f"P {n}", password="!") for n in range(50)]
for person in Person.objects.bulk_create(people):
    person.teams.add(team)
for number in range(SOCKETS):
    person = people[number % len(people)]
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    keys.append(session.session_key)
print(json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "keys": keys, "topics": case.topics}))
"""
SPEAKER = """
import json, sys, time
from contact_hub.journal.actions import record
topics = json.loads(sys.stdin.readline())
record(topics[0], "noted", by=None, topics=["bench"])  # connections are made
print("ready", flush=True)
count, rate = json.loads(sys.stdin.readline())
begun, told = time.monotonic() + 0.2, {}
for step in range(count):
    time.sleep(max(0.0, begun + step / rate - time.monotonic()))
    at = time.monotonic()
    entry = record(topics[0], "noted", by=None, topics=topics)
    told[entry.seq] = at, time.monotonic()
print(json.dumps(told), flush=True)
"""


@dataclass
class Row:
    """One way of telling the screens, and what it cost."""

    name: str
    bus: str
    database: str
    layer: str = ""
    redis_url: str = ""
    wrote: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    arrived: float = 0.0
    frames: float = 0.0
    core: float = 0.0
    each: float = 0.0


@dataclass
class Line(asyncio.Protocol):
    """A client's end of one socket, as cheap as possible: it notes when which number came."""

    hello: bytes
    watch: bytes
    open: asyncio.Future[None]
    answered: asyncio.Future[None]
    heard: list[tuple[float, int]] = field(default_factory=list)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.hello)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        if not self.open.done():
            if b" 101 " not in data[:20]:
                self.open.set_exception(ConnectionError(data[:200].decode(errors="replace")))
                return
            self.open.set_result(None)
            self.transport.write(self.watch)
        if b'"watching"' in data and not self.answered.done():
            self.answered.set_result(None)
        self.heard += [(now, int(number)) for number in SEQ.findall(data)]

    def connection_lost(self, exc: Exception | None) -> None:
        for waiting in (self.open, self.answered):
            if not waiting.done():
                waiting.set_exception(ConnectionError("closed"))

    def say(self, text: str) -> None:
        self.transport.write(masked(text))


def masked(text: str) -> bytes:
    """A text frame of a client, with a mask of zeroes."""
    content = text.encode()
    size = len(content)
    length = bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + size.to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + content


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--rate", type=float, default=10)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--only", default="", help="only rows with these words")
    asked = parser.parse_args()
    done = []
    with ExitStack() as stack:
        for row in (row for row in ways(stack) if asked.only in row.name):
            var = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            row.database = row.database or f"sqlite:///{var / 'hub.sqlite3'}"
            measure(row, var, asked)
            done.append(row)
            sys.stderr.write(f"{row.name} done\n")
    report(done, asked)


def ways(stack: ExitStack) -> Iterator[Row]:
    yield Row("bus: local, SQLite", "local", "")
    with suppress(psycopg.OperationalError):
        url = stack.enter_context(postgres.database("hub_bench_fanout"))
        yield Row("bus: PostgreSQL", "postgres", url)
    yield Row("group_send: in memory", "local", "", "channels.layers.InMemoryChannelLayer")
    with suppress(redis.RedisError):
        redis.Redis.from_url(REDIS).ping()
        yield Row("bus: Redis, SQLite", "redis", "", redis_url=REDIS)
        yield Row("group_send: Redis", "local", "", "channels_redis.core.RedisChannelLayer")
        pubsub = "channels_redis.pubsub.RedisPubSubChannelLayer"
        yield Row("group_send: Redis pub/sub", "local", "", pubsub)


def measure(row: Row, var: Path, asked: argparse.Namespace) -> None:
    port = free_port()
    config = {"hosts": [REDIS]} if "redis" in row.layer else {}
    settings = os.environ | {
        "DJANGO_SETTINGS_MODULE": "contact_hub.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'bench'}",
        "HUB_VAR": str(var),
        "DATABASE_URL": row.database,
        "HUB_BUS": row.bus,
        "REDIS_URL": row.redis_url,
        "HUB_POOL_SIZE": "2",
        "HUB_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BENCH_LAYER": json.dumps({"BACKEND": row.layer, "CONFIG": config}),
    }
    run = [sys.executable, "-m", "contact_hub.cli", "migrate"]
    subprocess.run(run, env=settings, cwd=ROOT, check=True, capture_output=True)
    scene = json.loads(python(SCENE.replace("SOCKETS", str(asked.sockets)), settings))
    target = "plain_group:application" if row.layer else "contact_hub.asgi:application"
    arguments = ["--interface", "asgi", "--loop", "uvloop", "--workers", "1", "--port", str(port)]
    server = [sys.executable, "-m", "granian", *arguments, "--log-level", "error", target]
    with process(server, settings) as web:
        uvloop.run(fan_out(row, web, port, scene, settings, asked))


def python(script: str, settings: dict[str, str]) -> str:
    command = [sys.executable, "-c", f"import django; django.setup()\n{script}"]
    done = subprocess.run(command, env=settings, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode().splitlines()[-1]


@contextmanager
def process(command: list[str], settings: dict[str, str]) -> Iterator[psutil.Popen]:
    """Run a program, and end it and its children by their ids."""
    started = psutil.Popen(command, env=settings, cwd=ROOT, stdin=subprocess.DEVNULL)
    try:
        yield started
    finally:
        for one in [*started.children(recursive=True), started]:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        started.wait(10)


def cpu(web: psutil.Popen) -> float:
    total = 0.0
    for one in [web, *web.children(recursive=True)]:
        times = one.cpu_times()
        total += times.user + times.system
    return total


async def fan_out(
    row: Row,
    web: psutil.Popen,
    port: int,
    scene: dict[str, list[str]],
    settings: dict[str, str],
    asked: argparse.Namespace,
) -> None:
    await until_open(port)
    watch = masked(json.dumps({"watch": scene["topics"][:1]}))
    lines = [await line(port, f"{scene['cookie']}={key}", watch) for key in scene["keys"]]
    count = int(asked.rate * asked.seconds)
    for one in lines:
        one.heard.clear()
    if row.layer:
        driver = await line(port, f"{scene['cookie']}={scene['keys'][0]}", watch)
        await asyncio.sleep(1)
        before = cpu(web)
        told = await drive(driver, count, asked.rate)
    else:
        speaker = await speak(row, scene["topics"], settings)
        await asyncio.sleep(1)
        before = cpu(web)
        told = await speaker(count, asked.rate)
    await until_heard(lines, max(told))
    row.each = (cpu(web) - before) / (count * len(lines)) * 1e6
    row.core = (cpu(web) - before) / asked.seconds * 100
    judge(row, lines, told)
    for one in lines:
        one.transport.close()


async def until_open(port: int) -> None:
    for _ in range(600):
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.05)
    raise TimeoutError("the server does not answer")


async def line(port: int, cookie: str, watch: bytes) -> Line:
    hello = (
        f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Sec-WebSocket-Version: 13\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Cookie: {cookie}\r\n\r\n"
    )
    loop = asyncio.get_running_loop()
    made = Line(hello.encode(), watch, loop.create_future(), loop.create_future())
    await loop.create_connection(lambda: made, "127.0.0.1", port)
    async with asyncio.timeout(LATE):
        await made.open
        await made.answered
    return made


async def drive(driver: Line, count: int, rate: float) -> dict[int, float]:
    """Have the server itself send to the group, at a steady rate."""
    begun, told = time.monotonic() + 0.2, {}
    for step in range(count):
        await asyncio.sleep(max(0.0, begun + step / rate - time.monotonic()))
        told[step + 1] = time.monotonic()
        driver.say(json.dumps({"event": step + 1}))
    return told


async def speak(row: Row, topics: list[str], settings: dict[str, str]) -> Any:
    """Start the process that records; returns what makes it begin and gives when it did."""
    command = ["-c", f"import django; django.setup()\n{SPEAKER}"]
    speaker = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        env=settings,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert speaker.stdin
    assert speaker.stdout
    speaker.stdin.write(json.dumps(topics).encode() + b"\n")
    await speaker.stdout.readline()

    async def begin(count: int, rate: float) -> dict[int, float]:
        speaker.stdin.write(json.dumps([count, rate]).encode() + b"\n")
        told = json.loads(await speaker.stdout.readline())
        await speaker.wait()
        writes = sorted((done - at) * 1000 for at, done in told.values())
        row.wrote = writes[int(len(writes) * 0.99)]
        return {int(seq): at for seq, (at, _) in told.items()}

    return begin


async def until_heard(lines: list[Line], last: int) -> None:
    until = time.monotonic() + LATE
    while time.monotonic() < until:
        if all(one.heard and one.heard[-1][1] >= last for one in lines):
            return
        await asyncio.sleep(0.05)


def judge(row: Row, lines: list[Line], told: dict[int, float]) -> None:
    waits = []
    for one in lines:
        heard = iter(one.heard)
        at, number = next(heard, (0.0, -1))
        for seq in sorted(told):
            while number < seq and number >= 0:
                at, number = next(heard, (0.0, -1))
            if number >= seq:
                waits.append((at - told[seq]) * 1000)
    waits.sort()
    row.arrived = 100 * len(waits) / (len(told) * len(lines))
    row.frames = sum(len(one.heard) for one in lines) / len(lines)
    if waits:
        row.p50, row.p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]


def report(rows: list[Row], asked: argparse.Namespace) -> None:
    what = f"{asked.sockets} sockets, {asked.rate:g} changes a second, {asked.seconds:g} s"
    print(f"\n{what}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    print(
        f"{'':26}{'record':>8}{'p50':>8}{'p99':>8}{'arrived':>9}{'frames':>8}"
        f"{'core':>8}{'us each':>9}"
    )
    for row in rows:
        print(
            f"{row.name:26}{row.wrote:8.1f}{row.p50:8.1f}{row.p99:8.1f}{row.arrived:8.2f}%{row.frames:8.1f}"
            f"{row.core:7.1f}%{row.each:9.1f}"
        )
    print(
        f"\nbars: p99 <= {BARS['p99']:g} ms, arrived {BARS['arrived']:g} %, core <= "
        f"{BARS['core']:g} %, >= {BARS['ratio']:g} x less CPU than group_send of the same kind"
    )
    for row in (row for row in rows if not row.layer):
        store = "Redis" if row.bus == "redis" else "memory"
        plain = [one.each for one in rows if one.layer and store in one.name] or [0.0]
        ratio = min(plain) / row.each
        good = {
            "p99": row.p99 <= BARS["p99"],
            "arrived": row.arrived >= BARS["arrived"],
            "core": row.core <= BARS["core"],
            f"{ratio:.1f} x": ratio >= BARS["ratio"],
        }
        words = ", ".join(f"{name} {'ok' if met else 'MISSED'}" for name, met in good.items())
        print(f"{row.name:26}{words}")


if __name__ == "__main__":
    main()
