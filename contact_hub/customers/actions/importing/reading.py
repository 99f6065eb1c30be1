"""A file is read, checked and put by in pieces, each a transaction with its place in the file."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from operator import itemgetter, lt

from django.db import transaction

from contact_hub.customers.actions.importing import contradictions, staging
from contact_hub.customers.actions.importing.binding import Binding, bind
from contact_hub.customers.actions.importing.checking import Checked, Checker, Piece
from contact_hub.customers.actions.importing.keeping import Keeper
from contact_hub.customers.models import ImportFile, ImportReject
from contact_hub.customers.queries.parameters import parameter
from contact_hub.customers.rules.layout import FILES
from contact_hub.customers.rules.values import Misfit
from contact_hub.customers.vault import seal_row
from contact_hub.lib.extracts import Digest, Extract, Rows, Unreadable
from contact_hub.lib.phones import dialled

PIECE = {True: 20_000, False: 10_000}  # rows in a transaction: on PostgreSQL, and on SQLite
WORTH_KNOWING = 5_000  # rows: of smaller tables the planner need not know more than their size


class TooManyRejects(Unreadable):
    """More rows do not fit than the office allows; nothing of the file is written."""


def header_of(extract: Extract, file: ImportFile) -> Binding:
    """Bind a file by its header, which is noted; raise Unreadable."""
    with extract.reading(file.name) as rows:
        first = next(rows, None)
    if first is None:
        raise Unreadable("empty")
    file.header = list(first[1])
    ImportFile.objects.filter(pk=file.pk).update(header=file.header)
    return bind(FILES[file.name], first[1], phone=phones())


def read(extract: Extract, file: ImportFile, binding: Binding, *, keeper: Keeper) -> None:
    """Put by all that fits; raise Unreadable when the file is not what its manifest says.

    Goes on where an earlier process was.
    """
    checker = Checker(
        binding, delta=keeper.run.kind == keeper.run.Kind.DELTA, preview=keeper.run.preview
    )
    _begin(file, binding, keeper)
    digest = Digest()
    with extract.reading(file.name, digest) as rows:
        next(rows)
        for lines, piece in _pieces(rows):
            if lines[-1] <= file.staged:
                continue  # put by before the process that did it was gone
            left = bisect(lines, file.staged)
            _put_by(lines[left:], piece[left:], file, checker, binding, keeper)
            keeper.breathe()
    _compare(file, digest)
    _refuse_twins(file, binding, keeper)
    _judge(file)
    staging.index_lines(binding)
    if file.rows > WORTH_KNOWING:
        staging.learn_sizes(binding.stage)
    fill_twins(extract, file)
    keeper.mark(file, state=ImportFile.State.READ)


def _begin(file: ImportFile, binding: Binding, keeper: Keeper) -> None:
    kept = staging.has_table(binding.stage)
    expected = file.rows - file.rejects
    if file.staged and kept and staging.count(binding, file.staged) == expected:
        return
    with transaction.atomic():
        staging.make_tables(binding)
        file.refused.all().delete()
        file.run.findings.filter(file=file.name).delete()
        contradictions.tell_unknown(file, binding)
        keeper.mark(
            file,
            state=ImportFile.State.READING,
            staged=0,
            rows=0,
            rejects=0,
            summed=Decimal(0),
            in_order=True,
            last_key="",
        )


def _pieces(rows: Rows) -> Iterator[Piece]:
    """Rows by the thousands; a line with nothing in it is none."""
    while (piece := rows.take(PIECE[staging.is_postgres()]))[1]:
        lines, whole = piece if [] not in piece[1] else _without_blanks(*piece)
        if whole:
            yield lines, whole


def _without_blanks(lines: Sequence[int], rows: Sequence[list[str]]) -> Piece:
    pairs = [(line, row) for line, row in zip(lines, rows, strict=True) if row]
    return [line for line, _row in pairs], [row for _line, row in pairs]


def _put_by(
    lines: Sequence[int],
    rows: Sequence[list[str]],
    file: ImportFile,
    checker: Checker,
    binding: Binding,
    keeper: Keeper,
) -> None:
    checked = checker.check(lines, rows)
    with transaction.atomic():
        staging.put_by(binding, checked.rows, checked.points)
        rejected = _keep_rejects(file, checked)
        contradictions.add_doubts(file, checked.doubts)
        ordered, last = _in_order(binding, rows, ordered=file.in_order, last=file.last_key)
        keeper.mark(
            file,
            staged=lines[-1],
            rows=file.rows + len(rows),
            summed=file.summed + _sum(binding, rows),
            rejects=file.rejects + rejected,
            in_order=ordered,
            last_key=last,
        )
    most = _most(file)
    if file.promised and most is not None and file.rejects > most:
        raise _too_many(file)


def _keep_rejects(file: ImportFile, checked: Checked) -> int:
    ImportReject.objects.bulk_create(
        [
            ImportReject(
                file=file,
                line=one.line,
                column=one.why.column,
                reason=one.why.said,
                told=one.why.particulars,
                row=seal_row(one.row),
                key=one.key,
            )
            for one in checked.rejected
        ]
    )
    return len(checked.rejected)


def _sum(binding: Binding, rows: Sequence[list[str]]) -> Decimal:
    """What these rows add to the control total; what is no number adds nothing."""
    name = binding.file.total
    if not name or name not in binding.header:
        return Decimal(0)
    place = binding.header.index(name)
    try:
        return sum(map(Decimal, filter(None, map(itemgetter(place), rows))), Decimal(0))
    except (InvalidOperation, IndexError):
        texts = [row[place] for row in rows if len(row) > place]
        return sum((amount for text in texts if (amount := _amount(text)) is not None), Decimal(0))


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _in_order(
    binding: Binding, rows: Sequence[list[str]], *, ordered: bool, last: str
) -> tuple[bool, str]:
    """Whether keys of one column still rise, so that none can come twice; and the last of them."""
    if not ordered or len(binding.file.key) > 1 or binding.file.columns[0].kind != "text":
        return False, ""
    place = binding.header.index(binding.file.key[0])
    try:
        keys = [last, *map(str.strip, map(itemgetter(place), rows))]
    except IndexError:
        return False, ""
    rising = all(map(lt, keys, keys[1:]))
    return (True, keys[-1]) if rising and "\0" not in keys[-1] else (False, "")


def _compare(file: ImportFile, digest: Digest) -> None:
    """Look whether the file is the one that the manifest tells of."""
    if file.promised is not None and file.rows != file.promised:
        raise Unreadable("rows", found=file.rows, promised=file.promised)
    if file.total is not None and FILES[file.name].total and file.summed != file.total:
        found, promised = (f"{total.normalize():f}" for total in (file.summed, file.total))
        column = FILES[file.name].total
        raise Unreadable("total", column=column, found=found, promised=promised)
    if file.sha256 and not digest.fits(file.sha256):
        raise Unreadable("sha256")


def _refuse_twins(file: ImportFile, binding: Binding, keeper: Keeper) -> None:
    """Refuse rows whose key came before in the same file: the first one stays."""
    if file.in_order and file.rows:
        return
    keys = ", ".join(map(staging.quoted, binding.keys))
    same = " AND ".join(f"s.{name} = d.{name}" for name in map(staging.quoted, binding.keys))
    twins = staging.ask(
        f"SELECT s.at_line, d.first FROM {binding.stage} s JOIN"  # names are ours
        f" (SELECT {keys}, MIN(at_line) AS first FROM {binding.stage} GROUP BY {keys}"
        f" HAVING COUNT(*) > 1) d ON {same} WHERE s.at_line > d.first ORDER BY s.at_line"
    )
    if not twins:
        return
    most = _most(file)
    if most is not None and file.rejects + len(twins) > most:
        keeper.mark(file, rejects=file.rejects + len(twins))
        raise _too_many(file)
    with transaction.atomic():
        ImportReject.objects.bulk_create(
            [
                ImportReject(
                    file=file,
                    line=line,
                    column=binding.file.key[0],
                    reason="twin",
                    told={"line": first},
                    row=b"",
                )
                for line, first in twins
            ],
            ignore_conflicts=True,
        )
        staging.remove(binding, [line for line, _first in twins])
        keeper.mark(file, rejects=file.refused.count())


def fill_twins(extract: Extract, file: ImportFile) -> None:
    """Keep the rows themselves of those that were refused after they had been read."""
    bare = {one.line: one for one in file.refused.filter(row=b"")}
    if not bare:
        return
    with extract.reading(file.name) as rows:
        for line, row in rows:
            if (one := bare.get(line)) is not None:
                one.row = seal_row(row)
    ImportReject.objects.bulk_update(bare.values(), ["row"], batch_size=500)


def _judge(file: ImportFile) -> None:
    most = _most(file)
    if most is not None and file.rejects > most:
        raise _too_many(file)


def _most(file: ImportFile) -> float | None:
    """How many rows may be refused; None for mended rows, of which each stands for itself."""
    if file.run.mends_id is not None:
        return None
    return float(parameter("import.rejects")) * max(file.promised or 0, file.rows)


def _too_many(file: ImportFile) -> TooManyRejects:
    return TooManyRejects("too_many", rejects=file.rejects, rows=file.promised or file.rows)


def phones() -> Callable[[str], str]:
    """Make telephone numbers E.164, as the office's region and area code complete them."""
    return cache(_phones)(str(parameter("phones.region")), str(parameter("phones.area")))


def _phones(region: str, area: str) -> Callable[[str], str]:
    def make(text: str) -> str:
        found = dialled(text, region=region, area=area)
        if found is None:
            raise Misfit("phone")
        return ";".join(filter(None, found))

    return make
