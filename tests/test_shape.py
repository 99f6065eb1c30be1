"""The shape of the source: nothing grows past what one can read at a sitting."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIMITS = {  # lines
    "contact_hub/**/*.py": 400,
    "bench/**/*.py": 400,
    "tests/**/*.py": 500,
    "templates/**/*.html": 150,
    "static/css/**/*.css": 250,
    "static/js/**/*.js": 400,
}
VAGUE = {"utils", "util", "helpers", "common", "misc", "manager", "managers", "service", "services"}


def ours(pattern):
    """The files of a pattern, without migrations and what others wrote."""
    for path in sorted(ROOT.glob(pattern)):
        if not {"migrations", "vendor", "__pycache__"} & set(path.parts):
            yield path


@pytest.mark.parametrize(("pattern", "limit"), LIMITS.items())
def test_no_file_is_longer_than_one_reads_at_a_sitting(pattern, limit):
    lengths = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n")
        for path in ours(pattern)
    }

    assert {name: lines for name, lines in lengths.items() if lines > limit} == {}


def test_every_module_says_in_its_first_line_what_is_in_it():
    silent = [
        str(path.relative_to(ROOT))
        for path in ours("contact_hub/**/*.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_no_module_has_a_name_that_says_nothing():
    vague = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "contact_hub").rglob("*")
        if path.stem in VAGUE
    ]

    assert vague == []


def test_templates_carry_no_scripts_styles_or_handlers_of_their_own():
    inline = re.compile(
        r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|hx-on|javascript:", re.I
    )
    data = re.compile(r'<script[^>]*type="application/json"')
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in ours("templates/**/*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if inline.search(line) and not data.search(line)
    ]

    assert found == []


def test_shell_scripts_can_be_run():
    modes = {name: (ROOT / name).stat().st_mode & 0o111 for name in ("hub", ".ci/run", "manage.py")}

    assert all(modes.values()), modes


def test_nothing_that_belongs_to_one_machine_is_kept():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert [name for name in listed if name.endswith((".pyc", ".sqlite3", ".log", ".pem"))] == []
