"""Files kept by what is in them: each content once, sealed, whole or not there at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from contact_hub.lib.sealing import NotSealed, Sealer, Tampered, UnknownKey

_NAME = re.compile(r"[0-9a-f]{64}")


class Missing(Exception):
    """No file with this content is in the store."""


class Unopenable(Exception):
    """The file is there, but it cannot be opened: another key, or damage."""


class BlobStore:
    """A store of bytes under their SHA-256, in two levels of folders below `root`."""

    def __init__(self, root: Path, sealer: Sealer) -> None:
        self._root = Path(root)
        self._sealer = sealer

    def put(self, content: bytes) -> str:
        """Keep `content` and give its name; it is on the disk when this returns."""
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        with suppress(FileNotFoundError):
            os.utime(path)  # wanted again: it must not be taken for forgotten
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        sealed = self._sealer.seal(content, about=name.encode())
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent, self._root):
            _settle(folder)
        return name

    def get(self, name: str) -> bytes:
        """Give the bytes called `name`; raise Missing or Unopenable."""
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError:
            raise Missing(name) from None
        try:
            return self._sealer.open(sealed, about=name.encode())
        except (NotSealed, UnknownKey, Tampered) as trouble:
            raise Unopenable(f"{name}: {trouble}") from trouble

    def exists(self, name: str) -> bool:
        return bool(_NAME.fullmatch(name)) and self._path(name).exists()

    def remove(self, name: str) -> None:
        """Forget the bytes called `name`; removing twice is a no-op."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Everything in the store: for the purge, and for moving to another site."""
        return (path.name for path in self._root.glob("??/??/*") if _NAME.fullmatch(path.name))

    def is_older(self, name: str, moment: datetime) -> bool:
        """Whether `name` is there and was last put before `moment`."""
        try:
            return self._path(name).stat().st_mtime < moment.timestamp()
        except FileNotFoundError:
            return False

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise Missing(name)
        return self._root / name[:2] / name[2:4] / name


def _settle(folder: Path) -> None:
    """Make the folder's own entries survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
