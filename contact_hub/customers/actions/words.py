"""Keeping the vocabulary: which words stand in faces, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from contact_hub.customers.actions.rows import by_pieces, table_of
from contact_hub.customers.models import Face, Vocabulary
from contact_hub.customers.rules.faces import sounds

KINDS = (("l", "last"), ("f", "first"), ("s", "street"), ("z", "zip"), ("c", "city"))
SPOKEN = frozenset("lfs")  # kinds that are misspelt; the others are only counted
Words = Counter[tuple[str, str]]  # (kind, word): how many more faces carry it


def count(changes: Words) -> bool:
    """Let every word be carried by so many more or fewer faces; say whether there are new ones.

    In the order of the words, so that two who count at once never wait for each other in a ring.
    """
    rows = [(*word, more, _sound(*word)) for word, more in sorted(changes.items()) if more]
    new = False
    table = table_of(Vocabulary)
    with connection.cursor() as cursor:
        for piece in by_pieces(rows, width=4):
            marks = ", ".join(["(%s, %s, %s, %s)"] * len(piece))
            cursor.execute(
                f"INSERT INTO {table} (kind, token, count, phonetic) VALUES {marks}"  # noqa: S608
                f" ON CONFLICT (kind, token) DO UPDATE SET count = {table}.count + excluded.count"
                " RETURNING kind, token, count",
                [value for row in piece for value in row],
            )
            new = new or any(
                total == changes[kind, word]  # or it was gone
                for kind, word, total in cursor.fetchall()
            )
    return new


def recount() -> int:
    """Count every word anew, after months of changes; says how many were wrong."""
    known = {(kind, token): count for kind, token, count in _counts()}
    true: Words = Counter()
    for kind, column in KINDS:
        true.update({(kind, word): n for word, n in _carried(column) if word})
    changes = Counter({word: n - known.get(word, 0) for word, n in true.items()})
    changes.update({word: -n for word, n in known.items() if word not in true})
    wrong = Counter({word: more for word, more in changes.items() if more})
    count(wrong)
    return len(wrong)


def _counts() -> Iterable[tuple[str, str, int]]:
    return Vocabulary.objects.values_list("kind", "token", "count").iterator()


def _carried(column: str) -> Iterable[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}, count(*) FROM {table_of(Face)} GROUP BY {column}")  # noqa: S608
        yield from cursor.fetchall()


def _sound(kind: str, word: str) -> str:
    codes = sounds(word) if kind in SPOKEN else ()
    return kind + codes[0] if codes else ""
