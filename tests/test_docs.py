"""The documents tell the truth about the code beside them."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from contact_hub.cli import COMMANDS
from contact_hub.cli.check import _steps
from contact_hub.sample.rules.data import office

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def settings_read():
    """Each environment variable that settings.py reads, with its default where that is a number."""
    found = {}
    for node in ast.walk(ast.parse(read("contact_hub/settings.py"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("env."):
            defaults = [ast.unparse(one.value) for one in node.keywords if one.arg == "default"]
            number = re.fullmatch(r"[\d *_]+", defaults[0]) if defaults else None
            if isinstance(node.args[0], ast.Constant):
                found[node.args[0].value] = eval(number[0]) if number else None
    return found


def settings_told():
    """Each variable in the operator's table, with the default told there."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([^|]*) \|", read("docs/operating.md"), re.MULTILINE)
    return {name: default.strip() for name, default in rows}


def test_the_operators_table_names_every_environment_variable_and_no_other():
    assert settings_told().keys() == settings_read().keys()


def test_the_operators_table_has_the_defaults_right():
    numbers = {name: str(value) for name, value in settings_read().items() if value is not None}

    assert numbers
    assert {name: settings_told()[name] for name in numbers} == numbers


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.name)
def test_every_command_that_a_page_names_is_there(document):
    named = set(re.findall(r"\./hub ([a-z][a-z-]*)", document.read_text(encoding="utf-8")))

    assert named <= COMMANDS.keys()


def test_the_readme_explains_every_command():
    assert set(re.findall(r"^\| `\./hub ([a-z-]+)`", read("README.md"), re.MULTILINE)) == set(
        COMMANDS
    )


def test_the_map_of_the_packages_is_complete():
    rooms = {path.parent.name for path in (ROOT / "contact_hub").glob("*/__init__.py")}

    assert set(re.findall(r"^\| `contact_hub/(\w+)`", read("README.md"), re.MULTILINE)) == rooms


def test_the_logins_in_the_readme_open_the_demo():
    people = {f"{row['name'].split()[0].lower()}@aldercreek.test" for row in office()["staff"]}
    text = read("README.md")

    assert set(re.findall(r"`(\w+@aldercreek\.test)`", text)) <= people
    assert f"`{office()['password']}`" in text


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8"))
    dead = [
        link
        for link in links
        if not link.startswith("https://") and not (document.parent / link).exists()
    ]

    assert dead == []


def test_every_dependency_has_a_line_that_says_why():
    groups = [
        PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"].values(),
        *PROJECT["dependency-groups"].values(),
    ]
    named = {canonicalize_name(Requirement(line).name) for group in groups for line in group}
    rows = re.findall(r"^\| ([\w-]+) \| .+ \| .+ \|", read("docs/dependencies.md"), re.MULTILINE)

    assert {canonicalize_name(row) for row in rows} - {"library"} == named


def pins(name):
    found = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^ ;\\]+)", read(name), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in found}


def test_the_locks_hold_what_the_project_asks_for():
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    wanted = [Requirement(line) for line in PROJECT["project"]["dependencies"]]

    for one in wanted:
        assert one.specifier.contains(runtime[canonicalize_name(one.name)]), one
    assert runtime.items() <= development.items()


def test_every_pin_has_hashes():
    for name in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=[a-z])", read(name).strip(), flags=re.IGNORECASE)
        assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_the_checks_that_the_readme_promises_are_made():
    (row,) = re.findall(r"^\| `\./hub check` \| ([^|]+) \|", read("README.md"), re.MULTILINE)

    assert set(row.strip().split(", ")) <= set(_steps())
