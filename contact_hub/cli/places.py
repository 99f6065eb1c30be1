"""Where things lie, for commands that start other programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # the checkout: pyproject.toml, tests, templates
BIN = Path(sys.executable).parent  # the tools of this environment


def hub(*arguments: str) -> list[str]:
    """The command line that runs a command of the hub in another process."""
    return [sys.executable, "-m", "contact_hub.cli", *arguments]


def environment(**more: str) -> dict[str, str]:
    """This process's environment for another one, such that it finds this checkout."""
    paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    found = {"PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)), "PYTHONUNBUFFERED": "1"}
    return os.environ | found | more
