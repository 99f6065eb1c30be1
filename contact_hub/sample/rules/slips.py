"""How people get their own data wrong: slips of the keyboard, the ear, the pen and the memory.

`slip` makes those that are asked for; `usual` draws which a record gets when nothing is asked for.

What is wrong in how many of a hundred records that `usual` touches (one record may have several):

    first 14, last 14     one slip in the name
    nickname 12           Bob for Robert, where the name has one
    initial 6             the first name's first letter alone
    swapped 5             first and last name in each other's place
    truncated 5           the last name cut after 3 to 6 letters
    sound 8               the last name as it sounds: ph and f, ck and k, ie and ei
    half 4                one half of a compound last name
    plain 6               accents and apostrophes left out
    spouse 4              another first name altogether
    house 6, zip 6        a wrong digit
    street 8              one slip in the street's name
    kind 10               St for Street, or nothing
    unit 6, no_unit 8     the wrong unit, or none
    phone 8, account 8    a wrong digit
    email 6               one slip before the @
    born 4                day and month in each other's place, or a wrong digit

One slip in a word is a letter beside the right one on the keyboard (34 of 100), a letter left out
(26), two letters in each other's place (24) or a letter typed twice (16). One in a number is a
wrong digit (60), two digits in each other's place (25) or a digit left out (15). These shares are
ours, chosen so that no single kind decides a bench; they are not measured on any utility's callers.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace

from contact_hub.sample.rules.records import Record

NEXT = {  # the letters beside each on a keyboard
    "a": "qwsz", "b": "vghn", "c": "xdfv", "d": "serfcx", "e": "wsdr", "f": "drtgvc",
    "g": "ftyhbv", "h": "gyujnb", "i": "ujko", "j": "huikmn", "k": "jiolm", "l": "kop",
    "m": "njk", "n": "bhjm", "o": "iklp", "p": "ol", "q": "wa", "r": "edft", "s": "awedxz",
    "t": "rfgy", "u": "yhji", "v": "cfgb", "w": "qase", "x": "zsdc", "y": "tghu", "z": "asx",
}  # fmt: skip
SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("ie", "ei"), ("ei", "ie"), ("sch", "sh"), ("mc", "mac"),
    ("tz", "ts"), ("ll", "l"), ("nn", "n"), ("tt", "t"), ("y", "i"), ("c", "k"), ("z", "s"),
    ("ea", "ee"), ("er", "or"),
)  # fmt: skip
KINDS_OF_STREET = {
    "Street": "St", "Avenue": "Ave", "Road": "Rd", "Drive": "Dr", "Lane": "Ln", "Court": "Ct",
    "Place": "Pl", "Way": "Wy",
}  # fmt: skip
NICKNAMES = {
    "Robert": "Bob", "William": "Bill", "James": "Jim", "John": "Jack", "Richard": "Rick",
    "Charles": "Chuck", "Thomas": "Tom", "Michael": "Mike", "David": "Dave", "Joseph": "Joe",
    "Daniel": "Dan", "Matthew": "Matt", "Anthony": "Tony", "Steven": "Steve", "Edward": "Ed",
    "Kenneth": "Ken", "Ronald": "Ron", "Timothy": "Tim", "Gregory": "Greg", "Lawrence": "Larry",
    "Samuel": "Sam", "Benjamin": "Ben", "Patrick": "Pat", "Andrew": "Andy", "Raymond": "Ray",
    "Elizabeth": "Liz", "Patricia": "Pat", "Jennifer": "Jen", "Margaret": "Peggy",
    "Katherine": "Kathy", "Catherine": "Cathy", "Deborah": "Debbie", "Barbara": "Barb",
    "Susan": "Sue", "Rebecca": "Becky", "Kimberly": "Kim", "Pamela": "Pam", "Christine": "Chris",
    "Victoria": "Vicky", "Theresa": "Terri", "Judith": "Judy", "Jacqueline": "Jackie",
    "Francisco": "Paco", "Guadalupe": "Lupe", "José": "Pepe", "Ignacio": "Nacho",
}  # fmt: skip
OTHERS = ("Chris", "Pat", "Alex", "Maria", "David", "Linda", "Kevin", "Nancy", "Jose", "Karen")

Slip = Callable[[Record, random.Random], Record]


def slip(record: Record, *, dice: random.Random, kinds: Iterable[str]) -> Record:
    """The record with these slips in it, one after the other; raise KeyError for an unknown kind.

    A slip that finds nothing to get wrong (no email, no nickname) leaves the record as it is.
    """
    for kind in kinds:
        record = SLIPS[kind](record, dice)
    return record


def usual(dice: random.Random, *, most: int = 3) -> tuple[str, ...]:
    """Draw which slips a record gets, one at least, by the shares of this page."""
    count = min(most, 1 + (dice.random() < 0.35) + (dice.random() < 0.12))
    found = dice.choices(tuple(SHARES), weights=tuple(SHARES.values()), k=count)
    return tuple(dict.fromkeys(found))


def typo(word: str, dice: random.Random) -> str:
    """One slip of the keyboard; a word of one letter stays."""
    if len(word) < 2:
        return word
    chance, place = dice.random(), dice.randrange(len(word))
    letter = word[place]
    if chance < 0.34:
        beside = dice.choice(NEXT.get(letter.lower(), "aeiou"))
        return word[:place] + (beside.upper() if letter.isupper() else beside) + word[place + 1 :]
    if chance < 0.60:
        return word[:place] + word[place + 1 :]
    if chance < 0.84:
        place = min(place, len(word) - 2)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + letter + word[place:]


def digit(number: str, dice: random.Random, *, first: int = 0) -> str:
    """One slip in a number, at or behind the place `first`."""
    places = [place for place in range(first, len(number)) if number[place].isdigit()]
    if not places:
        return number
    chance, place = dice.random(), dice.choice(places)
    if chance >= 0.85:
        return number[:place] + number[place + 1 :]
    after = number[place + 1 : place + 2]
    if chance >= 0.60 and after.isdigit() and after != number[place]:
        return number[:place] + after + number[place] + number[place + 2 :]
    other = dice.choice([one for one in "0123456789" if one != number[place]])
    return number[:place] + other + number[place + 1 :]


def _first(record: Record, dice: random.Random) -> Record:
    return replace(record, first=typo(record.first, dice))


def _last(record: Record, dice: random.Random) -> Record:
    if record.organisation:
        return replace(record, organisation=typo(record.organisation, dice))
    return replace(record, last=typo(record.last, dice))


def _nickname(record: Record, _dice: random.Random) -> Record:
    return replace(record, first=NICKNAMES.get(record.first, record.first))


def _initial(record: Record, _dice: random.Random) -> Record:
    return replace(record, first=record.first[:1])


def _swapped(record: Record, _dice: random.Random) -> Record:
    return replace(record, first=record.last, last=record.first)


def _truncated(record: Record, dice: random.Random) -> Record:
    return replace(record, last=record.last[: dice.randint(3, 6)])


def _sound(record: Record, dice: random.Random) -> Record:
    fitting = [pair for pair in SOUNDS if pair[0] in record.last.lower()]
    if not fitting:
        return _last(record, dice)
    old, new = dice.choice(fitting)
    return replace(record, last=record.last.lower().replace(old, new, 1).title())


def _half(record: Record, dice: random.Random) -> Record:
    parts = record.last.replace("-", " ").split()
    return replace(record, last=dice.choice(parts)) if len(parts) > 1 else record


def _plain(record: Record, _dice: random.Random) -> Record:
    return replace(record, first=without_accents(record.first), last=without_accents(record.last))


def without_accents(text: str) -> str:
    """A text as it is typed where there are no accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(one for one in apart if not unicodedata.combining(one)).replace("'", "")


