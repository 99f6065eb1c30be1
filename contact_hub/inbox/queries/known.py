"""What is known of a mail's ids and of its sender: by it the mail finds its case."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from contact_hub.inbox.models import Case, Queue
from contact_hub.inbox.rules.threading import Key, Known, digest

# In SQL, for every mail asks it and the ORM takes longer to write it than databases to answer.
# The ids that messages bear, those that mail refers to, and unfinished cases of one sender.
KEYS = """
    SELECT 'own', message_id, case_id, from_address
    FROM inbox_message WHERE message_id IN ({ids})
    UNION ALL
    SELECT 'referred', digest, case_id, address
    FROM inbox_threadkey WHERE digest IN ({ids})
"""
OF_SENDER = """
    UNION ALL
    SELECT 'theirs', '', id, '' FROM (
        SELECT id FROM inbox_case
        WHERE who_address = %s AND queue_id = %s AND state IN ({states}) LIMIT 2
    ) AS unfinished
"""


def known(ids: Collection[str], *, sender: str, in_queue: Queue | None) -> Known:
    """What ties a mail to cases; one statement.

    ids       Message-IDs that the mail bears and refers to, as they are written
    in_queue  where unfinished cases of `sender` are looked for; None: they say nothing

    Of unfinished cases two will do, for more than one tells nothing.
    """
    wanted = [one[:998] for one in ids]
    marks = ", ".join(["%s"] * len(wanted)) or "NULL"
    sql = KEYS.format(ids=marks)
    params: list[str | int] = [*wanted, *map(digest, wanted)]
    if in_queue is not None:
        states = ", ".join(f"'{state}'" for state in Case.UNFINISHED)
        sql += OF_SENDER.format(states=states)
        params += [sender, in_queue.pk]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return Known(
        tuple(
            Key(digest(name) if kind == "own" else name, case, kind == "own", address)
            for kind, name, case, address in rows
            if kind != "theirs"
        ),
        tuple(case for kind, _name, case, _address in rows if kind == "theirs"),
    )
