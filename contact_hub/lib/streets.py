"""Streets as they are compared: the house number, the name without its suffix, the unit."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from contact_hub.lib.names import fold

_ENDINGS = """
street st avenue ave av road rd drive dr lane ln court ct place pl boulevard blvd circle cir
terrace ter terr way trail trl parkway pkwy highway hwy square sq loop alley aly crescent cres
close cl circuit cct parade pde grove gr rise row path crossing xing point pt plaza plz
calle avenida camino via
"""
_COMPASS = """
n s e w ne nw se sw north south east west northeast northwest southeast southwest
norte sur este oeste
"""
_COUNTED = """
first primera
second segunda
third tercera
fourth cuarta
fifth quinta
sixth
seventh
eighth
ninth
tenth
"""
_SUFFIXES = frozenset(_ENDINGS.split())
_DIRECTIONS = frozenset(_COMPASS.split())
_LONG = tuple(sorted((one for one in _SUFFIXES if len(one) > 4), key=len, reverse=True))
_ORDINALS = {
    word: number
    for number, words in enumerate(_COUNTED.strip().splitlines(), 1)
    for word in words.split()
}
_HOUSE = re.compile(r"\s*(?:#|no\.?|number)?\s*0*(\d{1,6})(?:[ -]?([a-z]))?(?=[\s,.]|$)", re.I)
_UNIT = re.compile(
    r"[\s,]+(?:(?:apt|apartment|unit|suite|ste|lot|spc|space|bldg|flat|rm|room|depto|#)"
    r"[\s.#]*([a-z0-9-]{1,8})|#\s*([a-z0-9-]{1,8}))\s*$",
    re.I,
)
_NUMBERED = re.compile(r"(\d+)(?:st|nd|rd|th)?$")
_BOX = re.compile(r"\s*p\.?\s*o\.?\s*box\b", re.I)


class Street(NamedTuple):
    """An address line in the parts that are compared; each may be empty."""

    house: str
    key: str
    unit: str


@lru_cache(maxsize=50_000)
def read(line: str) -> Street:
    """Take an address line apart: "1204 N Oak St Apt 3" is house 1204, key oak, unit 3."""
    if _BOX.match(line):
        return Street("", fold(line), "")
    line, unit = _without_unit(line.partition(",")[0], line)
    house = _HOUSE.match(line)
    if not house:
        return Street("", key(line), unit)
    rest = line[house.end() :]
    if not rest.strip(" .,") and not unit:
        return Street(house[1], "", "")
    if fold(rest) in _SUFFIXES:  # "3 St" is a street of that number
        return Street("", key(line), unit)
    return Street(house[1], key(rest), unit)


@lru_cache(maxsize=50_000)
def key(name: str) -> str:
    """A street's telling words: suffix and direction gone, also where they are misspelt."""
    words = [_plain(word) for word in fold(name).split()]
    telling = [word for word in words if word not in _DIRECTIONS and word not in _SUFFIXES]
    if len(telling) > 1 and _nearly_a_suffix(telling[-1]):
        telling.pop()
    return " ".join(telling or words[:1])


def _without_unit(head: str, line: str) -> tuple[str, str]:
    found = _UNIT.search(head)
    if found:
        return head[: found.start()], (found[1] or found[2]).lower()
    behind = _UNIT.search(line)
    return head, (behind[1] or behind[2]).lower() if behind else ""


@lru_cache(maxsize=50_000)
def _plain(word: str) -> str:
    if word in _ORDINALS:
        return str(_ORDINALS[word])
    if numbered := _NUMBERED.match(word):
        return numbered[1]
    for suffix in _LONG:  # written together with the name
        if word.endswith(suffix) and len(word) > len(suffix) + 2:
            return word[: -len(suffix)]
    return word


@cache
def _nearly_a_suffix(word: str) -> bool:
    return len(word) > 3 and any(OSA.distance(word, one, score_cutoff=1) <= 1 for one in _LONG)
