"""What stands in a column of an extract, made into what a table keeps: checked, and always text.

Each converter is a dictionary that fills itself: a value that was seen before costs one look-up.
What is kept is text both databases take as it is, or None for what is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from contact_hub.lib.keyed import keyed
from contact_hub.lib.told import Told

REMEMBERED = 5_000  # values; then a converter starts anew, so that its memory has an end
NUMBER = re.compile(r"[+-]?(\d+)?(?:\.(\d+))?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d+(?:\.0*)?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
LANGUAGE = re.compile(r"[a-z]{2}(-[a-z]{2})?")
NOT_IN_NUMBERS = re.compile(r"[^0-9A-Z]")
YES = {"Y": "1", "N": "0"}
SECRET_DIGITS = {"tax": re.compile(r"\d{4}"), "document": re.compile(r"[0-9A-Za-z]{4}")}


class Misfit(Told):
    """A value cannot stand in its column, which whoever knows it writes in."""

    column = ""


class How(NamedTuple):
    """How a kind of value is read.

    make   for a value that is there and without blanks around it; raises Misfit
    plain  a pattern of what is kept as it stands; "": each must be made
    """

    make: Callable[[str], str | None]
    plain: str = ""


class Converter(dict[str, str | None]):
    """Turns the text of one column into what is kept; raises Misfit.

    empty  what is kept where nothing stands; "needed" makes nothing a Misfit
    """

    def __init__(self, how: How, *, empty: str | None, needed: bool = False) -> None:
        super().__init__()
        self._make = how.make
        self._empty = empty
        self._needed = needed
        one = how.plain if needed else f"(?:{how.plain})?"
        self._plain = re.compile(f"(?:{one}\n)*+", re.ASCII) if how.plain else None
        self._is_varied = False  # hardly a value comes twice

    def __missing__(self, text: str) -> str | None:
        if len(self) >= REMEMBERED:
            self._is_varied = True
            self.clear()
        value = self[text] = self._converted(text)
        return value

    def column(self, texts: Sequence[str]) -> Sequence[str | None]:
        """Convert a whole column: at one look where nothing in it needs to be made."""
        if self._is_varied and self._are_plain(texts):
            self.clear()
            if self._empty == "" or "" not in texts:
                return texts
            return [text or self._empty for text in texts]
        known = len(self)
        made = list(map(self.__getitem__, texts))
        self._is_varied |= len(self) - known > len(texts) // 2
        return made

    def _are_plain(self, texts: Sequence[str]) -> bool:
        if self._plain is None:
            return False
        together = "\n".join([*texts, ""])
        return self._plain.fullmatch(together) is not None and together.count("\n") == len(texts)

    def _converted(self, text: str) -> str | None:
        bare = text.strip()
        if not bare:
            if self._needed:
                raise Misfit("needed")
            return self._empty
        if "\0" in bare:
            raise Misfit("nul")
        try:
            bare.encode()
        except UnicodeEncodeError:
            raise Misfit("encoding") from None
        return self._make(bare)


def words(longest: int | None) -> How:
    """Text that is not longer than its column."""

    def make(text: str) -> str:
        if longest is not None and len(text) > longest:
            raise Misfit("too_long", most=longest)
        return text

    return How(make, f"[!-~]{{1,{longest}}}+" if longest else "[!-~]++")


def number(places: int, whole_digits: int) -> How:
    """A decimal number with a point, without signs of money or thousands."""

    def make(text: str) -> str:
        found = NUMBER.fullmatch(text)
        if not found or not (found[1] or found[2]):
            raise Misfit("number")
        if len((found[2] or "").rstrip("0")) > places:
            raise Misfit("places", most=places)
        if len((found[1] or "").lstrip("0")) > whole_digits:
            raise Misfit("too_large")
        value = Decimal(text)
        return f"{value:.{places}f}" if value else f"{0:.{places}f}"

    part = rf"(?:\.\d{{1,{places}}}+)?+" if places else ""
    return How(make, rf"-?\d{{1,{whole_digits}}}+{part}")


def whole(largest: int) -> How:
    """A whole number, not below nothing."""

    def make(text: str) -> str:
        if not WHOLE.fullmatch(text):
            raise Misfit("whole")
        value = int(Decimal(text))
        if not 0 <= value <= largest:
            raise Misfit("range", most=largest)
        return str(value)

    return How(make, rf"\d{{1,{len(str(largest)) - 1}}}+")


def day(text: str) -> str:
    """A date as 2026-01-31."""
    try:
        if not DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Misfit("day") from None


def moment(text: str) -> str:
    """A time with its offset, kept as UTC the way both databases write it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Misfit("moment") from None
    if at.tzinfo is None:
        raise Misfit("offset")
    return written(at)


def written(at: datetime) -> str:
    """A time as both databases take it: in UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def flag(text: str) -> str:
    """Y or N."""
    try:
        return YES[text.upper()]
    except KeyError:
        raise Misfit("flag") from None


def code(known: Mapping[str, str]) -> Callable[[str], str]:
    """One of the codes of a vocabulary."""

    def make(text: str) -> str:
        try:
            return known[text.upper()]
        except KeyError:
            raise Misfit("code", text=text[:40], known=", ".join(known)) from None

    return make


def account_number(longest: int) -> How:
    """An account's number as it is stored: letters and digits only."""

    def make(text: str) -> str:
        bare = NOT_IN_NUMBERS.sub("", text.upper())
        if not bare or len(bare) > longest:
            raise Misfit("account_number")
        return bare

    return How(make, f"[0-9A-Z]{{1,{longest}}}+")


def email(longest: int) -> Callable[[str], str]:
    """An address in lower case."""

    def make(text: str) -> str:
        if len(text) > longest or not EMAIL.fullmatch(text):
            raise Misfit("email")
        return text.lower()

    return make


def language(text: str) -> str:
    """A language by its two letters, perhaps with a country."""
    bare = text.lower().replace("_", "-")
    if not LANGUAGE.fullmatch(bare):
        raise Misfit("language")
    return bare


def secret(what: str, text: str) -> str:
    """An answer of a customer as it is compared: a birthday's digits, the last four of a number."""
    if what == "birth":
        return day(text).replace("-", "")
    if not SECRET_DIGITS[what].fullmatch(text):
        raise Misfit("last_four")
    return text.upper()


def hashed(what: str, text: str, *, whose: str, key: str) -> str:
    """An answer of a customer as it is kept: only as a keyed hash."""
    return keyed(secret(what, text), about=f"{what}.{whose}", key=key)
