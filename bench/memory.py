"""What a running hub weighs, and how soon its command line answers.

    .venv/bin/python bench/memory.py

Starts `hub serve --web 2` on SQLite, asks it for a hundred pages, and adds up what is resident in
each process: the proportional size counts what processes share once, the other each time. Then
times `hub --help`, warm, and looks for what start-up must not import.
"""

from __future__ import annotations

import collections
import http.client
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.hubs import ROOT, Hub, prepare, serving

LIMIT = 350  # MB for two web processes and a worker
HEAVY = ("sklearn", "twilio")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        prepare(var, "")
        with serving(var, "--no-migrate", "--web", "2") as hub:
            for _page in range(100):
                ask(hub)
            weights = weigh(hub)
    print(f"{'MB':12} {'proportional':>12} {'resident':>9}")
    for name, (proportional, resident) in weights.items():
        print(f"{name:12} {proportional:12.1f} {resident:9.1f}")
    served = weights["web"][1] + weights["worker"][1]
    reached = "reached" if served <= LIMIT else "MISSED "
    print(f"  {reached} web × 2 + worker ≤ {LIMIT} MB resident: {served:.0f}")
    seconds = sorted(help_seconds() for _run in range(5))
    print(
        f"  {'reached' if seconds[2] < 1 else 'MISSED '} hub --help under 1 s: {seconds[2]:.2f} s"
    )
    found = heavy()
    print(f"  {'reached' if not found else 'MISSED '} start-up imports none of {HEAVY}: {found}")


def ask(hub: Hub) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=20)
    connection.request("GET", "/account/login/")
    connection.getresponse().read()
    connection.close()


def weigh(hub: Hub) -> dict[str, tuple[float, float]]:
    """Megabytes by part: proportional and resident."""
    found: dict[str, list[float]] = collections.defaultdict(lambda: [0.0, 0.0])
    for process in hub.processes():
        words = " ".join(process.cmdline())
        web = any(one in words for one in ("granian", "resource_tracker", "multiprocessing"))
        part = next((one for one in ("worker", "mail") if one in words), "supervisor")
        memory = process.memory_full_info()
        found["web" if web else part][0] += memory.pss / 2**20
        found["web" if web else part][1] += memory.rss / 2**20
    return {name: (proportional, resident) for name, (proportional, resident) in found.items()}


def help_seconds() -> float:
    begun = time.perf_counter()
    subprocess.run([ROOT / "hub", "--help"], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begun


def heavy() -> list[str]:
    """Which heavy packages loading the site imports."""
    script = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'contact_hub.settings';"
        "import django; django.setup(); import contact_hub.urls, contact_hub.asgi;"
        f"print(' '.join(one for one in {HEAVY!r} if one in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.split()


if __name__ == "__main__":
    main()
