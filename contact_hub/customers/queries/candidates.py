"""Faces that could be meant: looked up by pairs of words, each pair an index, in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db import connection

from contact_hub.customers.queries.vocabulary import Lexicon
from contact_hub.customers.rules.faces import Shown
from contact_hub.customers.rules.scoring import Form
from contact_hub.lib import names

MOST = 200  # faces of one arm: more are too many to mean anything
LASTS, FIRSTS, STREETS = 12, 15, 8  # words of a kind in one arm
FEW = 20  # faces with a name, up to which they are looked for wherever they are
HANDFUL = 80  # faces that one word may bring where nothing else narrows them down
AT_A_NUMBER = 0.01  # of all faces, how many live at a house number, about
SIZES = (2, 4, 8, 16, 32, 64, 128, 256)  # of lists of values

Near = Callable[[str, str], Sequence[str]]  # the words that may be meant by one of a kind

_COLUMNS = ", ".join(f"f.{one}" for one in ("id", "customer_id", "account_id", *Shown._fields[1:]))
_FACES = "customers_face f"
_POINTS = f"customers_point p JOIN {_FACES} ON f.customer_id = p.customer_id"
_SERVICES = (
    "customers_service s JOIN customers_account a ON a.id = s.account_id"
    f" JOIN {_FACES} ON f.customer_id = a.customer_id"
)
_CITATIONS = f"customers_citation c JOIN {_FACES} ON f.customer_id = c.customer_id"


class Arm(NamedTuple):
    """One way to look: conditions `column IN values`, in which tables, and a range if any."""

    where: tuple[tuple[str, tuple[str, ...]], ...]
    tables: str = _FACES
    between: tuple[str, str, str] | None = None  # a column, from, and before


class Hit(NamedTuple):
    """A face that was found, and whose."""

    customer: int
    face: Shown


def look(arms: Iterable[Arm]) -> dict[int, Hit]:
    """All faces that any arm finds, by primary key; one statement."""
    statements: list[str] = []
    values: list[str | list[str]] = []
    for at, arm in enumerate(dict.fromkeys(_whole(arms))):
        conditions = []
        for column, given in arm.where:
            condition, wanted = _among(column, given)
            conditions.append(condition)
            values += wanted
        if arm.between:
            column, low, high = arm.between
            conditions.append(f"{column} >= %s AND {column} < %s")
            values += [low, high]
        statements.append(
            f"SELECT * FROM (SELECT {_COLUMNS} FROM {arm.tables}"  # noqa: S608
            f" WHERE {' AND '.join(conditions)} LIMIT {MOST}) AS arm{at}"
        )
    if not statements:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), values)
        return {row[0]: Hit(row[1], Shown(*row[2:])) for row in cursor.fetchall()}


def by_phone(numbers: Sequence[str]) -> Arm:
    """Arm of phone numbers in E.164."""
    return Arm((("p.kind", ("phone",)), ("p.value", tuple(numbers))), _POINTS)


def by_email(addresses: Sequence[str]) -> Arm:
    return Arm((("p.kind", ("email",)), ("p.value", tuple(addresses))), _POINTS)


def by_number(numbers: Sequence[str]) -> Arm:
    """Arm of account numbers, last digit first."""
    return Arm((("f.number", tuple(numbers)),))


def by_meter(meters: Sequence[str]) -> Arm:
    return Arm((("s.meter", tuple(meters)),), _SERVICES)


def by_plate(plates: Sequence[str]) -> Arm:
    return Arm((("c.plate", tuple(plates)),), _CITATIONS)


def literal(form: Form, words: Lexicon) -> Iterator[Arm]:
    """Arms of what was told as it was told: no near words, and never a name alone."""
    yield from _placed(form, lambda _kind, word: (word,), words)
    if form.phones or form.emails or form.numbers:
        yield from _of_names(form, _told)


def narrow(form: Form, near: Near, words: Lexicon) -> Iterator[Arm]:
    """Arms of the first pass: few, and each as narrow as what was told allows."""
    yield from _placed(form, near, words)
    if not (form.streets or form.houses or form.zips or form.last4):
        yield from _of_names(form, _told)
        yield from _of_names(form, near)
        return
    for reading in form.names:
        both = words.count("l", reading.last) * words.count("f", reading.first)
        if reading.first and both <= FEW * max(words.faces, 1):
            yield from _of_names(form._replace(names=(reading,)), _told)


def wide(form: Form, near: Near, words: Lexicon) -> Iterator[Arm]:
    """Arms of the second pass: every pair, with near words that now reach further.

    Words so rare that all who have them are few are looked for alone.
    """
    lasts, firsts = _lasts(form, near), _firsts(form, near)
    roads = _words("s", form.streets, near, STREETS)
    yield from _of_names(form, near)
    for place in ({"street": roads}, {"house": form.houses}, {"zip": form.zips}):
        yield _faces(last=lasts, **place)
    yield _faces(street=roads, house=form.houses)
    yield _faces(street=roads, zip=form.zips)
    yield _faces(house=form.houses, zip=form.zips)
    if not (roads and form.houses) or words.faces * AT_A_NUMBER <= HANDFUL:
        at_zip = _share(words, "z", form.zips)
        yield _faces(zip=form.zips, first=_few("f", firsts, words, share=at_zip))
        yield _faces(street=roads, first=firsts)
        yield _faces(house=form.houses, first=_few("f", firsts, words, share=AT_A_NUMBER))
    if not lasts:
        yield _faces(house=form.houses)
    for kind, column, told in (
        ("l", "last", lasts),
        ("f", "first", firsts),
        ("s", "street", roads),
        ("z", "zip", form.zips),
    ):
        yield _faces(**{column: _few(kind, told, words)})


def _placed(form: Form, near: Near, words: Lexicon) -> Iterator[Arm]:
    """Arms of a place, or of a name at a place."""
    roads = _words("s", form.streets, near, STREETS)
    lasts = _lasts(form, near)
    if form.streets and form.houses:
        yield _faces(street=roads, house=form.houses)
    if form.streets and lasts:
        yield _faces(street=roads, last=lasts)
    if form.houses and lasts and not form.streets:
        yield _faces(house=form.houses, last=lasts)
    if form.zips and lasts:
        yield from _at_zip(form, near, lasts, words)
    for end in form.last4:
        yield _ending(end, lasts)
    if form.zips and form.houses and not form.streets:
        yield _faces(house=form.houses, zip=form.zips)
    if form.streets and not form.houses and not lasts:
        yield _faces(street=roads[:3])


def _at_zip(form: Form, near: Near, lasts: Sequence[str], words: Lexicon) -> Iterator[Arm]:
    """Family names in a ZIP code; with the first ones where that alone would be too many."""
    share = _share(words, "z", form.zips)
    if len(_few("l", lasts, words, share=share)) == len(lasts):
        yield _faces(zip=form.zips, last=lasts)
        return
    firsts = _firsts(form, near)
    yield _faces(zip=form.zips, last=lasts, **({"first": firsts} if firsts else {}))


def slipped(number: str) -> set[str]:
    """Every number that is one digit, one transposition, one missing or one extra digit away."""
    found = set()
    for at in range(len(number) + 1):
        head, tail = number[:at], number[at:]
        found |= {head + digit + tail for digit in "0123456789"}
        if tail:
            found |= {head + digit + tail[1:] for digit in "0123456789"}
            found.add(head + tail[1:])
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
    return found - {number}


def _told(kind: str, word: str) -> Sequence[str]:
    """A word as it was told, and its short forms."""
    return (word, *names.short_forms(word)) if kind == "f" else (word,)


def _of_names(form: Form, near: Near) -> Iterator[Arm]:
    """Both orders."""
    for reading in form.names:
        lasts = near("l", reading.last)[:LASTS]
        if reading.first:
            yield _faces(last=lasts, first=near("f", reading.first)[:FIRSTS])
        else:
            yield _faces(last=lasts)
            yield _faces(first=near("f", reading.last)[:3])


def _ending(end: str, lasts: Sequence[str]) -> Arm:
    """Accounts whose number ends so: numbers are kept last digit first.

    Few end so, many have the name: with '' behind it, the name's index is left alone.
    """
    where = (("f.last || ''", tuple(lasts)),) if lasts else ()
    return Arm(where, between=("f.number", end, end[:-1] + chr(ord(end[-1]) + 1)))


def _faces(**words: Sequence[str]) -> Arm:
    return Arm(tuple((f"f.{column}", tuple(given)) for column, given in words.items()))


def _whole(arms: Iterable[Arm]) -> Iterator[Arm]:
    """Those in which every condition has something to look for."""
    return (arm for arm in arms if all(given for _column, given in arm.where))


def _few(kind: str, told: Iterable[str], words: Lexicon, *, share: float = 1.0) -> Sequence[str]:
    """The nearest words that together are on no more than a handful of faces.

    share  of those faces, how many the rest of the arm lets through
    """
    found, total = [], 0.0
    for word in told:
        total += share * words.count(kind, word)
        if total <= HANDFUL:
            found.append(word)
    return found


def _share(words: Lexicon, kind: str, told: Iterable[str]) -> float:
    """Of all faces, how many carry any of these words."""
    return sum(words.count(kind, word) for word in told) / max(words.faces, 1)


def _lasts(form: Form, near: Near) -> list[str]:
    return _words("l", [reading.last for reading in form.names], near, LASTS)


def _firsts(form: Form, near: Near) -> list[str]:
    return _words("f", [reading.first for reading in form.names if reading.first], near, FIRSTS)


def _words(kind: str, told: Iterable[str], near: Near, most: int) -> list[str]:
    return list(dict.fromkeys(one for word in told for one in near(kind, word)[:most]))


def _among(column: str, given: Sequence[str]) -> tuple[str, list[str | list[str]]]:
    """The condition that a column is one of these, and its values.

    However many they are, the statement has few forms, so that its plan is kept: on PostgreSQL
    they are one array, elsewhere the last is said again until a usual number is full.
    """
    if len(given) == 1:
        return f"{column} = %s", [given[0]]
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [list(given)]
    size = next((one for one in SIZES if one >= len(given)), len(given))
    marks = ", ".join(["%s"] * size)
    return f"{column} IN ({marks})", [*given, *[given[-1]] * (size - len(given))]
