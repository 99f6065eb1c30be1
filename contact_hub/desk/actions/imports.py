"""What leads ask of the import: take an extract over, look at it first, take mended rows, stop."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from contact_hub.customers.actions import importing
from contact_hub.customers.actions.importing.keeping import TOPIC
from contact_hub.customers.models import ImportFile, ImportRun
from contact_hub.customers.models.sayings import in_words
from contact_hub.customers.tasks import carry_out
from contact_hub.inbox.errors import NotAllowed, Refused
from contact_hub.jobs.actions import enqueue
from contact_hub.journal.actions import record
from contact_hub.lib.extracts import ENDINGS, MANIFEST, Unreadable
from contact_hub.staff.models import Person
from contact_hub.staff.rules import TEND

TRIES = 5_000  # a run waits for others, and goes on after every death
UNUSED = timedelta(days=7)  # after which files that were uploaded and not taken are removed


def start(place: Path, *, by: Person, preview: bool, uploaded: bool = False) -> ImportRun:
    """Let the worker take an extract over, or look at it; raise Refused."""
    _may_tend(by)
    try:
        with transaction.atomic():
            run = importing.prepare(place, by=by, preview=preview, uploaded=uploaded)
            enqueue(carry_out, run.pk, max_attempts=TRIES)
            record(run.key, "import_asked", by=by, topics=[TOPIC], preview=preview)
    except Unreadable as wrong:
        raise _not_importable(wrong) from wrong
    return run


def start_mended(paths: Sequence[Path], *, by: Person) -> ImportRun:
    """Let the worker take mended rows over; raise Refused."""
    _may_tend(by)
    try:
        with transaction.atomic():
            run = importing.prepare_mended(paths, by=by, uploaded=True)
            enqueue(carry_out, run.pk, max_attempts=TRIES)
            record(run.key, "import_asked", by=by, topics=[TOPIC], mends=run.mends_id)
    except Unreadable as wrong:
        raise _not_importable(wrong) from wrong
    return run


@transaction.atomic
def resume(run: ImportRun, *, by: Person) -> None:
    """Let the worker go on with a run that was cut off; raise Refused when it is over."""
    _may_tend(by)
    if run.is_over:
        raise Refused(_("This import is over."))
    enqueue(carry_out, run.pk, max_attempts=TRIES)
    record(run.key, "import_resumed", by=by, topics=[TOPIC])


def give_up(run: ImportRun, *, by: Person) -> None:
    """Stop a run for good; what it has written stays. Raise Refused when it is over."""
    _may_tend(by)
    if not importing.give_up(run, by=by):
        raise Refused(_("This import is over."))


@transaction.atomic
def look_at_rejects(file: ImportFile, *, by: Person) -> None:
    """Note who downloads refused rows: they are as the billing system wrote them."""
    _may_tend(by)
    record(file.run.key, "rejects_downloaded", by=by, topics=[TOPIC], file=file.name)


def keep(files: Sequence[UploadedFile[Any]], *, now: datetime) -> list[Path]:
    """Put uploaded files into a folder of their own; raise Refused for what is no extract."""
    _forget(now)
    names = [Path(str(file.name)).name for file in files]
    if not files or len(set(names)) < len(names):
        raise Refused(_("Choose the files of one extract, each once."))
    if strange := [name for name in names if name != MANIFEST and not name.endswith(WANTED)]:
        raise Refused(_("%(names)s is no file of an extract.") % {"names": ", ".join(strange)})
    folder = _root() / uuid.uuid4().hex
    folder.mkdir(parents=True)
    for file, name in zip(files, names, strict=True):
        with (folder / name).open("wb") as kept:
            for piece in file.chunks():
                kept.write(piece)
    return [folder / name for name in names]


def drop(paths: Sequence[Path]) -> None:
    """Remove what was uploaded in vain."""
    shutil.rmtree(paths[0].parent, ignore_errors=True)


WANTED = (*ENDINGS, ".zip")


def _root() -> Path:
    return Path(settings.VAR) / "imports" / "uploads"


def _forget(now: datetime) -> None:
    """Remove what was uploaded to be looked at and never taken."""
    for folder in _root().glob("*"):
        if folder.stat().st_mtime < (now - UNUSED).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def _not_importable(wrong: Unreadable) -> Refused:
    why = in_words(wrong.said, wrong.particulars)
    return Refused(_("This cannot be imported: %(why)s.") % {"why": why})


def _may_tend(by: Person) -> None:
    if not by.may(TEND):
        raise NotAllowed(_("Only leads tend the imports."))
