"""Phone numbers in what somebody wrote, as E.164, with the extension kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

SCAN = 20_000  # characters read
MOST = 20  # numbers of one text
NEAR = 30  # characters before a number in which a word may say what it is

Span = tuple[int, int]

_AMERICAN = re.compile(
    r"(?<![\w.+/\-])(?:\+?1[ .\-]?)?(?:\(\d{3}\) ?|\d{3}[ .\-/]?)\d{3}[ .\-]?\d{4}(?![\d/]|[.\-]\d)"
)
_LOCAL = re.compile(r"(?<![\w.+/)\-])\d{3}[.\-]\d{4}(?![\w/]|[.\-]\d)")
_ABROAD = re.compile(r"(?<![\w+])(?:\+|00|011 ?)[1-9](?:[ .\-/()]{0,2}\d){6,14}(?!\d)")
_SEVEN = re.compile(r"(?<![\w.+/)\-])\d{3} \d{4}(?![\w/]|[.\-]\d)")
_CALL = re.compile(
    r"\b(?:call|cell|phone|mobile|tel|text|fax|reach|ring|ll[aá]m\w*|tel[eé]fono|celular|m[oó]vil)\b",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"[ ,;]{0,3}(?:ext(?:ension|\.)?|extensi[oó]n|x|#)[ .:]?(\d{1,6})\b", re.I)
_AMERICANS = frozenset({"US", "CA", "PR"})
_PLAIN = re.compile(
    r" *(?:\+?1[ .\-]?)?\(?([2-9]\d\d)\)?[ .\-/]?(\d{3})[ .\-]?(\d{4}) *", re.ASCII
)  # as nearly all are written; the library takes twenty times as long


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as it is dialled from anywhere, and where it stands in the text.

    said  a word before it says that it is a phone, or it is written as only phones are
    """

    number: str  # E.164
    extension: str
    span: Span
    said: bool


class Dialled(NamedTuple):
    """A number as it is dialled from anywhere, E.164, and what is dialled after it."""

    number: str
    extension: str


def find(
    text: str, *, region: str = "US", area: str = "", taken: Sequence[Span] = ()
) -> list[Phone]:
    """List the phone numbers in a text, each once, in order.

    region  the country of numbers written without one
    area    completes seven digits; without it they are nobody's number
    taken   places that are known to be something else
    """
    read = text[:SCAN]
    found: dict[tuple[str, str], Phone] = {}
    used = list(taken)
    for begin, end, digits in _written(read, region=region, area=area):
        if any(begin < stop and start < end for start, stop in used):
            continue
        number = _dialled(digits, region)
        if not number:
            continue
        extension = _EXTENSION.match(read, end)
        used.append((begin, extension.end() if extension else end))
        written = read[begin:end]
        said = not written.isdigit() or bool(_CALL.search(read, max(0, begin - NEAR), begin))
        phone = Phone(number, extension[1] if extension else "", (begin, end), said)
        found.setdefault((phone.number, phone.extension), phone)
        if len(found) == MOST:
            break
    return sorted(found.values(), key=lambda phone: phone.span)


def normalised(written: str, *, region: str = "US", area: str = "") -> str:
    """One number as somebody typed it, in E.164; "" when it is none."""
    return next((phone.number for phone in find(written, region=region, area=area)), "")


def dialled(written: str, *, region: str = "US", area: str = "") -> Dialled | None:
    """What a field for one number holds, as it is dialled from anywhere; None when it can be none.

    Nobody asks whether the number is given to anybody: a new area code is one, too.
    """
    if region in _AMERICANS and (plain := _PLAIN.fullmatch(written)):
        return Dialled(f"+1{plain[1]}{plain[2]}{plain[3]}", "")
    digits = "".join(filter(str.isdigit, written))
    is_local = area and len(digits) == 7 and "+" not in written
    number = _parsed(f"{area}{digits}" if is_local else written, region)
    if number is None:
        return None
    import phonenumbers  # noqa: PLC0415

    whole = phonenumbers.ValidationResult.IS_POSSIBLE
    if phonenumbers.is_possible_number_with_reason(number) != whole:
        return None
    return Dialled(_as_e164(number), (number.extension or "")[:10])


def _written(text: str, *, region: str, area: str) -> Iterator[tuple[int, int, str]]:
    """What looks like a number, the surest shapes first: where, and what to dial."""
    for hit in _ABROAD.finditer(text):
        digits = re.sub(r"\D", "", hit[0])
        yield (*hit.span(), f"+{re.sub(r'^(?:00|011)', '', digits)}")
    if region in _AMERICANS:
        for hit in _AMERICAN.finditer(text):
            yield (*hit.span(), hit[0])
        yield from _local(text, area) if area else ()
    elif any(map(str.isdigit, text)):
        import phonenumbers  # noqa: PLC0415  # slow to load, and most texts have no number

        for match in phonenumbers.PhoneNumberMatcher(text, region):
            yield match.start, match.end, match.raw_string


def _local(text: str, area: str) -> Iterator[tuple[int, int, str]]:
    """Seven digits; with a blank among them a word must say that it is a phone."""
    for hit in _LOCAL.finditer(text):
        yield (*hit.span(), f"{area}{hit[0]}")
    for hit in _SEVEN.finditer(text):
        if _CALL.search(text, max(0, hit.start() - NEAR), hit.start()):
            yield (*hit.span(), f"{area}{hit[0]}")


def _dialled(written: str, region: str) -> str:
    import phonenumbers  # noqa: PLC0415

    parsed = _parsed(written, region)
    if parsed is None:
        return ""
    if not phonenumbers.is_valid_number(parsed) and not _is_fictional(parsed.national_number):
        return ""
    return _as_e164(parsed)


def _parsed(written: str, region: str) -> PhoneNumber | None:
    import phonenumbers  # noqa: PLC0415

    try:
        return phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None


def _as_e164(number: PhoneNumber) -> str:
    import phonenumbers  # noqa: PLC0415

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_fictional(national: int | None) -> bool:
    """555-0100 to 555-0199 are for stories and training; they are numbers like any other here."""
    return bool(re.fullmatch(r"[2-9]\d\d55501\d\d", str(national)))
