"""Refused rows: written to a file that a person can mend, and taken again from it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from contact_hub.customers.models import ImportFile, ImportRun
from contact_hub.customers.vault import open_row
from contact_hub.lib.extracts import REFUSED, Extract, Unreadable

COLUMNS = ("_run", "_line", "_column", "_reason")  # before those of the file itself


def file_name(file: ImportFile) -> str:
    """What the file of refused rows is called."""
    return f"{file.name}{REFUSED}.csv"


def refused_rows(file: ImportFile) -> Iterator[list[str]]:
    """The header and the rows that were refused and not mended yet, with what is wrong in each."""
    yield [*COLUMNS, *file.header]
    for one in file.refused.filter(mended=False).iterator(chunk_size=2000):
        row = open_row(one.row) if one.row else []
        yield [str(file.run_id), str(one.line), one.column, one.said, *row]


def write_rejects(run: ImportRun, folder: Path) -> list[Path]:
    """Write a file for each file of the run with refused rows; return which."""
    written = []
    for file in run.files.filter(rejects__gt=0):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file_name(file)
        with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as text:
            csv.writer(text).writerows(refused_rows(file))
        written.append(path)
    return written


def origin(extract: Extract) -> ImportRun:
    """The run whose refused rows these files hold; raise Unreadable."""
    runs = {_run_of(extract, name) for name in extract.paths}
    if len(runs) != 1:
        raise Unreadable("several_imports")
    found = ImportRun.objects.filter(pk=runs.pop()).first()
    if found is None:
        raise Unreadable("unknown_import")
    return found


def settle(file: ImportFile) -> None:
    """Mark the rows that were taken this time as mended where they were refused first."""
    run = file.run
    again = set(file.refused.values_list("line", flat=True))
    extract = Extract(Path(run.place), only=run.only)
    with extract.reading(file.name) as rows:
        _line, header = next(rows)
        place = header.index("_line")
        taken = [
            int(row[place])
            for line, row in rows
            if line not in again and len(row) > place and row[place].isdecimal()
        ]
    for start in range(0, len(taken), 500):
        some = taken[start : start + 500]
        first = ImportFile.objects.filter(run=run.mends_id, name=file.name).first()
        if first is not None:
            first.refused.filter(line__in=some).update(mended=True)


def _run_of(extract: Extract, name: str) -> int:
    with extract.reading(name) as rows:
        header, first = next(rows, (0, [])), next(rows, (0, []))
    told = dict(zip(header[1], first[1], strict=False)).get("_run", "")
    if not told.isdecimal():
        raise Unreadable("no_refused_rows", path=extract.paths[name])
    return int(told)
