"""An import from beginning to end: prepared, carried out alone, resumed, given up."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from contact_hub.customers.actions import faces
from contact_hub.customers.actions.importing import contradictions, mending, staging
from contact_hub.customers.actions.importing.binding import Binding
from contact_hub.customers.actions.importing.estimating import estimate
from contact_hub.customers.actions.importing.keeping import (
    TOPIC,
    Keeper,
    TakenOver,
    seldom_collecting,
    tell,
)
from contact_hub.customers.actions.importing.locking import alone
from contact_hub.customers.actions.importing.people import SHOWN, welcome
from contact_hub.customers.actions.importing.reading import header_of, read
from contact_hub.customers.actions.importing.removing import vanish
from contact_hub.customers.actions.importing.writing import Writing
from contact_hub.customers.models import ImportFile, ImportRun
from contact_hub.customers.rules.layout import FILES, in_order
from contact_hub.journal.actions import record
from contact_hub.lib.extracts import Extract, Manifest, Unreadable, short_name
from contact_hub.lib.told import Told
from contact_hub.staff.models import Person

State = ImportRun.State


def prepare(
    place: Path,
    *,
    by: Person | None,
    only: Collection[str] = (),
    preview: bool = False,
    uploaded: bool = False,
) -> ImportRun:
    """Note that an extract is to be taken over, or only looked at; raise Unreadable.

    only  names of files, with or without their endings; none: all

    One that was cut off on the way is returned again, to go on where it was.
    """
    extract = Extract(place)
    manifest = extract.manifest()
    wanted = sorted({short_name(name) or name for name in only})
    names = _names(extract, manifest, wanted)
    earlier = ImportRun.objects.unfinished().filter(
        place=str(place), only=wanted, preview=preview, extract=manifest.extract, as_of=manifest.at
    )
    if (same := earlier.first()) is not None:
        return same
    _not_older(manifest, preview=preview)
    with transaction.atomic():
        run = ImportRun.objects.create(
            place=str(place),
            only=wanted,
            uploaded=uploaded,
            preview=preview,
            extract=manifest.extract,
            kind=manifest.kind,
            as_of=manifest.at,
            partial=bool(wanted),
            by=by,
        )
        for position, name in enumerate(in_order(names)):
            promise = manifest.files[name]
            ImportFile.objects.create(
                run=run,
                position=position,
                name=name,
                path=extract.paths[name],
                promised=promise.rows,
                sha256=promise.sha256,
                total=promise.total,
            )
        _tell_strangers(run, extract, manifest)
        tell(run, "asked")
    return run


def prepare_mended(
    paths: Sequence[Path], *, by: Person | None, uploaded: bool = False
) -> ImportRun:
    """Note that refused rows, mended, are to be taken over; raise Unreadable."""
    place, names = paths[0].parent, sorted(path.name for path in paths)
    extract = Extract(place, only=names)
    if strange := set(extract.paths) - FILES.keys():
        raise Unreadable("strange", names=", ".join(sorted(strange)))
    origin = mending.origin(extract)
    with transaction.atomic():
        run = ImportRun.objects.create(
            place=str(place),
            only=names,
            uploaded=uploaded,
            by=by,
            extract=origin.extract,
            kind=ImportRun.Kind.DELTA,
            as_of=origin.as_of,
            partial=True,
            mends=origin,
        )
        for position, name in enumerate(in_order(list(extract.paths))):
            ImportFile.objects.create(
                run=run, position=position, name=name, path=extract.paths[name]
            )
        tell(run, "asked")
    return run


def carry_out(
    run: ImportRun,
    *,
    now: datetime | None = None,
    told: Callable[[ImportFile], None] | None = None,
) -> ImportRun:
    """Do what is left of a run; raise Busy while another is under way. What is over stays so.

    told  is called with a file whenever it has come further
    """
    with alone(), seldom_collecting(), staging.unmapped():
        if not _take(run, now or timezone.now()):
            return run
        keeper = Keeper(run, told)
        try:
            extract = Extract(Path(run.place), only=run.only if run.mends_id else ())
            left = [file for file in run.files.select_related("run") if not file.is_over]
            shown = [file for file in left if file.name in SHOWN]
            for file in left:
                _one(extract, file, keeper)
                if not run.preview and shown and file is shown[-1]:
                    welcome(keeper)
            _end(keeper, extract)
        except Unreadable as wrong:
            _fail(keeper, wrong)
        except TakenOver:
            run.refresh_from_db()
            faces.catch_up()  # what was written of it stays, and is found
        finally:
            _let_go(run)
    return run


@transaction.atomic
def give_up(run: ImportRun, *, by: Person | None) -> bool:
    """Stop a run for good; what it has written stays. False when it is over already."""
    stopped = ImportRun.objects.unfinished().filter(pk=run.pk)
    if not stopped.update(state=State.STOPPED, ended_at=timezone.now(), token=""):
        return False
    record(run.key, "import_stopped", by=by, topics=[TOPIC])
    run.refresh_from_db()
    return True


def _one(extract: Extract, file: ImportFile, keeper: Keeper) -> None:
    """Read, check and write one file; one that is not as it should be changes nothing."""
    try:
        binding = header_of(extract, file)
        if not _is_put_by(file, binding):
            read(extract, file, binding, keeper=keeper)
        if keeper.run.preview:
            estimate(binding, file, keeper=keeper)
            contradictions.look(binding, file)
            keeper.mark(file, state=ImportFile.State.DONE)
            return
        _write(binding, file, keeper)
    except Unreadable as wrong:
        _refuse(file, wrong, keeper)


def _write(binding: Binding, file: ImportFile, keeper: Keeper) -> None:
    Writing(file, binding, keeper=keeper).write()
    if binding.file.marks and keeper.run.kind == ImportRun.Kind.FULL:
        vanish(binding, file, keeper=keeper)
    with transaction.atomic():
        contradictions.look(binding, file)
        if keeper.run.mends_id:
            mending.settle(file)
        keeper.mark(file, state=ImportFile.State.DONE)
        staging.drop_tables([file.name])


def _is_put_by(file: ImportFile, binding: Binding) -> bool:
    """Whether its rows lie ready; a server that crashed may have emptied the table."""
    if file.state not in {ImportFile.State.READ, ImportFile.State.WRITING}:
        return False
    ready = staging.has_table(binding.stage) and (
        staging.count(binding, file.staged) == file.rows - file.rejects
    )
    if not ready:
        fresh = {"applied": 0, "new": 0, "changed": 0, "same": 0, "gone": 0, "staged": 0}
        ImportFile.objects.filter(pk=file.pk).update(**fresh)
        file.refresh_from_db()
    return ready


def _take(run: ImportRun, now: datetime) -> bool:
    """Make the run this process's, whoever had one before: it is gone, for the lock is ours."""
    with transaction.atomic():
        ImportRun.objects.filter(state=State.RUNNING).update(state=State.WAITING, token="")
        token = uuid.uuid4().hex
        mine = ImportRun.objects.filter(pk=run.pk, state=State.WAITING)
        if not mine.update(state=State.RUNNING, token=token, beat_at=timezone.now()):
            run.refresh_from_db()
            return False
        ImportRun.objects.filter(pk=run.pk, learned_at=None).update(learned_at=now)
        run.refresh_from_db()
        tell(run, "started")
    if not run.files.exclude(state=ImportFile.State.WAITING).exists():
        staging.drop_tables(list(FILES))
    return True


