"""Full text on both databases behind one function: message numbers that match, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from contact_hub.inbox.models import Message
from contact_hub.inbox.rules.search import Search, Words

MOST = 200  # candidates of one page
COMMON = 30_000  # expected hits from which the index is not asked: it would fetch them all
WINDOW = 10_000  # messages read at most for one page of a common word
SCARCE = 1000  # expected hits up to which the index is asked at once
ENOUGH = 25  # hits among the newest with which the index is not asked: they fill a page

NEWEST = ("-at", "-pk")
EPOCH = date(1990, 1, 1)  # no message is older
NEVER = 'month : "m0"'

WEIGHTS = {"subject": "A", "from": "B", "to": "C"}
COLUMNS = {"subject": "subject", "from": "sender", "to": "receiver"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for, and where to go on: after the message with that number."""

    search: Search
    since: datetime | None = None
    until: datetime | None = None
    after: int | None = None
    within: QuerySet[Message] | None = None  # only these; when they are few


@dataclass(frozen=True, slots=True)
class Candidates:
    """Message numbers, newest first; `floor`: where to go on, None when that was all."""

    pks: list[int]
    floor: int | None
    order: tuple[str, ...]


def candidates(wanted: Wanted) -> Candidates:
    """At most MOST messages with those words, newest first; two statements, or one on SQLite."""
    if connection.vendor == "postgresql":
        return _on_postgresql(wanted)
    return _on_sqlite(wanted)


# --- PostgreSQL ------------------------------------------------------------------------------


def tsquery(search: Search) -> str:
    """The words as PostgreSQL reads them; tokens are letters and digits only."""
    return " & ".join(_tsquery(words) for words in search.words)


def _tsquery(words: Words) -> str:
    weight = WEIGHTS.get(words.field, "")
    *before, final = words.tokens
    parts = [f"'{token}'" + (f":{weight}" if weight else "") for token in before]
    mark = ("*" if words.prefix else "") + weight
    parts.append(f"'{final}'" + (f":{mark}" if mark else ""))
    together = "(" + " <-> ".join(parts) + ")"
    return f"!{together}" if words.negated else together


def _on_postgresql(wanted: Wanted) -> Candidates:
    """Read the newest messages first, and the index only for words that are rare among them.

    The index gives its hits in no useful order: for a word in every second mail it would fetch
    them all to find the newest. Words that the planner's statistics call common are therefore
    looked for among the newest messages alone, a window at a time.
    """
    words = tsquery(wanted.search)
    where, params = _bounds(wanted)
    if wanted.within is not None:
        return _by_index(words, where, params)
    expected = _expected(words)
    if expected <= SCARCE:
        return _by_index(words, where, params)
    if expected > COMMON:
        return _by_window(words, where, params)
    return _by_glance(words, where, params)


def _by_index(words: str, where: str, params: list[Any]) -> Candidates:
    rows = _rows(
        f"""WITH found AS MATERIALIZED (
                SELECT message_id, at FROM inbox_search WHERE words @@ %s::tsquery AND {where}
            ) SELECT message_id FROM found ORDER BY at DESC, message_id DESC LIMIT {MOST}""",  # noqa: S608  # our own text
        [words, *params],
    )
    return _page([pk for (pk,) in rows], NEWEST)


def _by_window(words: str, where: str, params: list[Any]) -> Candidates:
    rows = _rows(
        f"""SELECT message_id, hit, place FROM (
                SELECT message_id, words @@ %s::tsquery AS hit, row_number() OVER () AS place
                FROM (SELECT message_id, words FROM inbox_search WHERE {where}
                      ORDER BY at DESC, message_id DESC LIMIT {WINDOW}) AS newest
            ) AS looked WHERE hit OR place = {WINDOW} LIMIT {MOST}""",  # noqa: S608  # our own text
        [words, *params],
    )
    cut_short = bool(rows) and (len(rows) == MOST or rows[-1][2] == WINDOW)
    hits = [pk for pk, hit, _place in rows if hit]
    return Candidates(hits, rows[-1][0] if cut_short else None, NEWEST)


