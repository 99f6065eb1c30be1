"""`./hub check`: every linter and checker, a line for each."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from contact_hub.cli.places import BIN, ROOT, environment

PRODUCTION = {  # what a real site would set, for Django's own look at a deployment
    "HUB_PRODUCTION": "yes",
    "HUB_SECRET_KEY": "only-for-the-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "HUB_SEALING_KEYS": "b25seS1mb3ItdGhlLWNoZWNrLTAxMjM0NTY3ODktYWI=",
    "HUB_PUBLIC_URL": "https://hub.example.com",
    "HUB_ALLOWED_HOSTS": "hub.example.com",
}
SHELL = (
    'for file in hub .ci/run; do head -1 "$file" | grep -q bash && bash -n "$file"; sh -n hub; done'
)


def run(arguments: Sequence[str]) -> int:
    """Run all steps, or those named; return 1 when one of them finds something."""
    steps = _steps()
    wanted = list(arguments) or list(steps)
    if strangers := set(wanted) - set(steps):
        sys.stderr.write(f"No such check: {', '.join(sorted(strangers))}.\n")
        sys.stderr.write(f"Known: {', '.join(steps)}.\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="hub-check-") as var:
        return max([_step(name, *steps[name], var=Path(var)) for name in wanted])


def _steps() -> dict[str, tuple[list[str], dict[str, str]]]:
    """The command line and the extra environment of each check, in order of speed."""
    manage = [sys.executable, "manage.py"]
    return {
        "format": ([str(BIN / "ruff"), "format", "--check", "."], {}),
        "lint": ([str(BIN / "ruff"), "check", "."], {}),
        "shell": (["sh", "-c", SHELL], {}),
        "imports": ([str(BIN / "lint-imports")], {}),
        "templates": ([str(BIN / "djlint"), "--lint", "--quiet", "templates"], {}),
        "migrations": ([*manage, "makemigrations", "--check", "--dry-run"], {}),
        "deployment": ([*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        "types": ([str(BIN / "mypy")], {}),
    }


def _step(name: str, command: list[str], more: dict[str, str], *, var: Path) -> int:
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(HUB_VAR=str(var), **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "FAIL" if done.returncode else "ok"
    sys.stdout.write(f"{verdict:<5}{name:<11} {time.monotonic() - started:5.1f} s\n")
    if done.returncode:
        sys.stdout.write(done.stdout.rstrip() + "\n\n")
    sys.stdout.flush()
    return min(done.returncode, 1)
