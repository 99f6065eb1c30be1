"""Comparing what was told with what is on file, field by field, in bits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import cdist

from contact_hub.customers.rules import weights
from contact_hub.customers.rules.comparing import COMPARE, SEVERAL
from contact_hub.customers.rules.faces import NAMELESS, Shown, national, unit
from contact_hub.customers.rules.matching import Evidence, Told
from contact_hub.lib import names, streets
from contact_hub.lib.names import Name

_SIGNS = re.compile(r"[^0-9A-Za-z]")

BACKWARDS = frozenset({"number", "last4"})  # compared from the last digit on

Level = tuple[str, float]  # and its bits
Other = tuple[str, tuple[str, ...], int]  # a field but the name, what was told, its place on a face
_PLACES = {name: at for at, name in enumerate(Shown._fields)}
_READ = [_PLACES[name] for name in ("last", "first", "house", "street", "zip", "city")]


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


def fitting(told: Form) -> Shown:
    """A face that has all that was told, of everything the first; to see what that is worth."""
    first = {one: values[0] for one, values in told._asdict().items() if values}
    name = first.get("names", NAMELESS)
    return Shown(
        account=None,
        name="",
        last=name.last,
        first=name.first,
        house=first.get("houses", ""),
        street=first.get("streets", ""),
        zip=first.get("zips", ""),
        city=first.get("cities", ""),
        unit=first.get("units", ""),
        number=first.get("last4", ""),
        phones="",
        emails="",
        is_open=True,
    )


@dataclass(slots=True)
class Scale:
    """Weighs one look-up; what has been compared once is not compared again.

    counts   (kind, word): on how many faces
    faces    how many there are
    factors  field: how much of its bits counts here, where that was learned
    """

    told: Form
    counts: Mapping[tuple[str, str], int]
    faces: int
    factors: Mapping[str, float] = field(default_factory=dict)
    _others: tuple[Other, ...] = field(init=False)
    _readings: tuple[tuple[Name, float], ...] = field(init=False)  # and what each costs
    _known: dict[tuple[str, tuple[str, ...], str], Level] = field(default_factory=dict)
    _words: dict[tuple[str, str, str], Level] = field(default_factory=dict)
    _names: dict[tuple[str, str], tuple[float, Name]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._others = tuple(one for one in _others(self.told) if one[1])
        self._readings = tuple(_readings(self.told))

    def bits(self, face: Shown) -> float:
        """How many bits speak for this face."""
        total = sum(level[1] for _one, _said, _on_file, level in self._fields(face))
        if self.told.names and (face.last or face.first):
            total += self._name(face.last, face.first)[0]
        return total

    def evidence(self, face: Shown) -> tuple[Evidence, ...]:
        """The same, told field by field."""
        found: list[Evidence] = []
        if self.told.names and (face.last or face.first):
            found += self._of_name(face)
        for one, said, on_file, (level, bits) in self._fields(face):
            mine, theirs = _closest(one, said, on_file)
            if one in BACKWARDS:
                mine, theirs = mine[::-1], theirs[::-1]
            found.append(Evidence(one, mine, theirs, level, round(bits, 2)))
        return tuple(found)

    def _fields(self, face: Shown) -> Iterable[tuple[str, tuple[str, ...], str, Level]]:
        """All fields but the name of which something was told and something is on file."""
        on_the_street = False
        for one, said, at in self._others:
            on_file = str(face[at])
            if on_file:
                level = self._known.get((one, said, on_file)) or self._level(one, said, on_file)
                if one == "street":
                    on_the_street = level[0] in ("exact", "near")
                elif one == "zip" and on_the_street:
                    level = level[0], min(level[1], weights.ZIP_OF_STREET)
                yield one, said, on_file, level

    def likeness(self, faces: Sequence[Shown]) -> list[float]:
        """How alike each is to all that was told, letter by letter: 0 to 100."""
        mine = fitting(self.told)
        told = [at for at in _READ if mine[at]]
        theirs = [" ".join(str(face[at]) for at in told) for face in faces]
        own = " ".join(str(mine[at]) for at in told)
        found: list[float] = cdist([own], theirs, scorer=token_sort_ratio)[0].tolist()
        return found

    def _name(self, last: str, first: str) -> tuple[float, Name]:
        best = self._names.get((last, first))
        if best is None:
            best = max(self._weighed(last, first), key=itemgetter(0))
            self._names[last, first] = best
        return best

    def _weighed(self, last: str, first: str) -> Iterable[tuple[float, Name]]:
        for reading, cost in self._readings:
            bits = cost
            if reading.last and last:
                bits += self._word("last", reading.last, last)[1]
            if reading.first and first:
                bits += self._word("first", reading.first, first)[1]
            elif not reading.last:
                continue
            yield bits, reading

    def _word(self, one: str, said: str, on_file: str) -> Level:
        """How a part of the name fits."""
        key = (one, said, on_file)
        known = self._words.get(key)
        if known is None:
            known = self._words[key] = self._single(one, said, on_file)
        return known

    def _of_name(self, face: Shown) -> Iterable[Evidence]:
        reading = self._name(face.last, face.first)[1]
        for one, said, on_file in (
            ("last", reading.last, face.last),
            ("first", reading.first, face.first),
        ):
            if said and on_file:
                level, bits = self._word(one, said, on_file)
                yield Evidence(one, said, on_file, level, round(bits, 2))

    def _level(self, one: str, said: tuple[str, ...], on_file: str) -> Level:
        """The best level of anything told with anything on file."""
        key = (one, said, on_file)
        known = self._known.get(key)
        if known is None:
            values = on_file.split() if one in SEVERAL else (on_file,)
            known = max(
                (self._single(one, single, value) for single in said for value in values),
                key=itemgetter(1),
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


def _readings(told: Form) -> Iterable[tuple[Name, float]]:
    for at, reading in enumerate(told.names):
        yield reading, weights.SWAPPED if at and reading.first else 0.0
        if not reading.first:  # one name alone may be the given one
            yield Name("", reading.last), weights.SWAPPED


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
    plain = (value.replace("\0", "") for value in values)  # which no database takes
    return tuple(dict.fromkeys(value for value in plain if value))
