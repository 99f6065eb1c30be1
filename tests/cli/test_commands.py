"""The command line as one meets it."""

import subprocess
import sys

import pytest

from contact_hub.cli import COMMANDS

HEAVY = ("sklearn", "scipy", "twilio", "weasyprint", "phonenumbers")


def hub(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "contact_hub.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def modules_after(code):
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in told.stdout.split()}


def test_help_names_every_command_and_what_it_does():
    shown = hub("--help")

    assert shown.returncode == 0
    for name, command in COMMANDS.items():
        assert name in shown.stdout
        assert command.help in shown.stdout


def test_help_needs_neither_django_nor_a_database():
    code = "from contact_hub.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"

    assert not {"django", "asyncio", *HEAVY} & modules_after(code)


def test_the_web_starts_without_the_heavy_libraries():
    assert not set(HEAVY) & modules_after("import contact_hub.asgi, contact_hub.urls")


def test_the_worker_starts_without_the_heavy_libraries():
    code = "from contact_hub.cli import setup_django; setup_django()\nimport contact_hub.cli.worker"

    assert not set(HEAVY) & modules_after(code)


def test_an_unknown_command_is_refused():
    refused = hub("dance")

    assert refused.returncode == 2
    assert "dance" in refused.stderr


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"manage", "test", "check"}))
def test_every_command_explains_itself(name):
    shown = hub(name, "--help")

    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("usage:")


def test_a_setting_that_cannot_be_is_told_in_one_line_and_its_own_exit_code(tmp_path, monkeypatch):
    monkeypatch.setenv("HUB_PRODUCTION", "yes")

    refused = hub("migrate")

    assert refused.returncode == 78
    assert refused.stderr.startswith("hub: HUB_PRODUCTION needs")


def test_checks_can_be_asked_for_by_name_and_strangers_are_named():
    refused = hub("check", "spelling")

    assert refused.returncode == 2
    assert "spelling" in refused.stderr
