"""`./hub words`: bring the Spanish catalogue up to date with what the hub says, and compile it.

Only who changes words needs this, and gettext; the compiled catalogue is kept with the code, so
that a machine which only runs the hub needs neither.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from contact_hub.cli.places import ROOT, environment

LOCALE = ROOT / "locale"
CATALOGUE = LOCALE / "es" / "LC_MESSAGES" / "django.po"
ELSEWHERE = (".venv", "var", "staticfiles", "static", "tests", "bench", "build", "dist")


def run(arguments: Sequence[str]) -> int:
    """Refresh and compile; list what has no Spanish yet and return 1 when there is any."""
    argparse.ArgumentParser(
        prog="hub words",
        description="Refresh the Spanish catalogue from the code, and compile it.",
        epilog="Needs gettext; messages that have no Spanish yet are listed.",
    ).parse_args(arguments)
    if not shutil.which("xgettext"):
        sys.stderr.write("hub words: needs gettext (on Debian: apt-get install gettext)\n")
        return os.EX_UNAVAILABLE
    catalogue = understood(CATALOGUE.read_bytes())
    catalogue.update(_extracted(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    _write(catalogue)
    missing = [message for message in catalogue if message.id and not complete(message)]
    for message in missing:
        sys.stdout.write(f"no Spanish yet: {message.id!r}\n")
    sys.stdout.write(f"{len(catalogue)} messages, {len(missing)} without Spanish\n")
    return 1 if missing else 0


def understood(file: bytes) -> Catalog:
    """A catalogue as it is written in a .po file; a template leaves the plurals open."""
    return read_po(
        BytesIO(file.replace(b"nplurals=INTEGER; plural=EXPRESSION", b"nplurals=2; plural=n != 1")),
        locale="es",
        abort_invalid=True,
    )


def complete(message: Message) -> bool:
    """Whether every form of a message is translated and no guess."""
    forms = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return all(forms) and not message.fuzzy


def _extracted() -> Catalog:
    """All that Python and the templates mark for translation, by Django's own extraction."""
    command = [sys.executable, "manage.py", "makemessages", "--locale=es", "--no-location"]
    command += ["--keep-pot", *(f"--ignore={name}" for name in ELSEWHERE)]
    kept = CATALOGUE.read_bytes()
    template = LOCALE / "django.pot"
    try:
        subprocess.run(command, cwd=ROOT, env=environment(), check=True, stdout=subprocess.DEVNULL)
        return understood(template.read_bytes())
    finally:
        template.unlink(missing_ok=True)
        CATALOGUE.write_bytes(kept)  # Django merges with guesses; ours are written by `run`


def _write(catalogue: Catalog) -> None:
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=96, no_location=True, omit_header=False)
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
