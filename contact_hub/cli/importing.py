"""`./hub import`: take over an extract of the billing system, or look what it would change."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from contact_hub.customers.actions import importing
from contact_hub.customers.actions.importing.mending import write_rejects
from contact_hub.customers.models import ImportFile, ImportRun
from contact_hub.customers.models.sayings import in_words
from contact_hub.lib.extracts import REFUSED, Unreadable

FAILED = 1
COLUMNS = ("rows", "new", "changed", "same", "gone", "rejects")


def run(arguments: Sequence[str]) -> int:
    """0: all is taken; 1: some of it is not; 65: it is no extract; 75: another import runs."""
    options = _parser().parse_args(arguments)
    try:
        asked = _prepare(options)
        done = importing.carry_out(asked, told=_Progress() if sys.stderr.isatty() else None)
    except Unreadable as wrong:
        sys.stderr.write(f"hub: {in_words(wrong.said, wrong.particulars)}\n")
        return os.EX_DATAERR
    except importing.Busy:
        sys.stderr.write("hub: another import is under way; this one goes on where it was later\n")
        return os.EX_TEMPFAIL
    _tell(done)
    folder = options.rejects or settings.VAR / "imports" / str(done.pk)
    for path in write_rejects(done, folder):
        sys.stdout.write(f"refused rows, to be mended and imported again: {path}\n")
    return 0 if done.state == ImportRun.State.DONE else FAILED


def _prepare(options: argparse.Namespace) -> ImportRun:
    files: list[Path] = options.file
    mended = [path for path in files if f"{REFUSED}." in path.name]
    if mended:
        if options.place or options.preview or len(mended) < len(files):
            raise Unreadable("mended_alone")
        return importing.prepare_mended([path.resolve() for path in mended], by=None)
    if options.place is None:
        raise Unreadable("which")
    place: Path = options.place.resolve()
    if not place.exists():
        raise Unreadable("not_there", path=str(place))
    names = [path.name for path in files]
    return importing.prepare(place, by=None, only=names, preview=options.preview)


def _tell(done: ImportRun) -> None:
    """What came of it, a line for each file and each finding."""
    sys.stdout.write(f"{'':20}{''.join(f'{name:>12}' for name in COLUMNS)}\n")
    for file in done.files.all():
        counts = "".join(f"{getattr(file, name):>12}" for name in COLUMNS)
        sys.stdout.write(f"{file.name:20}{counts}{f'  {file.said}' if file.trouble else ''}\n")
    for finding in done.findings.order_by("severity", "file"):
        keys = ", ".join(example["key"] for example in finding.examples[:3])
        told = f"{finding.severity}: {finding.file}: {finding.said} ({finding.count})"
        sys.stdout.write(f"{told}{f' {keys}' if keys else ''}\n")
    what = "would change this" if done.preview else done.get_state_display().lower()
    sys.stdout.write(f"{done.extract} of {done.as_of:%Y-%m-%d %H:%M %Z}: {what}.\n")
    if done.trouble:
        sys.stderr.write(f"hub: {done.said}\n")


class _Progress:
    """Says on the terminal how far each file is."""

    def __call__(self, file: ImportFile) -> None:
        end = "\n" if file.is_over else ""
        sys.stderr.write(f"\r{file.name:20} {file.share:3} % {file.get_state_display():10}{end}")
        sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./hub import",
        description="Take over an extract of the billing system. The same extract twice changes"
        " nothing; one that was cut off goes on where it was.",
    )
    parser.add_argument("place", nargs="?", type=Path, metavar="DIR", help="or a .zip of it")
    parser.add_argument(
        "--preview", action="store_true", help="only tell what would change, and change nothing"
    )
    parser.add_argument(
        "--file",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="only this file of the extract (several times: these); or a file of mended rows",
    )
    parser.add_argument(
        "--rejects", type=Path, metavar="DIR", help="where refused rows are written"
    )
    return parser
