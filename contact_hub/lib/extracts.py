"""Reading an extract: a directory or an archive of CSV files with a manifest, never all at once."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import accumulate, islice
from pathlib import Path
from typing import IO, Any, Protocol

from contact_hub.lib.told import Told

MANIFEST = "manifest.json"
ENDINGS = (".csv", ".csv.gz", ".csv.zip")
REFUSED = ".rejects"  # accounts.rejects.csv holds rows of accounts that are to come again
PIECE = 1 << 20  # bytes
LONGEST_FIELD = 1 << 20  # characters; a quote that is never closed must not fill the memory
LARGEST_MANIFEST = 1 << 20  # bytes
_BREAK = re.compile(r"\r\n|\r|\n")

csv.field_size_limit(LONGEST_FIELD)


class Unreadable(Told):
    """The extract, or a file of it, is not what it should be."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the manifest says of one file; None: nothing."""

    rows: int | None = None
    sha256: str = ""
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an extract says of itself."""

    extract: str
    at: datetime
    kind: str  # full, delta
    files: dict[str, Promise]


@dataclass(slots=True)
class Digest:
    """The SHA-256 of a file as it lies there and of what is in it; whole once all was read."""

    outer: Any = field(default_factory=hashlib.sha256)
    inner: Any = field(default_factory=hashlib.sha256)

    def fits(self, told: str) -> bool:
        return told.lower() in {self.outer.hexdigest(), self.inner.hexdigest()}


class Extract:
    """The files of an extract by their short names, wherever they lie.

    only  names of files; the others in the directory are none of ours
    """

    def __init__(self, place: Path, *, only: Collection[str] = ()) -> None:
        """Look what is there; raise Unreadable."""
        self.place = place
        self._archive = place.is_file()
        self.paths: dict[str, str] = {}  # accounts → accounts.csv.gz
        for name in self._listing():
            if (short := short_name(name)) is None or (only and name not in only):
                continue
            if short in self.paths:
                raise Unreadable("same_file", one=self.paths[short], other=name)
            self.paths[short] = name

    def manifest(self) -> Manifest:
        """What the extract says of itself; raise Unreadable."""
        try:
            with self._raw(MANIFEST) as file:
                told = json.loads(file.read(LARGEST_MANIFEST))
            return _manifest(told)
        except (FileNotFoundError, KeyError):
            raise Unreadable("no_manifest") from None
        except (ValueError, TypeError, AttributeError) as wrong:
            raise Unreadable("manifest", why=str(wrong)) from wrong

    @contextmanager
    def reading(self, name: str, digest: Digest | None = None) -> Iterator[Rows]:
        """The rows of a file with the line each begins on, the header first; raise Unreadable.

        digest  is whole after the last row
        """
        wanted, digest = digest is not None, digest or Digest()
        path = self.paths[name]
        with ExitStack() as stack:
            try:
                outer = _Counting(stack.enter_context(self._raw(path)), digest.outer)
                unpacked = stack.enter_context(self._unpacked(path, outer))
                inner = _Counting(unpacked, digest.inner)
                text = io.TextIOWrapper(
                    io.BufferedReader(inner, PIECE),
                    encoding="utf-8-sig",
                    errors="surrogateescape",
                    newline="",
                )
                yield Rows(text, path)
                if wanted:
                    _drain(outer)
            except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile, OSError) as wrong:
                raise Unreadable("unreadable_file", path=path, why=str(wrong)) from wrong

    def _listing(self) -> list[str]:
        try:
            if self._archive:
                with zipfile.ZipFile(self.place) as archive:
                    return [name for name in archive.namelist() if not name.endswith("/")]
            return sorted(path.name for path in self.place.iterdir() if path.is_file())
        except (OSError, zipfile.BadZipFile) as wrong:
            raise Unreadable("unreadable_file", path=str(self.place), why=str(wrong)) from wrong

    @contextmanager
    def _raw(self, name: str) -> Iterator[IO[bytes]]:
        if not self._archive:
            with (self.place / name).open("rb") as file:
                yield file
            return
        with zipfile.ZipFile(self.place) as archive, archive.open(self._member(archive, name)) as f:
            yield f

    @contextmanager
    def _unpacked(self, path: str, raw: _Counting) -> Iterator[Any]:
        """What is in a file: unpacked where it is packed."""
        if path.endswith(".gz"):
            with gzip.GzipFile(fileobj=io.BufferedReader(raw, PIECE)) as file:
                yield file
        elif path.endswith(".zip"):
            if self._archive:
                raise Unreadable("archive_in_archive", path=path)
            with zipfile.ZipFile(self.place / path) as archive:
                names = [name for name in archive.namelist() if name.endswith(".csv")]
                if len(names) != 1:
                    raise Unreadable("not_one_csv", path=path, count=len(names))
                with archive.open(names[0]) as file:
                    yield file
        else:
            yield raw

    @staticmethod
    def _member(archive: zipfile.ZipFile, name: str) -> str:
        """A file of the archive, also where somebody packed the directory around it."""
        return next(one for one in archive.namelist() if one.rpartition("/")[2] == Path(name).name)


class Rows:
    """The rows of a CSV file with the line that each begins on, one by one or by the thousands.

    Both raise Unreadable where the text is no CSV.
    """

    def __init__(self, text: Iterable[str], path: str) -> None:
        self._reader = csv.reader(text, strict=True)
        self._path = path

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return self

    def __next__(self) -> tuple[int, list[str]]:
        lines, rows = self.take(1)
        if not rows:
            raise StopIteration
        return lines[0], rows[0]

    def take(self, most: int) -> tuple[Sequence[int], list[list[str]]]:
        """The lines on which the next rows begin, and the rows: no more than `most`, at last none.

        A line with nothing in it is an empty row.
        """
        begins, rows = self._reader.line_num + 1, list[list[str]]()
        try:
            rows.extend(islice(self._reader, most))
        except csv.Error as wrong:
            line = begins + sum(map(_height, rows))
            raise Unreadable("no_csv", path=self._path, line=line, why=str(wrong)) from wrong
        if self._reader.line_num - begins + 1 == len(rows):
            return range(begins, begins + len(rows)), rows
        return list(accumulate(map(_height, rows[:-1]), initial=begins)), rows


def short_name(path: str) -> str | None:
    """`accounts` for accounts.csv, accounts.csv.gz and accounts.csv.zip; None for other files."""
    name = Path(path).name
    ending = next((one for one in ENDINGS if name.endswith(one)), None)
    return name.removesuffix(ending).removesuffix(REFUSED) if ending else None


class Readable(Protocol):
    """Something bytes come out of."""

    def read(self, size: int = -1, /) -> bytes | None: ...


class _Counting(io.RawIOBase):
    """Bytes on their way through, hashed as they pass."""

    def __init__(self, source: Readable, digest: Any) -> None:
        super().__init__()
        self._source = source
        self._digest = digest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._source.read(len(buffer)) or b""
        self._digest.update(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def seekable(self) -> bool:
        return False


def _height(row: Sequence[str]) -> int:
    """How many lines of the file a row takes up: a field may hold some."""
    return 1 + sum(len(_BREAK.findall(text)) for text in row if "\n" in text or "\r" in text)


def _drain(raw: _Counting) -> None:
    """Read what is left behind the last row, so that the hash is of everything."""
    while raw.read(PIECE):
        pass


def _manifest(told: dict[str, Any]) -> Manifest:
    at = datetime.fromisoformat(told["extracted_at"])
    if at.tzinfo is None:
        raise ValueError("extracted_at has no offset from UTC")
    kind = told.get("kind", "full")
    if kind not in {"full", "delta"}:
        raise ValueError(f"kind is {kind!r}, neither full nor delta")
    files = {short_name(name) or name: _promise(one) for name, one in told["files"].items()}
    return Manifest(str(told["extract_id"]), at, kind, files)


def _promise(told: dict[str, Any]) -> Promise:
    rows, total = told.get("rows"), told.get("total")
    try:
        amount = None if total is None or total == "" else Decimal(str(total))
    except InvalidOperation:
        raise ValueError(f"{total!r} is not a total") from None
    return Promise(None if rows is None else int(rows), str(told.get("sha256") or ""), amount)
