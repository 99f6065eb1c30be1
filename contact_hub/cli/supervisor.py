"""Runs programs side by side: starts again what falls over, and ends all of them together."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

GRACE = 20.0  # seconds a program has for ending by itself
STEADY = 30.0  # seconds; a program that ran this long is started again at once
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a program that fell over is started again
SET_PARENT_DEATH_SIGNAL = 1  # prctl(2), Linux


@dataclass(frozen=True, slots=True)
class Program:
    """Something to keep running: its name in the log, and its command line."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


class Supervisor:
    """Keeps `programs` running until told to stop; one line in the log for each change.

    Each program leads a process group of its own, so that a terminal's Ctrl-C reaches the
    supervisor alone and a program's own children end with it.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        grace: float = GRACE,
        pause: float = FIRST_PAUSE,
        log: Callable[[bytes], None] | None = None,
    ) -> None:
        self.programs = programs
        self.grace = grace
        self.pause = pause
        self._log = log or _to_standard_output
        self._stopping = asyncio.Event()
        self._width = max(3, *(len(program.name) for program in programs))

    def stop(self) -> None:
        """End everything; asked a second time, do not wait for anybody."""
        if self._stopping.is_set():
            self.grace = 0.0
        self._stopping.set()

    async def run(self) -> None:
        """Return when all programs have ended, which they do after `stop()` or a SIGTERM."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        await asyncio.gather(*(self._keep(program) for program in self.programs))
        self.say("hub", "ended")

    def say(self, name: str, words: str) -> None:
        self._write(name, words.encode())

    async def _keep(self, program: Program) -> None:
        pause = self.pause
        while not self._stopping.is_set():
            ran = await self._run_once(program)
            if self._stopping.is_set():
                break
            pause = self.pause if ran >= STEADY else min(pause * 2, LONGEST_PAUSE)
            self.say("hub", f"{program.name} starts again in {pause:.0f} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _run_once(self, program: Program) -> float:
        """Run `program` until it ends or everything is to end; return the seconds it ran."""
        started = time.monotonic()
        process, output = await _start(program)
        self.say("hub", f"{program.name} started, process {process.pid}")
        copying = asyncio.create_task(self._copy(program.name, output))
        ended = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            await self._end(program, process, ended)
        stopping.cancel()
        _kill_group(process.pid)  # what the program left behind
        await copying
        self.say("hub", f"{program.name} ended, {_fate(await ended)}")
        return time.monotonic() - started

    async def _end(self, program: Program, process: Process, ended: asyncio.Task[int]) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        waited = 0.0
        while not ended.done() and waited < self.grace:
            await asyncio.wait({ended}, timeout=0.1)
            waited += 0.1
        if not ended.done():
            self.say("hub", f"{program.name} did not end in time and is killed")
            _kill_group(process.pid)

    async def _copy(self, name: str, output: int) -> None:
        """Pass on what the program writes, line by line, with its name before each."""
        reader = asyncio.StreamReader()
        transport, _protocol = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(output, "rb")
        )
        rest = b""
        while chunk := await reader.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._write(name, line)
        if rest:
            self._write(name, rest)
        transport.close()

    def _write(self, name: str, line: bytes) -> None:
        self._log(f"{name:<{self._width}} | ".encode() + line)


def _to_standard_output(line: bytes) -> None:
    with contextlib.suppress(OSError):  # nobody reads any more: the programs go on
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()


async def _start(program: Program) -> tuple[Process, int]:
    """Start `program`; return it and the end of a pipe from which its output is read.

    The pipe is ours and not asyncio's: with its own, waiting for a program would go on for as long
    as anything that the program started keeps the other end open.
    """
    output, given = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            env=program.environment,
            stdin=DEVNULL,
            stdout=given,
            stderr=STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    except BaseException:
        os.close(output)
        raise
    finally:
        os.close(given)
    return process, output


def _fate(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _end_with_parent() -> None:
    """In the child: ask Linux for a SIGTERM should the supervisor itself be killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
