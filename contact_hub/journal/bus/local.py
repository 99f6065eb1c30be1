"""The bus of one machine: a direct call inside a process, a named pipe to each of the others.

Every process that listens keeps a FIFO in VAR/bus. A writer opens it without waiting and writes
one short line, which the kernel never mixes with another's. Pipes rather than datagram sockets:
those hold ten lines by default and their paths may not be long.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import logging
import os
import secrets
import select
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from django.conf import settings

from contact_hub.journal.bus.transport import Lines, Transport

log = logging.getLogger(__name__)

ROOM = 1 << 20  # bytes a pipe should hold while its reader is busy
NEW = ".new"  # the ending of a pipe whose reader is not there yet
LOST = ".lost"  # the ending of the sign that lines did not fit
UNFINISHED = 60  # seconds after which a pipe still unread is left over from a crash


class Local(Transport):
    LIMIT = select.PIPE_BUF - 1  # up to here a write is whole or not at all; one for the newline

    def __init__(self) -> None:
        self.ears: set[Ear] = set()

    def send(self, line: str) -> None:
        own = {ear for ear in self.ears if ear.process == os.getpid()}  # not those before a fork
        for ear in own:
            ear.call(line)
        content = line.encode() + b"\n"
        for pipe in _pipes() - {ear.pipe for ear in own}:
            _post(pipe, content)

    @asynccontextmanager
    async def lines(self) -> AsyncIterator[Lines]:
        ear = Ear()
        ear.open()
        self.ears.add(ear)
        try:
            yield ear.lines()
        finally:
            self.ears.discard(ear)
            ear.close()


class Ear:
    """One process's place to hear: a queue for its own threads, a pipe for other processes."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[str | None] = asyncio.Queue()
        self.pipe = _folder() / f"{self.process}-{secrets.token_hex(4)}"
        self.ends: list[int] = []
        self.rest = b""

    def open(self) -> None:
        """Begin to hear other processes; where pipes cannot be made, only this one is heard."""
        try:
            self._make()
        except (OSError, AttributeError) as trouble:  # AttributeError: a system without FIFOs
            self.close()
            log.warning("only this process is heard on the bus: %s", trouble)
        else:
            self.loop.add_reader(self.ends[0], self._read)

    def close(self) -> None:
        if self.ends:
            self.loop.remove_reader(self.ends[0])
        while self.ends:
            os.close(self.ends.pop())
        _forget(self.pipe)

    def call(self, line: str) -> None:
        """Hear a line from any thread of this process."""
        with suppress(RuntimeError):  # the loop has ended: nobody listens any more
            self.loop.call_soon_threadsafe(self.queue.put_nowait, line)

    async def lines(self) -> Lines:
        while True:
            yield await self.queue.get()

    def _make(self) -> None:
        folder = self.pipe.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(folder)
        new = self.pipe.with_suffix(NEW)
        os.mkfifo(new, 0o600)
        for way in (os.O_RDONLY, os.O_WRONLY):  # its own writer keeps it from ever ending
            self.ends.append(os.open(new, way | os.O_NONBLOCK))
        with suppress(OSError, AttributeError):  # smaller is possible too
            fcntl.fcntl(self.ends[0], fcntl.F_SETPIPE_SZ, ROOM)
        new.rename(self.pipe)  # from here on others find it, and a reader behind it

    def _read(self) -> None:
        with suppress(BlockingIOError):
            while content := os.read(self.ends[0], ROOM):
                *lines, self.rest = (self.rest + content).split(b"\n")
                for line in filter(None, lines):
                    self.queue.put_nowait(line.decode(errors="replace"))
        with suppress(FileNotFoundError):
            self.pipe.with_suffix(LOST).unlink()
            self.queue.put_nowait(None)


def _folder() -> Path:
    return Path(settings.VAR) / "bus"


def _pipes() -> set[Path]:
    with suppress(FileNotFoundError, NotADirectoryError):
        return {path for path in _folder().iterdir() if not path.suffix}
    return set()


def _post(pipe: Path, content: bytes) -> None:
    try:
        end = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as trouble:
        if trouble.errno == errno.ENXIO:  # its reader died
            _forget(pipe)
        return
    try:
        os.write(end, content)
    except BlockingIOError:
        # full: leave a sign, then touch the pipe so that a reader who has just emptied it looks
        pipe.with_suffix(LOST).touch()
        with suppress(OSError):
            os.write(end, b"\n")
    except BrokenPipeError:
        _forget(pipe)
    finally:
        os.close(end)


def _forget(pipe: Path) -> None:
    for path in (pipe, pipe.with_suffix(NEW), pipe.with_suffix(LOST)):
        with suppress(OSError):
            path.unlink()


def _sweep(folder: Path) -> None:
    """Remove what a process left that died while it made its pipe."""
    for path in folder.glob(f"*{NEW}"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - UNFINISHED:
                _forget(path.with_suffix(""))
