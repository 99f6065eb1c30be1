"""`./hub serve`: the whole hub as one tree of processes."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

from contact_hub import settings
from contact_hub.cli.places import environment, hub
from contact_hub.cli.supervisor import Program, Supervisor

PARTS = ("web", "worker", "mail")
FIGURES = "figures"  # in HUB_VAR: what each web process has counted, for /metrics
NO_KEY = (
    "hub: {host} can be reached from other machines, and the key of this hub is the demo's, which "
    "everybody knows: anybody could sign in as anybody.\n"
    "     Set HUB_SECRET_KEY to a secret of your own, or listen on 127.0.0.1.\n"
)


class CannotStart(Exception):
    """Something stands in the way; the words say what."""


def run(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    public = os.environ.setdefault("HUB_PUBLIC_URL", f"http://{options.host}:{options.port}")
    here = "web" in (options.only or PARTS)
    if here and not _is_this_machine(options.host) and _has_no_key_of_its_own():
        sys.stderr.write(NO_KEY.format(host=options.host))
        return 1
    return serve(options, extra=(), ready=f"Contact Hub is on {public}" if here else "Ready")


def serve(options: argparse.Namespace, *, extra: Sequence[Program], ready: str) -> int:
    """Prepare the database and keep every part and `extra` alive until SIGTERM.

    ready    what to say once the web answers
    Returns 1 when something stands in the way, which is said.
    """
    try:
        with only_one(settings.VAR):
            for door in doors(options):
                free(*door)
            _forget_figures(settings.VAR / FIGURES)
            prepare(migrate=options.migrate)
            asyncio.run(_run([*programs(options), *extra], doors(options), ready))
    except CannotStart as reason:
        sys.stderr.write(f"hub: {reason}\n")
        return 1
    return 0


def _is_this_machine(host: str) -> bool:
    """Whether only programs on this machine reach `host`; a name that is unknown is not ours."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _has_no_key_of_its_own() -> bool:
    return settings.SECRET_KEY == settings.DEMO_KEY and not settings.DEBUG


async def _run(running: Sequence[Program], doors: Sequence[tuple[str, int]], ready: str) -> None:
    supervisor = Supervisor(running)
    telling = asyncio.create_task(_tell_when_open(supervisor, doors, ready))
    await supervisor.run()
    telling.cancel()


async def _tell_when_open(
    supervisor: Supervisor, doors: Sequence[tuple[str, int]], ready: str
) -> None:
    for host, port in doors:
        while not await _answers(host, port):  # noqa: ASYNC110  # another process opens it
            await asyncio.sleep(0.1)
    for line in ready.splitlines():
        supervisor.say("hub", line)


async def _answers(host: str, port: int) -> bool:
    try:
        _reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


def programs(options: argparse.Namespace) -> list[Program]:
    """What is to run: every part, or those named by --only."""
    here = environment()
    counting = here | {"PROMETHEUS_MULTIPROC_DIR": str(settings.VAR / FIGURES)}
    found = {
        "web": [Program("web", web(options.host, options.port, options.web), counting)],
        "worker": [
            Program(f"worker{number or ''}", hub("worker"), here)
            for number in range(options.workers)
        ],
        "mail": [Program("mail", hub("mail"), here)],
    }
    return [program for part in options.only or PARTS for program in found[part]]


def doors(options: argparse.Namespace) -> list[tuple[str, int]]:
    """The addresses that must be free."""
    parts = options.only or PARTS
    found = [(options.host, options.port)] if "web" in parts else []
    if "mail" in parts:
        listens = filter(None, (settings.LMTP_LISTEN, settings.SMTP_LISTEN))
        parted = (address.rpartition(":") for address in listens)
        found += [(host, int(port)) for host, _, port in parted if port.isdigit()]
    return found


def web(host: str, port: int, workers: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--loop", "uvloop"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--respawn-failed-workers", "--log-level", "warning"),
        "contact_hub.asgi:application",
    ]


def prepare(*, migrate: bool) -> None:
    """Bring tables, and in production the static files, up to date."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    steps = [hub("migrate")] if migrate else []
    if settings.PRODUCTION:
        steps.append(hub("manage", "collectstatic", "--no-input", "--verbosity", "0"))
    for step in steps:
        done = subprocess.run(
            step, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if done.returncode:
            sys.stderr.buffer.write(done.stdout)
            raise CannotStart(f"“{' '.join(step[2:])}” failed; its words are above.")


def _forget_figures(directory: Path) -> None:
    """Counters begin at zero with each start."""
    directory.mkdir(exist_ok=True)
    for figures in directory.glob("*.db"):
        figures.unlink()


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the mark that says a hub runs on `var`; the system drops it with the process."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "serve.pid").open("a+") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            mark.seek(0)
            other = mark.read().strip() or "unknown"
            raise CannotStart(f"a hub runs on {var} already (process {other}).") from error
        mark.truncate(0)
        mark.write(str(os.getpid()))
        mark.flush()
        yield
        mark.truncate(0)


def free(host: str, port: int) -> None:
    """Raise CannotStart unless one may listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host.strip("[]"), port))
        except OSError as error:
            raise CannotStart(f"{host}:{port} cannot be used: {error.strerror}.") from error


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="./hub serve",
        description="Run web, worker and mail in one tree of processes; SIGTERM or Ctrl-C ends it.",
    )
    found.add_argument("--host", default="127.0.0.1", help="where the web listens")
    found.add_argument("--port", type=int, default=8000)
    found.add_argument("--web", type=int, default=1, metavar="N", help="processes for the web")
    found.add_argument("--workers", type=int, default=1, metavar="N", help="worker processes")
    found.add_argument("--only", action="append", choices=PARTS, help="just this part (may repeat)")
    found.add_argument(
        "--no-migrate", dest="migrate", action="store_false", help="the tables are up to date"
    )
    return found
