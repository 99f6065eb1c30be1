"""The supervisor, with real processes."""

import asyncio
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from contact_hub.cli.serve import CannotStart, free, only_one
from contact_hub.cli.supervisor import Program, Supervisor

PATIENCE = 30  # seconds until a test that waits for a line gives up


class Watched:
    """A supervisor whose log a test can wait on."""

    def __init__(self, *scripts, grace=20.0):
        self.lines = asyncio.Queue()
        programs = [
            Program(f"part{number}", ["sh", "-c", script], dict(os.environ))
            for number, script in enumerate(scripts)
        ]
        self.supervisor = Supervisor(
            programs, grace=grace, pause=0.01, log=lambda line: self.lines.put_nowait(line.decode())
        )
        self.running = asyncio.create_task(self.supervisor.run())

    async def until(self, words):
        """The next line that has `words` in it."""
        async with asyncio.timeout(PATIENCE):
            while words not in (line := await self.lines.get()):
                pass
        return line

    async def end(self):
        self.supervisor.stop()
        async with asyncio.timeout(PATIENCE):
            await self.running


async def test_a_program_that_falls_over_is_started_again():
    watched = Watched("echo hello; exit 3")

    await watched.until("exit code 3")
    await watched.until("starts again")
    again = await watched.until("hello")

    assert again == "part0 | hello"
    await watched.end()


async def test_a_program_that_is_killed_is_started_again_and_the_others_go_on():
    watched = Watched("echo my id $$; sleep 60", "echo here; sleep 60")
    first = int((await watched.until("my id")).split()[-1])

    os.kill(first, signal.SIGKILL)

    await watched.until("part0 ended, killed by SIGKILL")
    assert int((await watched.until("my id")).split()[-1]) != first
    await watched.end()


async def test_ending_lets_a_program_finish_what_it_is_doing():
    watched = Watched("trap 'echo finished; exit 0' TERM; echo up; while :; do sleep 0.05; done")
    await watched.until("up")

    watched.supervisor.stop()

    await watched.until("finished")
    await watched.until("part0 ended, exit code 0")
    await watched.end()


async def test_a_program_that_will_not_end_is_killed_with_everything_it_started():
    watched = Watched(
        "trap '' TERM; sh -c 'trap \"\" TERM; echo child $$; while :; do sleep 0.05; done'",
        grace=0.3,
    )
    child = int((await watched.until("child")).split()[-1])

    await watched.end()

    await watched.until("killed")
    wait_for_end(child)
    assert not running(child)


async def test_a_last_line_without_an_end_is_shown():
    watched = Watched("printf 'first\\nno end'")

    assert await watched.until("first") == "part0 | first"
    assert await watched.until("no end") == "part0 | no end"
    await watched.end()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a parent's death")
def test_programs_do_not_outlive_a_supervisor_that_was_killed():
    script = (
        "import asyncio, os\n"
        "from contact_hub.cli.supervisor import Program, Supervisor\n"
        "programs = [Program('part', ['sh', '-c', 'echo id $$; exec sleep 60'], os.environ)]\n"
        "asyncio.run(Supervisor(programs).run())\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = next(int(line.split()[-1]) for line in supervisor.stdout if "id " in line)

    supervisor.kill()
    supervisor.wait()

    supervisor.stdout.close()
    wait_for_end(child)
    assert not running(child)


def test_a_second_hub_on_the_same_directory_is_refused_and_named(tmp_path):
    with only_one(tmp_path):
        refused = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys, pathlib\n"
                "from contact_hub.cli.serve import CannotStart, only_one\n"
                "try:\n"
                "    with only_one(pathlib.Path(sys.argv[1])): pass\n"
                "except CannotStart as reason: print(reason)\n",
                str(tmp_path),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"(process {os.getpid()})" in refused.stdout

    with only_one(tmp_path):
        assert (tmp_path / "serve.pid").read_text() == str(os.getpid())


def test_a_port_in_use_is_named_before_anything_starts():
    with socket_on_a_free_port() as port, pytest.raises(CannotStart, match=f"127.0.0.1:{port}"):
        free("127.0.0.1", port)


@contextlib.contextmanager
def socket_on_a_free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(FileNotFoundError):
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    return False


def wait_for_end(pid):
    """Wait, without polling, until the process `pid` (not a child of ours) is gone."""
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            select.select([handle], [], [], PATIENCE)
        finally:
            os.close(handle)
