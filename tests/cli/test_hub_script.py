"""`./hub` itself, on machines that have or lack tools: those on PATH are stand-ins."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHELLS = [shell for shell in ("dash", "bash") if shutil.which(shell)]
PLAIN = (
    "dirname",
    "readlink",
    "cmp",
    "ln",
    "rm",
    "cp",
    "mv",
    "mkdir",
    "cat",
    "chmod",
    "id",
    "sleep",
)

UV = """#!/bin/sh
echo "$*" >> "$LOG"
case "$1" in
venv) for last; do :; done; mkdir -p "$last/bin"; cp "$STUB" "$last/bin/python" ;;
pip) [ ! -e "$BROKEN" ] ;;
esac
"""
PYTHON = """#!/bin/sh
[ "$1" = -c ] && exit 0
echo "python $* bytecode=${PYTHONDONTWRITEBYTECODE-on}"
"""
OLD_PYTHON = "#!/bin/sh\nexit 1\n"


@pytest.fixture(params=SHELLS)
def machine(request, tmp_path):
    return Machine(tmp_path, request.param)


class Machine:
    """A checkout with short locks, and a PATH with nothing but what is put there."""

    def __init__(self, place, shell):
        self.bin, self.root, self.log = place / "bin", place / "a checkout", place / "log"
        self.broken, self.shell = place / "broken", shutil.which(shell)
        self.bin.mkdir()
        self.root.mkdir()
        shutil.copy(ROOT / "hub", self.root / "hub")
        self.lock("first")
        for name in PLAIN:
            (self.bin / name).symlink_to(shutil.which(name))
        self.put("stub", PYTHON)

    def put(self, name, text):
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def lock(self, text):
        (self.root / "requirements.lock").write_text(text)
        (self.root / "requirements-dev.lock").write_text(f"{text} and tools")

    def run(self, *arguments):
        tells = {"LOG": self.log, "STUB": self.bin / "stub", "BROKEN": self.broken}
        return subprocess.run(
            [self.shell, str(self.root / "hub"), *arguments],
            env={"PATH": str(self.bin), "HOME": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}
            | {name: str(path) for name, path in tells.items()},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def installed(self):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.rsplit("/", 1)[-1] for line in lines if line.startswith("pip install")]


def test_the_packages_are_installed_once_and_the_command_runs(machine):
    machine.put("uv", UV)

    first, second = machine.run("demo", "--port", "8001"), machine.run("demo")

    assert "python -P -m contact_hub.cli demo --port 8001" in first.stdout
    assert (first.returncode, second.returncode) == (0, 0)
    assert machine.installed() == ["requirements.lock"]


def test_the_hub_compiles_what_it_runs_whatever_the_machine_says(machine):
    machine.put("uv", UV)

    assert "bytecode=on" in machine.run("demo").stdout


def test_a_changed_lock_is_installed_again(machine):
    machine.put("uv", UV)
    machine.run("demo")
    machine.lock("second")

    machine.run("demo")

    assert machine.installed() == ["requirements.lock", "requirements.lock"]


def test_the_tests_bring_their_tools_and_the_demo_is_content_with_those(machine):
    machine.put("uv", UV)

    machine.run("test")
    machine.run("demo")

    assert machine.installed() == ["requirements-dev.lock"]


def test_an_installation_that_broke_off_is_done_again(machine):
    machine.put("uv", UV)
    machine.broken.touch()
    broken = machine.run("demo")
    machine.broken.unlink()

    again = machine.run("demo")

    assert broken.returncode in {1, 3}
    assert broken.stdout == ""
    assert again.returncode == 0
    assert "contact_hub.cli demo" in again.stdout


def test_a_mail_server_is_told_to_try_again_while_nothing_is_installed(machine):
    nothing_there = machine.run("mail-in")
    machine.put("uv", UV)
    machine.broken.touch()
    broken = machine.run("mail-in", "--sender", "rosa@cust.test")

    assert (nothing_there.returncode, broken.returncode) == (75, 75)
    machine.broken.unlink()
    assert machine.run("mail-in").returncode == 0


def test_the_mark_of_a_killed_installation_stops_nobody(machine):
    machine.put("uv", UV)
    gone = subprocess.Popen(["true"])
    gone.wait()
    (machine.root / ".venv.busy").symlink_to(str(gone.pid))

    assert machine.run("demo").returncode == 0
    assert not (machine.root / ".venv.busy").is_symlink()


@pytest.mark.parametrize(
    ("tool", "line"),
    [("apt-get", "apt-get install"), ("brew", "brew install"), ("other", "pipx install uv")],
)
def test_a_machine_without_uv_and_python_is_told_one_line_to_type(machine, tool, line):
    machine.put(tool, "#!/bin/sh\nexit 1\n")
    machine.put("apt-cache", "#!/bin/sh\nexit 1\n")

    told = machine.run("demo")

    assert told.returncode == 3
    assert line in told.stderr.splitlines()[-1]


def test_a_python_that_is_too_old_is_as_good_as_none(machine):
    machine.put("python3", OLD_PYTHON)

    assert machine.run("demo").returncode == 3


def test_a_python_without_venv_is_told_which_package_brings_it(machine):
    machine.put("apt-get", "#!/bin/sh\nexit 1\n")
    machine.put(
        "python3",
        '#!/bin/sh\ncase "$2" in *ensurepip*|*venv*) case "$2" in *print*) echo python3.12-venv;; '
        '*) exit 1;; esac;; esac\n[ "$1" = -c ] || exit 1\n',
    )

    told = machine.run("demo")

    assert told.returncode == 3
    assert told.stderr.splitlines()[-1].endswith("apt-get install -y python3.12-venv")


def test_a_link_to_the_script_finds_its_way_home(machine, tmp_path):
    machine.put("uv", UV)
    (tmp_path / "elsewhere").symlink_to(machine.root / "hub")

    done = subprocess.run(
        [machine.shell, str(tmp_path / "elsewhere"), "demo"],
        env={"PATH": str(machine.bin), "LOG": str(machine.log), "STUB": str(machine.bin / "stub")}
        | {"BROKEN": str(machine.broken)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert (machine.root / ".venv" / "bin" / "python").exists()
    assert os.path.lexists(machine.root / ".venv" / "installed.lock")
