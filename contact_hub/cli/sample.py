"""`./hub sample`: the fictional utility, in a database, or as its billing system's extract."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from contact_hub.sample.actions.extracting import write_delta, write_full
from contact_hub.sample.actions.loading import SEED, load
from contact_hub.sample.errors import NotEmpty
from contact_hub.sample.rules.extracts import Plan
from contact_hub.sample.rules.numbers import MOST
from contact_hub.sample.rules.town import citizens


def run(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _write(options) if options.directory else _load(options)
    except NotEmpty as reason:
        sys.stderr.write(f"hub: {reason}\n")
        return 1


def _load(options: argparse.Namespace) -> int:
    if settings.PRODUCTION:
        sys.stderr.write("hub: the sample is not for production: everybody knows its password.\n")
        return 1
    loaded = load(seed=options.seed)
    sys.stdout.write("Alder Creek is here.\n" if loaded else "Alder Creek was here already.\n")
    return 0


def _write(options: argparse.Namespace) -> int:
    day = options.day or timezone.localdate()
    plan = Plan(
        accounts=options.accounts, seed=options.seed, day=day.toordinal(), months=options.months
    )
    begun = time.monotonic()
    if options.delta:
        rows = write_delta(options.directory, plan, jobs=options.jobs, packed=options.gz)
    else:
        town = citizens(seed=options.seed, today=day) if options.town else ()
        rows = write_full(
            options.directory, plan, jobs=options.jobs, packed=options.gz, citizens=town
        )
    took = time.monotonic() - begun
    sys.stdout.write(f"{rows:,} rows in {options.directory} after {took:.1f} s.\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./hub sample",
        description="Fill an empty database with Alder Creek Utilities (safe to run again), or, "
        "with a directory, write an extract of its billing system there.",
        epilog="The files and their columns are explained in docs/extract.md.",
    )
    parser.add_argument("directory", nargs="?", type=Path, metavar="DIR", help="write an extract")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, another town")
    parser.add_argument("--accounts", type=_count, default=1000, metavar="N", help="how many")
    parser.add_argument(
        "--months", type=_months, default=24, metavar="N", help="how far back bills go"
    )
    parser.add_argument(
        "--day", type=_day, metavar="YYYY-MM-DD", help="of the full extract; else today"
    )
    parser.add_argument(
        "--delta", action="store_true", help="what changed in the week after the full extract"
    )
    parser.add_argument("--town", action="store_true", help="the people of the demo, too")
    parser.add_argument("--gz", action="store_true", help="pack each file")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes that make it"
    )
    return parser


def _count(text: str) -> int:
    return _between(text, 1, MOST)


def _months(text: str) -> int:
    return _between(text, 1, 120)


def _between(text: str, least: int, most: int) -> int:
    if not text.isdigit() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"a number between {least} and {most}")
    return int(text)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a date such as 2026-01-31") from None
    if not 2021 <= day.year <= 2050:
        raise argparse.ArgumentTypeError("a day of the years 2021 to 2050")
    return day
