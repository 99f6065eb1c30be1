"""The vocabulary as look-ups need it: in this process's memory, kept up with the table.

A look-up finds near words without a statement. What was added is read a second later (at once
where it was added in this process): words are never taken away, so that those behind the newest
one known are all that is new. Once a minute it is looked whether that was the whole truth.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from contact_hub.customers.rules.lexicon import MOST, Row, Shelf, ranked
from contact_hub.lib import names

Word = tuple[str, str]  # its kind, and itself
SOON, LATER = 1.0, 60.0  # seconds between two looks at what is new, and at everything
LATE = 2000  # words that came after the others, until all are put in order again
GROWN = 0.1  # share by which the counts may be off

_ADDED = (
    "SELECT id, kind, token, count, phonetic FROM customers_vocabulary WHERE id >= %s ORDER BY id"
)
_WHOLE = "SELECT count(*), coalesce(sum(count), 0) FROM customers_vocabulary"

Added = tuple[int, str, str, int, str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words, as they were at a time.

    early, late   by kind; few came late
    counts        on how many faces each word is
    newest        the row that came last
    words, carried   how many words there are, and on how many faces together
    faces         how many faces there are, near enough
    """

    early: dict[str, Shelf]
    late: dict[str, Shelf]
    counts: dict[Word, int]
    came_late: tuple[Added, ...]
    newest: tuple[int, str, str]
    words: int
    carried: int
    faces: int

    def shelves(self, kind: str) -> list[Shelf]:
        return [one[kind] for one in (self.early, self.late) if kind in one]

    def near(self, kind: str, word: str) -> list[str]:
        """Words that may be meant by one: itself first, on file or not, and the nearest next."""
        shelves = self.shelves(kind)
        short = names.short_forms(word) if kind == "f" else frozenset()
        return ranked(
            word,
            around=set().union(*(shelf.around(word) for shelf in shelves)),
            sounding=set().union(*(shelf.sounding(word) for shelf in shelves)),
            short={one for one in short if (kind, one) in self.counts},
        )

    def far(self, kind: str, word: str) -> list[str]:
        """Words up to two slips away, nearest and most frequent first."""
        found = sorted(one for shelf in self.shelves(kind) for one in shelf.far(word))
        return [other for _slips, _count, other in found[:MOST]]

    def count(self, kind: str, word: str) -> int:
        """On how many faces a word is."""
        return self.counts.get((kind, word), 0)


_lock = threading.Lock()
_lexicon: Lexicon | None = None
_soon = _later = 0.0  # when to look at what is new, and at everything


def lexicon() -> Lexicon:
    """The words on file."""
    global _lexicon, _soon, _later  # noqa: PLW0603  # one process, one memory
    now = time.monotonic()
    if _lexicon is not None and now < _soon:
        return _lexicon
    with _lock:
        _lexicon = _checked(_lexicon, whole=now >= _later)
        _soon = now + SOON
        _later = now + LATER if now >= _later else _later
        return _lexicon


def forget() -> None:
    """Look at the table at the next look-up: words were added here."""
    global _soon, _later  # noqa: PLW0603
    _soon = _later = 0.0


def drop() -> None:
    """Know nothing, as a process does that has just begun."""
    global _lexicon  # noqa: PLW0603
    _lexicon = None
    forget()


def _checked(known: Lexicon | None, *, whole: bool) -> Lexicon:
    """What is known, with what is new; all anew where the table tells something else."""
    if known is None:
        return _read()
    added = _added(known.newest[0])
    if [row[:3] for row in added[:1]] != [known.newest]:  # what was read was rolled back
        return _read()
    late = (*known.came_late, *added[1:])
    if len(late) > LATE:
        return _read()
    if len(added) > 1:
        known = Lexicon(
            known.early,
            _shelved(late),
            known.counts | _counts(added[1:]),
            late,
            added[-1][:3],
            known.words + len(added) - 1,
            known.carried + sum(row[3] for row in added[1:]),
            known.faces + sum(row[3] for row in added[1:] if row[1] == "l"),
        )
    if whole:
        words, carried = _whole()
        if words != known.words or abs(carried - known.carried) > GROWN * known.carried:
            return _read()
    return known


def _read() -> Lexicon:
    rows = _added(0)
    return Lexicon(
        early=_shelved(rows),
        late={},
        counts=_counts(rows),
        came_late=(),
        newest=rows[-1][:3] if rows else (0, "", ""),
        words=len(rows),
        carried=sum(row[3] for row in rows),
        faces=sum(row[3] for row in rows if row[1] == "l"),
    )


def _shelved(rows: Iterable[Added]) -> dict[str, Shelf]:
    by_kind: dict[str, list[Row]] = defaultdict(list)
    for _id, kind, word, count, phonetic in rows:
        by_kind[kind].append((word, count, phonetic[1:]))
    return {kind: Shelf(kind, words) for kind, words in by_kind.items()}


def _counts(rows: Iterable[Added]) -> dict[Word, int]:
    return {(kind, word): count for _id, kind, word, count, _phonetic in rows}


def _added(since: int) -> list[Added]:
    with connection.cursor() as cursor:
        cursor.execute(_ADDED, [since])
        return list(cursor.fetchall())


def _whole() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE)
        words, carried = cursor.fetchone()
        return words, carried
