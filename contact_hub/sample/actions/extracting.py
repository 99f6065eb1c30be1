"""Writing an extract to a directory: as many accounts as one likes, in the memory of a few hundred.

The accounts are made in batches, by several processes where there are processors; batches are
written in their order, so that the files are the same whoever made them.
"""

from __future__ import annotations

import gc
import gzip
import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import IO

from contact_hub.sample.errors import NotEmpty
from contact_hub.sample.rules import extracts
from contact_hub.sample.rules.cast import write_cast
from contact_hub.sample.rules.columns import COLUMNS, MONEY
from contact_hub.sample.rules.extracts import Plan
from contact_hub.sample.rules.sheets import Sheets, money_text
from contact_hub.sample.rules.town import Citizen

BATCH = 400  # accounts
WIDE = extracts.STRIDE * BATCH  # accounts of which a later extract makes as many
AHEAD = 2  # batches that each process may be ahead of the disk
PACKED = 5  # of nine: what packs as fast as it is made
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows, ready to be written: text, how many, and their sum in cents, by file."""

    text: dict[str, bytes]
    rows: dict[str, int]
    totals: dict[str, int]


def write_full(
    directory: Path,
    plan: Plan,
    *,
    jobs: int = 1,
    packed: bool = False,
    citizens: tuple[Citizen, ...] = (),
    at: datetime | None = None,
) -> int:
    """Write a full extract, with the named `citizens` before everybody else; return its rows.

    jobs    processes that make it
    packed  each file by gzip
    at      when it says it was extracted; else early on its day

    Raises NotEmpty when files of an extract are there already.
    """
    head = extracts.manifest(plan, kind="full", at=at)
    first = (_cast(plan, citizens),) if citizens else ()
    return _write(directory, head, chain(first, _batches(plan, _full, BATCH, jobs)), packed=packed)


def write_delta(directory: Path, plan: Plan, *, jobs: int = 1, packed: bool = False) -> int:
    """Write what changed within a week after the full extract of the same plan; return its rows."""
    head = extracts.manifest(plan, kind="delta")
    return _write(directory, head, _batches(plan, _later, WIDE, jobs), packed=packed)


def _write(directory: Path, head: dict[str, str], batches: Iterable[Batch], *, packed: bool) -> int:
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.glob("*.csv*")) or (directory / MANIFEST).exists():
        raise NotEmpty(f"There is an extract in {directory} already.")
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(closing(_File(directory, name, packed=packed)))
            for name in COLUMNS
        }
        for batch in batches:
            _append(files, batch)
    told = {**head, "files": _told(files)}
    (directory / MANIFEST).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return sum(file.rows for file in files.values())


def _batches(
    plan: Plan, make: Callable[[Plan, int, int], Batch], size: int, jobs: int
) -> Iterator[Batch]:
    """The batches in their order; never more at a time than a few for each process."""
    starts = range(0, plan.accounts, size)
    if jobs == 1 or len(starts) == 1:
        for first in starts:
            yield make(plan, first, first + size)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from _ahead(pool, make, plan, starts, most=jobs * AHEAD)


def _ahead(
    pool: ProcessPoolExecutor,
    make: Callable[[Plan, int, int], Batch],
    plan: Plan,
    starts: range,
    *,
    most: int,
) -> Iterator[Batch]:
    waiting: deque[Future[Batch]] = deque()
    for first in starts:
        waiting.append(pool.submit(make, plan, first, first + starts.step))
        if len(waiting) > most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _full(plan: Plan, first: int, last: int) -> Batch:
    with _undisturbed():
        return _batch(extracts.full(plan, first=first, last=last))


def _later(plan: Plan, first: int, last: int) -> Batch:
    with _undisturbed():
        return _batch(extracts.later(plan, first=first, last=last))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let nobody look for rings of objects meanwhile: there are none, and a fifth is saved."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _cast(plan: Plan, citizens: tuple[Citizen, ...]) -> Batch:
    sheets = Sheets()
    write_cast(sheets, citizens, plan)
    return _batch(sheets)


def _batch(sheets: Sheets) -> Batch:
    filled = {file: rows for file, rows in sheets.rows.items() if rows}
    return Batch(
        text={file: ("\r\n".join(rows) + "\r\n").encode() for file, rows in filled.items()},
        rows={file: len(rows) for file, rows in filled.items()},
        totals={file: sheets.totals[file] for file in filled},
    )


@dataclass(slots=True)
class _File:
    """One file of the extract while it is written; its hash is of what lies on the disk."""

    directory: Path
    name: str
    packed: bool
    rows: int = 0
    cents: int = 0
    _raw: _Hashed = field(init=False)
    _out: _Hashed | gzip.GzipFile = field(init=False)

    def __post_init__(self) -> None:
        self._raw = self._out = _Hashed((self.directory / self.file).open("wb"))
        if self.packed:
            self._out = gzip.GzipFile(
                filename="", mode="wb", fileobj=self._raw, compresslevel=PACKED, mtime=0
            )
        self._out.write((",".join(COLUMNS[self.name]) + "\r\n").encode())

    @property
    def file(self) -> str:
        return f"{self.name}.csv.gz" if self.packed else f"{self.name}.csv"

    @property
    def sha256(self) -> str:
        return self._raw.hash.hexdigest()

    def append(self, text: bytes, *, rows: int, cents: int) -> None:
        self._out.write(text)
        self.rows += rows
        self.cents += cents

    def close(self) -> None:
        if self._out is not self._raw:
            self._out.close()
        self._raw.close()


class _Hashed:
    """A file that is hashed as it is written."""

    __slots__ = ("_out", "hash")

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        return self._out.write(data)

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        self._out.close()


def _append(files: dict[str, _File], batch: Batch) -> None:
    for name, text in batch.text.items():
        files[name].append(text, rows=batch.rows[name], cents=batch.totals[name])


def _told(files: dict[str, _File]) -> dict[str, dict[str, int | str]]:
    """What the manifest says of each file."""
    found: dict[str, dict[str, int | str]] = {}
    for file in files.values():
        found[file.file] = {"rows": file.rows, "sha256": file.sha256}
        if file.name in MONEY:
            found[file.file]["total"] = money_text(file.cents)
    return found
