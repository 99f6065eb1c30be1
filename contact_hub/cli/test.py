"""`./hub test`: run the whole suite, or the part that is asked for."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence

from contact_hub.cli.places import ROOT, environment

ALL = (
    *("-n", "auto", "--dist", "loadfile"),  # a worker for each core, a file never split
    "--tb=native",  # pytest's own parsing of a failure can end Python 3.11 beside Playwright
)


def run(arguments: Sequence[str]) -> int:
    command = [sys.executable, "-m", "pytest", *(arguments or ALL)]
    with tempfile.TemporaryDirectory(prefix="hub-test-") as var:
        return subprocess.call(command, cwd=ROOT, env=environment(HUB_VAR=var))