def _end(keeper: Keeper, extract: Extract) -> None:
    run = keeper.run
    if not run.preview:
        welcome(keeper)
    refused = [file.path for file in run.files.filter(state=ImportFile.State.REFUSED)]
    trouble = Told("not_taken", names=", ".join(refused)) if refused else None
    with transaction.atomic():
        keeper.beat()
        _over(run, State.FAILED if trouble else State.DONE, trouble)
    _clear(run, extract)


def _fail(keeper: Keeper, trouble: Told) -> None:
    try:
        with transaction.atomic():
            keeper.beat()
            _over(keeper.run, State.FAILED, trouble)
    except TakenOver:
        keeper.run.refresh_from_db()
    faces.catch_up()


def _over(run: ImportRun, state: State, trouble: Told | None) -> None:
    ImportRun.objects.filter(pk=run.pk).update(
        state=state,
        trouble=trouble.said if trouble else "",
        told=trouble.particulars if trouble else {},
        ended_at=timezone.now(),
        token="",
    )
    run.refresh_from_db()
    staging.drop_tables(list(FILES))
    counts = {
        name: sum(getattr(file, name) for file in run.files.all())
        for name in ("rows", "rejects", "new", "changed", "same", "gone")
    }
    verb = "previewed" if run.preview else "imported"
    record(
        run.key, verb, by=run.by, topics=[TOPIC], state=str(state), extract=run.extract, **counts
    )


def _refuse(file: ImportFile, trouble: Told, keeper: Keeper) -> None:
    with transaction.atomic():
        contradictions.tell(file, "refused", "error", trouble)
        keeper.mark(
            file,
            state=ImportFile.State.REFUSED,
            trouble=trouble.said,
            told=trouble.particulars,
        )
        staging.drop_tables([file.name])


def _let_go(run: ImportRun) -> None:
    """Whatever ended it before its end, the run waits to be resumed."""
    mine = ImportRun.objects.filter(pk=run.pk, token=run.token, state=State.RUNNING)
    if run.token and mine.update(state=State.WAITING, token=""):
        tell(run, "interrupted")


def _clear(run: ImportRun, extract: Extract) -> None:
    """Remove what was uploaded for a run that is over."""
    if run.uploaded and not run.preview:
        shutil.rmtree(extract.place if extract.place.is_dir() else extract.place.parent,
                      ignore_errors=True)  # fmt: skip


def _names(extract: Extract, manifest: Manifest, wanted: Collection[str]) -> list[str]:
    """The files to take; raise Unreadable when one that should be there is not."""
    names = [name for name in manifest.files if name in FILES]
    if missing := [name for name in names if name not in extract.paths]:
        raise Unreadable("missing", names=", ".join(missing))
    if strange := [name for name in wanted if name not in names]:
        raise Unreadable("not_in_extract", names=", ".join(strange))
    names = [name for name in names if not wanted or name in wanted]
    if not names:
        raise Unreadable("no_file")
    return names


def _not_older(manifest: Manifest, *, preview: bool) -> None:
    """Refuse to go back in time."""
    last = ImportRun.objects.whole().first()
    if not preview and last is not None and last.as_of and manifest.at < last.as_of:
        raise Unreadable("older", at=manifest.at.isoformat(), extract=last.extract)


def _tell_strangers(run: ImportRun, extract: Extract, manifest: Manifest) -> None:
    strange = sorted((set(extract.paths) | set(manifest.files)) - FILES.keys())
    untold = sorted((set(extract.paths) & FILES.keys()) - manifest.files.keys())
    for name, which in (("unknown_files", strange), ("untold_files", untold)):
        if which:
            run.findings.create(
                file="manifest",
                check_name=name,
                severity="warning",
                count=len(which),
                what=name,
                told={"names": ", ".join(which)},
            )
