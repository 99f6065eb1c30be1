"""Street and postal addresses in what somebody wrote, in parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SCAN = 20_000  # characters read
MOST = 10  # addresses of one text
BLOT = "\x00"  # stands for what is known to be something else

Span = tuple[int, int]

_SUFFIXES = (
    "alley|aly|avenue|ave?|boulevard|blvd|circle|cir|court|ct|cove|cv|crescent|cres|crossing|xing|"
    "drive|dr|expressway|expy|freeway|fwy|highway|hwy|heights|hts|lane|ln|loop|mall|parkway|pkwy|"
    "path|pike|place|pl|plaza|plz|point|pt|ridge|rdg|road|rd|route|row|run|square|sq|street|str?|"
    "terrace|ter|trail|trl|tunnel|turnpike|view|vista|walk|way"
)
_SPANISH = r"(?:calle|camino|avenida|av|v[ií]a|paseo|callej[oó]n)"
_WORD = r"[\w.'’\-]{1,24}"
_ROOM = r"(?:apt|apartment|unit|ste|suite|spc|space|bldg|lot|rm)\b\.?[ \t]*#?"
_UNIT = rf"(?:,?[ \t]+(?:{_ROOM}|#)[ \t]*\w{{1,6}})"
_ZIP = r"\d{5}(?:-\d{4})?(?![\w\-])"
_TOWN = r"[^\W\d_][\w.'’\-]{1,20}(?:[ \t]+[^\W\d_][\w.'’\-]{1,20}){0,2}"
_REST = (
    rf"(?:[,\s]{{1,3}}{_TOWN}[,\s]{{1,3}}(?:[A-Za-z]{{2}}\.?[,\s]{{1,3}})?{_ZIP}"
    rf"|[,\s]{{1,3}}{_ZIP}|,[ \t]*{_TOWN},?[ \t]+[A-Z]{{2}}\b)"
)
_STREET = re.compile(
    rf"(?<![\w$#.\-/])(?P<number>\d{{1,6}}(?:[A-Z]|-[A-Z\d]{{1,3}}|[ \t]1/2)?)[ \t]+"
    rf"(?:{_SPANISH}[ \t]+{_WORD}(?:[ \t]+[A-Z]{_WORD}){{0,2}}"
    rf"|(?:{_WORD}[ \t]+){{1,4}}?(?:{_SUFFIXES})\b\.?(?:[ \t]+(?:[NSEW]|NE|NW|SE|SW)\b\.?)?)"
    rf"{_UNIT}?{_REST}?",
    re.IGNORECASE,
)
_BOX = re.compile(
    rf"\bP\.?[ \t]*O\.?[ \t]*Box[ \t]*#?[ \t]*(?P<box>\d{{1,6}})\b{_REST}?", re.IGNORECASE
)
_CROSSING = re.compile(
    r"\b(?:and|y|e|corner|between|esquina|at|&|\d{1,3} (?:days?|hours?|kwh))\b|&", re.I
)
_STREET_PARTS = (
    "StreetNamePreModifier",
    "StreetNamePreDirectional",
    "StreetNamePreType",
    "StreetName",
    "StreetNamePostType",
    "StreetNamePostDirectional",
)


@dataclass(frozen=True, slots=True)
class Address:
    """A place in parts; a post office box is where mail goes and nothing is served."""

    number: str
    street: str  # with its type and direction, as written
    unit: str
    city: str
    state: str
    zip_code: str
    box: str
    span: Span

    @property
    def is_mailing(self) -> bool:
        return bool(self.box)


def find(text: str, *, taken: Sequence[Span] = ()) -> list[Address]:
    """List the addresses in a text, each once, in order; a corner of two streets is none.

    taken  places that are known to be something else
    """
    read = _without(text[:SCAN], taken)
    found: dict[tuple[str, str, str], Address] = {}
    for hit in [*_STREET.finditer(read), *_BOX.finditer(read)]:
        address = _parted(" ".join(hit[0].replace("\n", ", ").split()), hit)
        if address is not None:
            found.setdefault((address.number, address.street.casefold(), address.box), address)
        if len(found) == MOST:
            break
    return sorted(found.values(), key=lambda address: address.span)


def _without(text: str, taken: Sequence[Span]) -> str:
    """The text with what stands at these places blotted out, as long as before."""
    for begin, end in taken:
        text = f"{text[:begin]}{BLOT * len(text[begin:end])}{text[end:]}"
    return text


def _parted(window: str, hit: re.Match[str]) -> Address | None:
    import usaddress  # noqa: PLC0415  # loads a model, and most texts have no address

    if "number" in hit.re.groupindex and _CROSSING.search(window):
        return None
    try:
        parts, _kind = usaddress.tag(window)
    except usaddress.RepeatedLabelError:
        return None
    box = hit["box"] if "box" in hit.re.groupindex else ""
    number = " ".join(filter(None, (parts.get("AddressNumber"), parts.get("AddressNumberSuffix"))))
    street = " ".join(parts[name] for name in _STREET_PARTS if name in parts).strip(" ,.")
    if not box and not (number and street):
        return None
    return Address(
        number="" if box else number,
        street="" if box else street,
        unit=parts.get("OccupancyIdentifier", "").strip(" ,.#"),
        city=parts.get("PlaceName", "").strip(" ,."),
        state=parts.get("StateName", "").strip(" ,.").upper(),
        zip_code=parts.get("ZipCode", "").strip(" ,."),
        box=box,
        span=hit.span(),
    )
