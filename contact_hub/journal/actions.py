"""The journal's one verb: record what happened, in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from contact_hub.journal import bus
from contact_hub.journal.bus.postgres import CHANNEL
from contact_hub.journal.models import Entry

if TYPE_CHECKING:
    from contact_hub.staff.models import Person

NEXT = """
    INSERT INTO journal_head (subject, seq) VALUES (%s, 1)
    ON CONFLICT (subject) DO UPDATE SET seq = journal_head.seq + 1
    RETURNING seq
"""
WRITTEN = f"""
    WITH head AS ({NEXT}), entry AS (
        INSERT INTO journal_entry (subject, seq, verb, by_id, particulars, at)
        SELECT %s, seq, %s::varchar, %s::bigint, %s::jsonb, %s::timestamptz FROM head
        RETURNING id, seq
    )
"""  # noqa: S608  # our own text
KEEP = WRITTEN + "SELECT id, seq FROM entry"  # noqa: S608  # as above
TELL = WRITTEN + (  # noqa: S608
    f"SELECT id, seq, pg_notify(%s, %s::text || seq || '{bus.END}') FROM entry"  # noqa: S608
)


@transaction.atomic(savepoint=False)  # no statement inside a caller's; a failure spoils that too
def record(
    subject: str,
    verb: str,
    *,
    by: Person | None,
    topics: Sequence[str] = (),
    at: datetime | None = None,
    **particulars: Any,
) -> Entry:
    """Write one line about `subject` and, after commit, tell the screens watching `topics`.

    subject      "case.42", "person.7", "job.9"
    by           who did it; None: the hub itself
    topics       what screens may be watching: the subject's own, its queue's, its owner's
    particulars  JSON values; never message bodies or secrets

    Runs inside the caller's transaction: the line stands or falls with the change it tells of.
    Until that ends, others who record about `subject` wait, so its numbers have no gaps and are
    in the order of the commits; whoever records about several subjects does so in one order.
    """
    entry = Entry(
        subject=subject, verb=verb, by=by, particulars=particulars, at=at or timezone.now()
    )
    news = {"subject": subject, "verb": verb}
    line = bus.unnumbered(topics or [subject], news)
    _keep(entry, line)
    if not line:
        bus.publish(topics or [subject], news | {"seq": entry.seq})
    return entry


def _keep(entry: Entry, line: str) -> None:
    """Number the entry and write it; PostgreSQL does so in one statement, which sends `line`."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(NEXT, [entry.subject])
            (entry.seq,) = cursor.fetchone()
            entry.save(force_insert=True)
            return
        particulars = json.dumps(entry.particulars)
        row = [entry.subject, entry.subject, entry.verb, entry.by_id, particulars, entry.at]
        if line:
            cursor.execute(TELL, [*row, CHANNEL, line])
        else:
            cursor.execute(KEEP, row)
        entry.pk, entry.seq, *_sent = cursor.fetchone()
    entry._state.adding = False  # noqa: SLF001  # documented; a row it is