def _by_glance(words: str, where: str, params: list[Any]) -> Candidates:
    """The newest first, and only when these are not enough the index: one statement for both.

    Beginnings of words may stand for most of the index: it takes longer to join their lists than
    to look at the newest messages.
    """
    rows = _rows(
        f"""WITH glanced AS MATERIALIZED (
                SELECT message_id FROM (
                    SELECT message_id, words FROM inbox_search WHERE {where}
                    ORDER BY at DESC, message_id DESC LIMIT {WINDOW}
                ) AS newest WHERE words @@ %s::tsquery LIMIT {MOST}
            ), enough AS MATERIALIZED (SELECT count(*) >= {ENOUGH} AS yes FROM glanced
            ), found AS MATERIALIZED (
                SELECT message_id, at FROM inbox_search
                WHERE NOT (SELECT yes FROM enough) AND words @@ %s::tsquery AND {where}
            )
            SELECT message_id, true FROM glanced WHERE (SELECT yes FROM enough)
            UNION ALL
            (SELECT message_id, false FROM found ORDER BY at DESC, message_id DESC LIMIT {MOST})""",  # noqa: S608  # our own text
        [*params, words, words, *params],
    )
    pks = [pk for pk, _glanced in rows]
    if rows and rows[0][1]:  # older messages have not been looked at
        return Candidates(pks, pks[-1], NEWEST)
    return _page(pks, NEWEST)


def _expected(words: str) -> int:
    """How many messages the planner expects to hold the words; nothing is read for it."""
    ((plan,),) = _rows(
        "EXPLAIN (FORMAT JSON) SELECT 1 FROM inbox_search WHERE words @@ %s::tsquery", [words]
    )
    return int(plan[0]["Plan"]["Plan Rows"])


def _bounds(wanted: Wanted) -> tuple[str, list[Any]]:
    where = ["true"]
    params: list[Any] = []
    if wanted.until:
        where.append("at < %s")
        params.append(wanted.until)
    if wanted.since:
        where.append("at >= %s")
        params.append(wanted.since)
    if wanted.after:
        where.append(
            "(at, message_id) < (SELECT at, message_id FROM inbox_search WHERE message_id = %s)"
        )
        params.append(wanted.after)
    if wanted.within is not None:
        sql, values = wanted.within.values("pk").query.sql_with_params()
        where.append(f"message_id IN ({sql})")
        params += values
    return " AND ".join(where), params


# --- SQLite ----------------------------------------------------------------------------------


def match(search: Search, months: str = "") -> str:
    """The words as FTS5 reads them; `months` is one more thing that must hold."""
    wanted = [_match(words) for words in search.words if not words.negated]
    banned = [_match(words) for words in search.words if words.negated]
    found = " AND ".join([*wanted, *([months] if months else [])])
    return f"({found}) NOT ({' OR '.join(banned)})" if banned else found


def _match(words: Words) -> str:
    columns = COLUMNS.get(words.field, "{subject sender receiver body}")
    phrase = " ".join(words.tokens)
    return f'{columns} : "{phrase}"' + (" *" if words.prefix else "")


def _on_sqlite(wanted: Wanted) -> Candidates:
    """FTS5 gives the newest numbers first by itself; months are words so that old ones are too."""
    where = ["inbox_search MATCH %s"]
    params: list[Any] = [match(wanted.search, _months(wanted))]
    if wanted.after:
        where.append("rowid < %s")
        params.append(wanted.after)
    if wanted.within is not None:
        sql, values = wanted.within.values("pk").query.sql_with_params()
        where.append(f"rowid IN ({sql})")
        params += values
    rows = _rows(
        f"SELECT rowid FROM inbox_search WHERE {' AND '.join(where)} "  # noqa: S608  # our own text
        f"ORDER BY rowid DESC LIMIT {MOST}",
        params,
    )
    return _page([pk for (pk,) in rows], ("-pk",))


def _months(wanted: Wanted) -> str:
    """The months (and whole years before them) in which a message must have come, as words."""
    if wanted.since is None and wanted.until is None:
        return ""
    last = (wanted.until or timezone.now() + timedelta(days=62)).astimezone(UTC).date()
    first = wanted.since.astimezone(UTC).date() if wanted.since else EPOCH
    words = [f"y{year}" for year in range(first.year, last.year)] if first is EPOCH else []
    start = date(last.year, 1, 1) if first is EPOCH else first.replace(day=1)
    while start <= last:
        words.append(f"m{start:%Y%m}")
        start = (start + timedelta(days=31)).replace(day=1)
    return "month : (" + " OR ".join(words) + ")" if words else NEVER


# --- both ------------------------------------------------------------------------------------


def _page(pks: list[int], order: tuple[str, ...]) -> Candidates:
    return Candidates(pks, pks[-1] if len(pks) == MOST else None, order)


def _rows(sql: str, params: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