def _spouse(record: Record, dice: random.Random) -> Record:
    return replace(record, first=dice.choice([one for one in OTHERS if one != record.first]))


def _house(record: Record, dice: random.Random) -> Record:
    return replace(record, house=digit(record.house, dice))


def _street(record: Record, dice: random.Random) -> Record:
    name, _, kind = record.street.rpartition(" ")
    return replace(record, street=f"{typo(name, dice)} {kind}".strip())


def _kind(record: Record, dice: random.Random) -> Record:
    name, _, kind = record.street.rpartition(" ")
    told = KINDS_OF_STREET.get(kind, kind) if dice.random() < 0.7 else ""
    return replace(record, street=f"{name} {told}".strip())


def _unit(record: Record, dice: random.Random) -> Record:
    return replace(record, unit=digit(record.unit, dice))


def _no_unit(record: Record, _dice: random.Random) -> Record:
    return replace(record, unit="")


def _zip(record: Record, dice: random.Random) -> Record:
    return replace(record, zip_code=digit(record.zip_code, dice))


def _phone(record: Record, dice: random.Random) -> Record:
    return replace(record, phone=digit(record.phone, dice, first=2))


def _account(record: Record, dice: random.Random) -> Record:
    return replace(record, account=digit(record.account, dice))


def _email(record: Record, dice: random.Random) -> Record:
    local, at, domain = record.email.partition("@")
    return replace(record, email=f"{typo(local, dice)}{at}{domain}")


def _born(record: Record, dice: random.Random) -> Record:
    year, _, rest = record.born.partition("-")
    month, _, day = rest.partition("-")
    if day and day != month and int(day) <= 12 and dice.random() < 0.5:
        return replace(record, born=f"{year}-{day}-{month}")
    return replace(record, born=digit(record.born, dice))


SLIPS: dict[str, Slip] = {
    "first": _first, "last": _last, "nickname": _nickname, "initial": _initial,
    "swapped": _swapped, "truncated": _truncated, "sound": _sound, "half": _half, "plain": _plain,
    "spouse": _spouse, "house": _house, "zip": _zip, "street": _street, "kind": _kind,
    "unit": _unit, "no_unit": _no_unit, "phone": _phone, "account": _account, "email": _email,
    "born": _born,
}  # fmt: skip
SHARES = {
    "first": 14, "last": 14, "nickname": 12, "initial": 6, "swapped": 5, "truncated": 5,
    "sound": 8, "half": 4, "plain": 6, "spouse": 4, "house": 6, "zip": 6, "street": 8, "kind": 10,
    "unit": 6, "no_unit": 8, "phone": 8, "account": 8, "email": 6, "born": 4,
}  # fmt: skip
