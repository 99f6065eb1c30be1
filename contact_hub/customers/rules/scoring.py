"""Comparing what was told with what is on file, field by field, in bits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from rapidfuzz.distance import OSA

from contact_hub.customers.rules import weights
from contact_hub.customers.rules.comparing import COMPARE, SEVERAL
from contact_hub.customers.rules.faces import Shown, national, unit
from contact_hub.customers.rules.matching import Evidence, Told
from contact_hub.lib import names, streets
from contact_hub.lib.names import Name

_SIGNS = re.compile(r"[^0-9A-Za-z]")

BACKWARDS = frozenset({"number", "last4"})  # compared from the last digit on

Level = tuple[str, float]  # and its bits
Other = tuple[str, tuple[str, ...], int]  # a field but the name, what was told, its place on a face
_PLACES = {name: at for at, name in enumerate(Shown._fields)}


class Form(NamedTuple):
    """What was told of one thing, ready to be compared; every field may be empty."""

    names: tuple[Name, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    numbers: tuple[str, ...]  # last digit first, as on a face
    last4: tuple[str, ...]
    houses: tuple[str, ...]
    streets: tuple[str, ...]
    zips: tuple[str, ...]
    cities: tuple[str, ...]
    units: tuple[str, ...]


def form(told: Told) -> Form:
    """Fold what was said as what is on file was folded."""
    lines = [streets.read(line) for line in told.streets]
    readings = [reading for said in told.names for reading in names.readings(said)]
    return Form(
        tuple(dict.fromkeys(readings)),
        _unique(national(phone) for phone in told.phones),
        _unique(email.strip().lower() for email in told.emails),
        _unique(plain_number(number)[::-1] for number in told.numbers),
        _unique(plain_number(one)[-4:][::-1] for one in told.last4),
        _unique(line.house for line in lines),
        _unique(line.key for line in lines),
        _unique(one.strip()[:5] for one in told.zips),
        _unique(map(names.joined, told.cities)),
        _unique([*map(unit, told.units), *(line.unit for line in lines)]),
    )


def plain_number(number: str) -> str:
    """An account number as it is stored: letters and digits only."""
    return _SIGNS.sub("", number).upper()


class Counts(Protocol):
    """On how many faces a word of a kind is; a mapping by (kind, word) is one."""

    def get(self, word: tuple[str, str], otherwise: int, /) -> int: ...


@dataclass(slots=True)
class Scale:
    """Weighs one look-up; what has been compared once is not compared again.

    counts   of the words on file
    faces    how many there are
    factors  field: how much of its bits counts here, where that was learned
    """

    told: Form
    counts: Counts
    faces: int
    factors: Mapping[str, float] = field(default_factory=dict)
    _others: tuple[Other, ...] = field(init=False)
    _known: dict[tuple[str, tuple[str, ...], str], Level] = field(default_factory=dict)
    _names: dict[tuple[str, str], tuple[float, Name]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._others = tuple(one for one in _others(self.told) if one[1])

    def bits(self, face: Shown) -> float:
        """How many bits speak for this face."""
        total = 0.0
        if self.told.names and (face.last or face.first):
            total += self._name(face.last, face.first)[0]
        for one, said, at in self._others:
            on_file = face[at]
            if on_file:
                known = self._known.get((one, said, on_file))
                total += (known or self._level(one, said, on_file))[1]
        return total

    def evidence(self, face: Shown) -> tuple[Evidence, ...]:
        """The same, told field by field."""
        found: list[Evidence] = []
        if self.told.names and (face.last or face.first):
            found += self._of_name(face)
        for one, said, at in self._others:
            on_file = face[at]
            if on_file:
                level, bits = self._level(one, said, on_file)
                mine, theirs = _closest(one, said, on_file)
                if one in BACKWARDS:
                    mine, theirs = mine[::-1], theirs[::-1]
                found.append(Evidence(one, mine, theirs, level, round(bits, 2)))
        return tuple(found)

    def _name(self, last: str, first: str) -> tuple[float, Name]:
        best = self._names.get((last, first))
        if best is None:
            best = max(self._readings(last, first), key=lambda one: one[0])
            self._names[last, first] = best
        return best

    def _readings(self, last: str, first: str) -> Iterable[tuple[float, Name]]:
        for at, reading in enumerate(self.told.names):
            bits = weights.SWAPPED if at and reading.first else 0.0
            if reading.last and last:
                bits += self._level("last", (reading.last,), last)[1]
            if reading.first and first:
                bits += self._level("first", (reading.first,), first)[1]
            yield bits, reading
            if not reading.first and first:  # one name alone may be the given one
                alone = Name("", reading.last)
                yield (weights.SWAPPED + self._level("first", (reading.last,), first)[1], alone)

    def _of_name(self, face: Shown) -> Iterable[Evidence]:
        reading = self._name(face.last, face.first)[1]
        for one, said, on_file in (
            ("last", reading.last, face.last),
            ("first", reading.first, face.first),
        ):
            if said and on_file:
                level, bits = self._level(one, (said,), on_file)
                yield Evidence(one, said, on_file, level, round(bits, 2))

    def _level(self, one: str, said: tuple[str, ...], on_file: str) -> Level:
        """The best level of anything told with anything on file."""
        key = (one, said, on_file)
        known = self._known.get(key)
        if known is None:
            values = on_file.split() if one in SEVERAL else (on_file,)
            known = max(
                (self._single(one, single, value) for single in said for value in values),
                key=lambda found: found[1],
            )
            self._known[key] = known
        return known

    def _single(self, one: str, said: str, on_file: str) -> Level:
        level = COMPARE[one](said, _end(on_file) if one == "last4" else on_file)
        if one in weights.SPOKEN:
            count = max(self.counts.get((one[0], on_file), 1), weights.RARE)
            bits = weights.SPOKEN[one].bits(level, min(1.0, count / max(self.faces, 1)))
        elif one == "house":
            bits = weights.house(level, said)
        else:
            known = weights.FLAT[one]
            level = level if level in known else "differs"
            bits = known[level]
        return level, bits * self.factors.get(one, 1.0)


def _others(told: Form) -> Iterable[Other]:
    return (
        ("phone", told.phones, _PLACES["phones"]),
        ("email", told.emails, _PLACES["emails"]),
        ("number", told.numbers, _PLACES["number"]),
        ("last4", told.last4, _PLACES["number"]),
        ("house", told.houses, _PLACES["house"]),
        ("street", told.streets, _PLACES["street"]),
        ("zip", told.zips, _PLACES["zip"]),
        ("city", told.cities, _PLACES["city"]),
        ("unit", told.units, _PLACES["unit"]),
    )


def _closest(one: str, said: tuple[str, ...], on_file: str) -> tuple[str, str]:
    values = on_file.split() if one in SEVERAL else [_end(on_file) if one == "last4" else on_file]
    pairs = [(single, value) for single in said for value in values]
    if len(pairs) == 1:
        return pairs[0]
    return min(pairs, key=lambda pair: OSA.distance(*pair))


def _end(number: str) -> str:
    """The last four digits of a number, which stands last digit first."""
    return number[:4]


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
