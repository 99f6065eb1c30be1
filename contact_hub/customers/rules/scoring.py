"""Comparing what was told with what is on file, field by field, in bits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

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


@dataclass(slots=True)
class Scale:
    """Weighs one look-up; what has been compared once is not compared again.

    counts   (kind, word): on how many faces, of the words that the look-up came across
    faces    how many there are
    factors  field: how much of its bits counts here, where that was learned
    """

    told: Form
    counts: Mapping[tuple[str, str], int]
    faces: int
    factors: Mapping[str, float] = field(default_factory=dict)
    _known: dict[tuple[str, tuple[str, ...], str], Level] = field(default_factory=dict)
    _names: dict[tuple[str, str], tuple[float, Name]] = field(default_factory=dict)

    def bits(self, face: Shown) -> float:
        """How many bits speak for this face."""
        told, total = self.told, 0.0
        if told.names and (face.last or face.first):
            total += self._name(face.last, face.first)[0]
        for one, said, on_file in _others(told, face):
            if said and on_file:
                total += self._level(one, said, on_file)[1]
        return total

    def evidence(self, face: Shown) -> tuple[Evidence, ...]:
        """The same, told field by field."""
        found: list[Evidence] = []
        if self.told.names and (face.last or face.first):
            found += self._of_name(face)
        for one, said, on_file in _others(self.told, face):
            if said and on_file:
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
        level = COMPARE[one](said, on_file)
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


def _others(told: Form, face: Shown) -> Iterable[tuple[str, tuple[str, ...], str]]:
    return (
        ("phone", told.phones, face.phones),
        ("email", told.emails, face.emails),
        ("number", told.numbers, face.number),
        ("last4", told.last4, face.number[:4]),
        ("house", told.houses, face.house),
        ("street", told.streets, face.street),
        ("zip", told.zips, face.zip),
        ("city", told.cities, face.city),
        ("unit", told.units, face.unit),
    )


def _closest(one: str, said: tuple[str, ...], on_file: str) -> tuple[str, str]:
    values = on_file.split() if one in SEVERAL else [on_file]
    pairs = [(single, value) for single in said for value in values]
    if len(pairs) == 1:
        return pairs[0]
    return min(pairs, key=lambda pair: OSA.distance(*pair))


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
