"""Words in memory, and which of them may be meant by a word that was told.

A word is near another that is one slip away, sounds the same, begins with it or is its short form.
Two words one slip apart share a shorter one: both are taken down under every form with a letter
left out, and under how they sound. Of all that only the hashes are kept, sorted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from contact_hub.customers.rules.faces import slips, sounds

MOST = 25  # words near one word
BEGUN = 5  # letters up to which a word may be the beginning of another
SPOKEN = frozenset("lfs")  # kinds of words that are misspelt
SLIPS = 2  # of `far`
_SIGNS = {sign: at for at, sign in enumerate("abcdefghijklmnopqrstuvwxyz")}

Strings = AbstractSet[str]
Row = tuple[str, int, str]  # a word, on how many faces it is, and how it sounds


class Shelf:
    """The words of one kind; it does not change."""

    def __init__(self, kind: str, rows: Iterable[Row]) -> None:
        ordered = sorted(rows)
        self.kind = kind
        self.words = [word for word, _count, _sound in ordered]
        self.counts = [count for _word, count, _sound in ordered]
        self._keys, self._owners = _keyed(ordered if kind in SPOKEN else ())

    def around(self, word: str) -> set[str]:
        """Words that share a form with one slip, or begin so."""
        found = self._taken_down(slips(word))
        if self._may_begin(word):
            found.update(self._beginning(word))
        return found

    def sounding(self, word: str) -> set[str]:
        """Words that sound the same."""
        return self._taken_down([_sound(code) for code in sounds(word)])

    def _taken_down(self, forms: Iterable[str]) -> set[str]:
        keys = np.fromiter(map(hash, forms), dtype=np.int64)
        begins = np.searchsorted(self._keys, keys)
        ends = np.searchsorted(self._keys, keys, side="right")
        return {
            self.words[at]
            for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
            if begin < end
            for at in self._owners[begin:end].tolist()
        }

    def far(self, word: str) -> list[tuple[int, int, str]]:
        """Words at most two slips away: how many, on how many faces (negative), and the word."""
        among = self._alike(word)
        if not among:
            return []
        words = [self.words[at] for at in among]
        away = cdist([word], words, scorer=OSA.distance, score_cutoff=SLIPS, dtype=np.uint8)[0]
        return [
            (int(away[at]), -self.counts[among[at]], words[at])
            for at in np.flatnonzero(away <= SLIPS).tolist()
        ]

    def _may_begin(self, word: str) -> bool:
        least = {"f": 1, "l": 3}.get(self.kind)
        return least is not None and least <= len(word) <= BEGUN

    def _beginning(self, word: str) -> list[str]:
        begin = bisect_left(self.words, word)
        end = bisect_left(self.words, word[:-1] + chr(ord(word[-1]) + 1))
        if end - begin <= MOST:
            return self.words[begin:end]
        counts = np.array(self.counts[begin:end])
        return [self.words[begin + at] for at in np.argpartition(-counts, MOST)[:MOST].tolist()]

    def _alike(self, word: str) -> list[int]:
        """Where the words are that have about as many letters, and about the same ones.

        A slip puts at most one letter in another's place, so that two change at most four.
        """
        letters, lengths = self._shapes
        other = np.bitwise_count(letters ^ np.uint64(_letters(word)))
        found = (other <= 2 * SLIPS) & (np.abs(lengths - len(word)) <= SLIPS)
        return np.flatnonzero(found).tolist()

    @cached_property
    def _shapes(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """The letters and the length of each word."""
        return (
            np.array([_letters(one) for one in self.words], dtype=np.uint64),
            np.array([len(one) for one in self.words]),
        )


def ranked(word: str, *, around: Strings, sounding: Strings, short: Strings) -> list[str]:
    """The nearest first: the word itself, short forms, one slip, and how alike they look.

    around, sounding   as a shelf gives them
    short              short forms of the word that are on file
    """
    others = [*((around | sounding | short) - {word})]
    if not others:
        return [word]
    alike = cdist([word], others, scorer=JaroWinkler.similarity)[0].tolist()
    away = cdist([word], others, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)[0].tolist()
    order = []
    for other, likeness, slipped in zip(others, alike, away, strict=True):
        if other in short:
            order.append((-1.0, other))
        elif slipped <= 1:
            order.append((-likeness - 0.1, other))
        elif likeness >= 0.8 or other in sounding or other.startswith(word):
            order.append((-likeness, other))
    order.sort()
    return [word, *(other for _likeness, other in order[: MOST - 1])]


def _keyed(rows: Sequence[Row]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """The hashes under which words are taken down, in order, and whose each is."""
    forms = [[*slips(word), *([_sound(sound)] if sound else ())] for word, _count, sound in rows]
    keys = np.fromiter(map(hash, chain.from_iterable(forms)), dtype=np.int64)
    owners = np.repeat(np.arange(len(forms), dtype=np.uint32), [len(one) for one in forms])
    order = np.argsort(keys)
    return keys[order], owners[order]


def _sound(code: str) -> str:
    return f"~{code}"  # no word has this sign


def _letters(word: str) -> int:
    """Which letters a word has once, and which twice and more, as bits."""
    once = twice = 0
    for sign in word:
        bit = 1 << _SIGNS.get(sign, 26 + ord(sign) % 5)
        twice |= once & bit
        once |= bit
    return once | twice << 32
