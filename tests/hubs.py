"""A real hub for tests and benches: `hub serve` on free ports in a folder of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
START = 60.0  # seconds allowed for the hub to answer


@dataclass
class Hub:
    """Where a running hub listens, and its process."""

    port: int
    lmtp: int
    var: Path
    process: subprocess.Popen[bytes]

    def processes(self) -> list[psutil.Process]:
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]


@contextmanager
def serving(var: Path, *options: str, url: str = "", **settings: str) -> Iterator[Hub]:
    """Run `hub serve` until the block ends; every process is ended by its id.

    HUB_LMTP_LISTEN among the settings chooses the door for mail, otherwise any free one is taken.
    """
    port = free_port()
    lmtp = int(settings.get("HUB_LMTP_LISTEN", f":{free_port()}").rpartition(":")[2])
    settings = environment(var, lmtp=lmtp, url=url) | settings
    log = (var / "serve.log").open("wb")
    command = [sys.executable, "-m", "contact_hub.cli", "serve", "--port", str(port), *options]
    process = subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=log, stderr=subprocess.STDOUT
    )
    hub = Hub(port, lmtp, var, process)
    try:
        wait_for(hub)
        yield hub
    finally:
        family = hub.processes() if process.poll() is None else []
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=40)
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        log.close()


def environment(var: Path, *, lmtp: int, url: str = "") -> dict[str, str]:
    """The settings of such a hub."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found | {
        "HUB_VAR": str(var),
        "HUB_LMTP_LISTEN": f"127.0.0.1:{lmtp}",
        "HUB_SMTP_LISTEN": "",
        "DATABASE_URL": url or f"sqlite:///{var / 'hub.sqlite3'}",
        "REDIS_URL": "",
        "HUB_POOL_SIZE": "8",
        "HUB_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "contact_hub.settings",
    }


def wait_for(hub: Hub) -> None:
    """Return once both doors are open; raise when the hub ended or took too long."""
    until = time.monotonic() + START
    while time.monotonic() < until:
        if hub.process.poll() is not None:
            raise RuntimeError((hub.var / "serve.log").read_text())
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", hub.lmtp), timeout=1).close()
            connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=2)
            with closing(connection):
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
        time.sleep(0.1)
    raise RuntimeError("the hub did not start in time")


def prepare(var: Path, script: str, *, url: str = "") -> str:
    """Migrate the database of such a hub and run a script in it; returns what it printed."""
    settings = environment(var, lmtp=0, url=url)
    subprocess.run(
        [sys.executable, "-m", "contact_hub.cli", "migrate"],
        cwd=ROOT,
        env=settings,
        check=True,
        capture_output=True,
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{script}"],
        cwd=ROOT,
        env=settings,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
