"""The commands behind `./hub`: each is a module here with one function, `run(arguments)`.

A command's module is imported only when it is asked for, and Django only by those that need it,
so that `./hub --help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from contact_hub import __version__


@dataclass(frozen=True, slots=True)
class Command:
    """A word after `./hub`: the module that runs it, and what it does in a line."""

    module: str
    help: str
    django: bool = False  # the module imports models: Django must be set up before it


COMMANDS = {
    "demo": Command("demo", "run a fictional utility with mail arriving, on one machine"),
    "serve": Command("serve", "run the hub: web, worker and mail, watched over by one process"),
    "worker": Command(
        "worker", "do the background work; as many as you like on PostgreSQL", django=True
    ),
    "mail": Command("mail", "listen for mail and fetch it (a part of serve)", django=True),
    "mail-in": Command("mail_in", "take in mail from standard input or from files"),
    "import": Command(
        "importing", "take over an extract of the billing system, or preview it", django=True
    ),
    "migrate": Command("migrate", "bring the database up to date", django=True),
    "sample": Command(
        "sample", "the fictional utility, in a database or as an extract", django=True
    ),
    "traffic": Command(
        "traffic", "play the utility's customers by mail (a part of demo)", django=True
    ),
    "manage": Command("manage", "Django's own commands: ./hub manage createsuperuser"),
    "test": Command("test", "run the tests; what follows goes to pytest"),
    "check": Command("check", "run every linter and checker"),
    "words": Command("words", "refresh and compile the Spanish catalogue (needs gettext)"),
}


class Misconfigured(Exception):
    """A setting cannot be as it is; the words say which."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names and return its exit code."""
    arguments = _parser().parse_args(sys.argv[1:] if argv is None else argv)
    command = COMMANDS[arguments.command]
    try:
        if command.django:
            setup_django()
        module = import_module(f"contact_hub.cli.{command.module}")
        return int(module.run(arguments.rest))
    except Misconfigured as error:
        sys.stderr.write(f"hub: {error}\n")
        return os.EX_CONFIG
    except KeyboardInterrupt:
        return 130


def setup_django() -> None:
    """Make models importable; raise Misconfigured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
    django = import_module("django")
    wrong = import_module("django.core.exceptions").ImproperlyConfigured
    try:
        django.setup()
    except wrong as error:
        raise Misconfigured(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    words = "\n".join(f"  {name:<9} {command.help}" for name, command in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="hub",
        usage="./hub COMMAND [ARGUMENTS]",
        description="Contact Hub: one inbox for the customer service of utilities and cities.",
        epilog=f"commands:\n{words}\n\n./hub COMMAND --help tells more about one.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Contact Hub {__version__}")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser
