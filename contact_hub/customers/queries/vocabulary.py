"""Words on file that are near a word told: one slip, the same sound, the same beginning."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
from django.db import connection
from django.db.models import Sum
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from contact_hub.customers.models import Vocabulary
from contact_hub.customers.rules.faces import slips, sounds
from contact_hub.lib import names

Word = tuple[str, str]  # its kind, and itself
FOR = 60.0  # seconds until what another process added is heard of in the second pass
MOST = 25  # words near one word
SPOKEN = frozenset("lfs")  # kinds that are misspelt
BEGUN = 5  # letters up to which a word may be the beginning of another

_ONE_SLIP = (
    "SELECT w.kind, w.token, w.count FROM customers_vocabularydelete d"
    " JOIN customers_vocabulary w ON w.id = d.word_id WHERE d.key IN ({})"
)
_SAME_SOUND = "SELECT kind, token, count FROM customers_vocabulary WHERE phonetic IN ({})"
_BEGINNING = (
    "SELECT * FROM (SELECT kind, token, count FROM customers_vocabulary"
    " WHERE kind = %s AND token >= %s AND token < %s ORDER BY count DESC LIMIT 25) AS begun"
)
_THIS = "SELECT kind, token, count FROM customers_vocabulary WHERE kind = %s AND token = %s"


@dataclass(slots=True)
class Lexicon:
    """All words of the vocabulary in memory, and on how many faces they are together."""

    until: float
    faces: int
    words: dict[str, tuple[list[str], list[int]]] = field(
        default_factory=dict
    )  # by kind, if needed


_lexicon: Lexicon | None = None


def near(words: Collection[Word]) -> tuple[dict[Word, list[str]], dict[Word, int]]:
    """For each word those that may be meant by it, nearest first; and how often each is on file.

    One statement for all, whatever their kinds.
    """
    rows = _rows(words)
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, word in rows:
        by_kind[kind].append(word)
    found = {(kind, word): _ranked(kind, word, by_kind[kind]) for kind, word in words}
    return found, rows


def counts(words: Collection[Word]) -> dict[Word, int]:
    """How often these very words are on file."""
    if not words:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([_THIS] * len(words)), [value for word in words for value in word]
        )
        return {(kind, word): count for kind, word, count in cursor.fetchall()}


def far(kind: str, word: str) -> dict[str, int]:
    """Words up to two slips away, nearest first, with their counts; gone through in memory."""
    lexicon = _loaded()
    if kind not in lexicon.words:
        rows = [*Vocabulary.objects.filter(kind=kind, count__gt=0).values_list("token", "count")]
        lexicon.words[kind] = [word for word, _count in rows], [count for _word, count in rows]
    words, how_often = lexicon.words[kind]
    if not words:
        return {}
    slips = cdist([word], words, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)[0]
    found = sorted(np.flatnonzero(slips <= 2), key=lambda at: (slips[at], -how_often[at]))
    return {words[at]: how_often[at] for at in found[:MOST]}


def faces() -> int:
    """How many faces there are, near enough."""
    return _loaded().faces


def forget() -> None:
    """Read the vocabulary anew: it was changed here."""
    global _lexicon  # noqa: PLW0603  # one process, one memory
    _lexicon = None


def _loaded() -> Lexicon:
    global _lexicon  # noqa: PLW0603
    if _lexicon is None or _lexicon.until < time.monotonic():
        total = Vocabulary.objects.filter(kind=Vocabulary.Kind.LAST).aggregate(n=Sum("count"))["n"]
        _lexicon = Lexicon(time.monotonic() + FOR, total or 0)
    return _lexicon


def _rows(words: Collection[Word]) -> dict[Word, int]:
    keys = {kind + slip for kind, word in words for slip in _keys(kind, word)}
    codes = {kind + code for kind, word in words if kind in SPOKEN for code in sounds(word)}
    arms, values = [_ONE_SLIP.format(_marks(keys))], [*keys]
    if codes:
        arms.append(_SAME_SOUND.format(_marks(codes)))
        values += codes
    for kind, word in words:
        if _begins(kind, word):
            arms.append(_BEGINNING)
            values += [kind, word, word[:-1] + chr(ord(word[-1]) + 1)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(arms), values)
        return {(kind, word): count for kind, word, count in cursor.fetchall()}


def _keys(kind: str, word: str) -> Iterable[str]:
    if kind not in SPOKEN:
        return {word}
    return slips(word) | names.short_forms(word) if kind == "f" else slips(word)


def _begins(kind: str, word: str) -> bool:
    return (kind == "f" and len(word) <= BEGUN) or (kind == "l" and 2 < len(word) <= BEGUN)


def _ranked(kind: str, word: str, among: Iterable[str]) -> list[str]:
    codes, short = sounds(word), names.short_forms(word) if kind == "f" else frozenset()
    ranked = []
    for other in among:
        likeness = JaroWinkler.similarity(word, other)
        if other == word:
            likeness = 2.0
        elif other in short:
            likeness = 1.0
        elif OSA.distance(word, other, score_cutoff=1) <= 1:
            likeness += 0.1
        elif likeness < 0.8 and not other.startswith(word) and codes[:1] != sounds(other)[:1]:
            continue
        ranked.append((-likeness, other))
    ranked.sort()
    return [other for _likeness, other in ranked[:MOST]]


def _marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))
