"""How near what was told comes to what is on file, for each kind of field."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import token_set_ratio

from contact_hub.lib import names

LEVELS = ("exact", "nickname", "initial", "near", "similar", "differs")


@lru_cache(maxsize=50_000)
def first_name(said: str, on_file: str) -> str:
    if said == on_file:
        return "exact"
    if on_file in names.short_forms(said):
        return "nickname"
    if len(said) == 1 or len(on_file) == 1:
        return "initial" if said[0] == on_file[0] else "differs"
    begun = len(said) > 2 and on_file.startswith(said)
    return "near" if begun else word(said, on_file)


@lru_cache(maxsize=50_000)
def word(said: str, on_file: str) -> str:
    if said == on_file:
        return "exact"
    likeness = JaroWinkler.similarity(said, on_file)
    if likeness >= 0.9 or OSA.distance(said, on_file, score_cutoff=1) <= 1:
        return "near"
    return "similar" if likeness >= 0.8 else "differs"


@lru_cache(maxsize=50_000)
def street(said: str, on_file: str) -> str:
    if said == on_file:
        return "exact"
    shared = 0.98 * token_set_ratio(said, on_file) / 100
    likeness = max(shared, JaroWinkler.similarity(said, on_file))
    return "near" if likeness >= 0.9 else "similar" if likeness >= 0.8 else "differs"


def digits(said: str, on_file: str) -> str:
    """Slips between two numbers; a transposition is one."""
    return ("exact", "near", "similar", "differs")[OSA.distance(said, on_file, score_cutoff=2)]


def short_digits(said: str, on_file: str) -> str:
    """The same where two slips already make another number."""
    return ("exact", "near", "differs")[OSA.distance(said, on_file, score_cutoff=1)]


def email(said: str, on_file: str) -> str:
    """Two slips at most; namesakes at one provider differ by the number behind the name alone."""
    if said == on_file:
        return "exact"
    if len(said) > 7 and OSA.distance(said, on_file, score_cutoff=2) <= 2:
        return "near" if _digits(said) == _digits(on_file) else "similar"
    own = said.partition("@")[0]
    return "similar" if len(own) > 4 and own == on_file.partition("@")[0] else "differs"


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def same(said: str, on_file: str) -> str:
    return "exact" if said == on_file else "differs"


COMPARE: dict[str, Callable[[str, str], str]] = {
    "last": word,
    "first": first_name,
    "phone": digits,
    "email": email,
    "number": digits,
    "last4": short_digits,
    "house": short_digits,
    "street": street,
    "zip": short_digits,
    "city": word,
    "unit": same,
    "meter": same,
    "plate": same,
}
SEVERAL = frozenset({"phone", "email"})  # of which several may be on file, parted by blanks
