"""`./hub manage`: Django's own commands."""

from __future__ import annotations

import os
from collections.abc import Sequence

from django.core.management import execute_from_command_line


def run(arguments: Sequence[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
    execute_from_command_line(["./hub manage", *arguments])
    return 0
