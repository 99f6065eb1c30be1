"""`./hub demo`: the fictional utility with mail arriving, ready to look at."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module

from contact_hub.cli.places import ROOT, environment, hub

YES = {"true", "on", "ok", "y", "yes", "1"}  # as settings.py reads it
WELCOME = """
Alder Creek Utilities is on {address}

  ana@aldercreek.test    answers                 lee@aldercreek.test   leads
  ben@aldercreek.test    answers, is new         noor@aldercreek.test  leads the field team
  carla@aldercreek.test  answers, in Spanish     max@aldercreek.test   manages
  zoe@aldercreek.test    answers, at City Hall   ada@aldercreek.test   administers
  otto@aldercreek.test   audits: reads only      password for all: alder creek demo

Mail arrives as you watch; answer some, and people write back. Ctrl-C ends it.
"""


def run(arguments: Sequence[str]) -> int:
    options, rest = _parser().parse_known_args(arguments)
    if os.environ.get("HUB_PRODUCTION", "no").lower() in YES:
        sys.stderr.write("hub: the demo is not for production: everybody knows its password.\n")
        return 1
    sink = f"127.0.0.1:{options.port + 25}"
    _furnish(options, sink)
    for words, step in (
        ("Preparing the database …", hub("migrate")),
        ("Looking for Alder Creek …", hub("sample")),
    ):
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()
        quiet = subprocess.DEVNULL if step[-1] == "migrate" else None
        if code := subprocess.call(step, env=environment(), stdout=quiet):
            return code
    if options.once:
        return 0
    return _serve(options, rest, sink)


def _furnish(options: argparse.Namespace, sink: str) -> None:
    """Set what the demo needs and the caller has not set otherwise."""
    defaults = {
        "HUB_VAR": str(ROOT / "var" / "demo"),
        "HUB_PUBLIC_URL": f"http://{options.host}:{options.port}",
        "HUB_SITE_NAME": "Alder Creek Utilities",
        "HUB_MAIL_DOMAIN": "aldercreek.test",
        "HUB_LMTP_LISTEN": f"127.0.0.1:{options.port + 24}",
        "HUB_SMTP_URL": f"smtp://{sink}",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def _serve(options: argparse.Namespace, rest: Sequence[str], sink: str) -> int:
    """Serve as `./hub serve` does, with the town's people beside it."""
    serve = import_module("contact_hub.cli.serve")  # late: it reads the settings made above
    supervisor = import_module("contact_hub.cli.supervisor")
    wanted = ["--host", options.host, "--port", str(options.port), "--no-migrate", *rest]
    people = supervisor.Program(
        "people",
        hub("traffic", "--sink", sink, "--every", str(options.every)),
        environment(),
    )
    return int(
        serve.serve(
            serve.parser().parse_args(wanted),
            extra=[] if options.no_traffic else [people],
            ready=WELCOME.format(address=os.environ["HUB_PUBLIC_URL"]),
        )
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./hub demo",
        description="Run a fictional utility with mail arriving. Safe to stop and start again.",
        epilog="What ./hub serve understands is understood here, too.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="where the web listens")
    parser.add_argument("--port", type=int, default=8000, help="mail uses the ports 24 and 25 on")
    parser.add_argument(
        "--every", type=float, default=25.0, metavar="SECONDS", help="between new letters"
    )
    parser.add_argument("--no-traffic", action="store_true", help="nobody writes")
    parser.add_argument("--once", action="store_true", help="prepare everything, start nothing")
    return parser
