"""`./hub sample`: fill an empty database with the fictional utility."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from django.conf import settings

from contact_hub.sample.actions.loading import SEED, load
from contact_hub.sample.errors import NotEmpty


def run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./hub sample",
        description="Fill an empty database with Alder Creek Utilities. Safe to run again.",
    )
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, another town")
    options = parser.parse_args(arguments)
    if settings.PRODUCTION:
        sys.stderr.write("hub: the sample is not for production: everybody knows its password.\n")
        return 1
    try:
        loaded = load(seed=options.seed)
    except NotEmpty as reason:
        sys.stderr.write(f"hub: {reason}\n")
        return 1
    sys.stdout.write("Alder Creek is here.\n" if loaded else "Alder Creek was here already.\n")
    return 0
