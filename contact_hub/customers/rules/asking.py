"""One box for everything: what somebody typed, read as names, numbers, addresses and the like.

Nothing is looked up here. What could be two things is offered as both: ten digits are a phone
number and an account number until somebody looks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from contact_hub.customers.rules.matching import Told

LONGEST = 200  # characters that are read
EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
# grouped as phone numbers are: (206) 555-0134, 206-555-0134, +1 206 555 0134, 555-0134
PHONE = re.compile(
    r"(?<!\w)(?:\+\d[\d ().-]{7,18}\d|(?:1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]?\d{4}"
    r"|\d{3}[-.]\d{4})(?![\w-])"
)
# grouped as account numbers are: 8841-2207-15, or ten digits and more without a break
NUMBER = re.compile(r"(?<!\w)(?:\d{3,6}(?:-\d{2,6})+|\d{8,16})(?![\w-])")
HINTS = {  # what somebody says before a number that is of one kind
    "meter": "meters",
    "medidor": "meters",
    "plate": "plates",
    "placa": "plates",
    "citation": "citations",
    "ticket": "citations",
    "multa": "citations",
    "licence": "licences",
    "license": "licences",
    "licencia": "licences",
    "account": "numbers",
    "acct": "numbers",
    "cuenta": "numbers",
    "phone": "phones",
    "tel": "phones",
    "telefono": "phones",
    "teléfono": "phones",
    "zip": "zips",
    "last": "last4",
}
HINT = re.compile(
    rf"\b({'|'.join(HINTS)})\b[\s:#.]*(?:no\.?\s|number\s|número\s)?[\s:#]*"
    r"([\w-]*\d[\w-]*(?:[ ]\d[\w-]*)*)",
    re.IGNORECASE,
)
PLATE_HINT = re.compile(
    r"\b(?:plate|placa)\b[\s:#.]*([A-Za-z]{1,4}[ -]?\d{2,4}[A-Za-z]?)\b", re.IGNORECASE
)
# letters and digits in one word, or two short ones: BKR4471, BKR 4471, W-88213
MARKED = re.compile(r"(?<!\w)(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{3,19}(?![\w-])")
PLATE = re.compile(r"^\s*([A-Za-z]{1,4}[ -]?\d{2,4}[A-Za-z]?|\d[A-Za-z]{3}\d{3})\s*$")
ORDINAL = re.compile(r"\d+(st|nd|rd|th)", re.IGNORECASE)
STREET = re.compile(
    r"(?<![\w-])(\d{1,6})(?:\s+(?=\S*[^\W\d_])|\s+(?=\d+(?:st|nd|rd|th)\b))([^,]*)", re.IGNORECASE
)
SUFFIX = re.compile(
    r"(?:st|street|ave?|avenue|blvd|boulevard|rd|road|dr|drive|ln|lane|ct|court|pl|place|way|ter"
    r"|terrace|cir|circle|pkwy|parkway|hwy|highway|loop|trl|trail|sq|square|avenida)\.?",
    re.IGNORECASE,
)
UNIT = re.compile(r"(?:\b(?:apt|unit|suite|ste)\b\.?|#)\s*([\w-]+)", re.IGNORECASE)
ZIP = re.compile(r"(?<![\w-])(\d{5})(?:-\d{4})?(?![\w-])")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the box holds.

    told                what matching looks for
    meters, plates, citations, licences
                        what is looked up as it stands, upper case without blanks and dashes
    """

    told: Told = field(default_factory=Told)
    meters: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()

    @property
    def kinds(self) -> list[str]:
        """What was asked by, for the journal."""
        told = [name for name in Told.__dataclass_fields__ if getattr(self.told, name)]
        exact = ("meters", "plates", "citations", "licences")
        return list(dict.fromkeys([*told, *(name for name in exact if getattr(self, name))]))

    @property
    def is_empty(self) -> bool:
        return not self.kinds


def read(text: str) -> Asked:
    """Read what was typed; what makes no sense as anything else is a name."""
    found = _Reading(text.replace("\x00", " ")[:LONGEST])
    found.take_hinted()
    found.take("emails", EMAIL)
    found.take_plate()
    found.take("phones", PHONE)
    found.take_numbers()
    found.take_marked()
    found.take_street()
    found.take_rest()
    return found.asked()


class _Reading:
    """A text from which one kind of thing after another is taken."""

    def __init__(self, text: str) -> None:
        self.left = " ".join(text.split())
        self.found: dict[str, list[str]] = {}

    def add(self, kind: str, value: str) -> None:
        values = self.found.setdefault(kind, [])
        if value and value not in values:
            values.append(value)

    def cut(self, match: re.Match[str]) -> None:
        self.left = f"{self.left[: match.start()]} , {self.left[match.end() :]}"

    def take(self, kind: str, pattern: re.Pattern[str]) -> None:
        while match := pattern.search(self.left):
            self.add(kind, match[0].strip().lower() if kind == "emails" else match[0].strip())
            self.cut(match)

    def take_hinted(self) -> None:
        if plate := PLATE_HINT.search(self.left):
            self.add("plates", plain(plate[1]))
            self.cut(plate)
        while match := HINT.search(self.left):
            kind = HINTS[match[1].lower()]
            exact = kind in ("meters", "plates", "citations", "licences")
            self.add(kind, plain(match[2]) if exact else match[2].strip())
            self.cut(match)

    def take_plate(self) -> None:
        """A plate with a blank in it is one only when it stands alone."""
        if match := PLATE.match(self.left):
            self._could_be_anything(match[0])
            self.left = ""

    def take_numbers(self) -> None:
        """Ten digits without a break may be a phone number as well."""
        while match := NUMBER.search(self.left):
            digits = re.sub(r"\D", "", match[0])
            self.add("numbers", digits)
            if match[0].isdigit() and len(digits) in (10, 11):
                self.add("phones", digits)
            for kind in ("meters", "citations", "licences"):
                self.add(kind, digits)
            self.cut(match)

    def take_marked(self) -> None:
        while match := MARKED.search(self.left):
            if ORDINAL.fullmatch(match[0]):  # "5th" of a street
                return
            self._could_be_anything(match[0])
            self.cut(match)

    def take_street(self) -> None:
        if unit := UNIT.search(self.left):
            self.add("units", unit[1])
            self.left = f"{self.left[: unit.start()]} {self.left[unit.end() :]}"
        match = STREET.search(self.left)
        if match is None:
            return
        words = match[2].split()
        length = next((n for n, word in enumerate(words, 1) if _ends(word)), len(words))
        street = [word for word in words[:length] if not ZIP.fullmatch(word)]
        self.add("streets", " ".join([match[1], *street]))
        rest = " ".join([*(w for w in words[:length] if ZIP.fullmatch(w)), *words[length:]])
        self.left = f"{self.left[: match.start()]} , {rest} {self.left[match.end() :]}"

    def take_rest(self) -> None:
        """Numbers that stand alone, and names."""
        self.take("zips", ZIP)
        for number in re.findall(r"(?<![\w-])\d{1,7}(?![\w-])", self.left):
            self.add("last4" if len(number) == 4 else "streets" if len(number) < 4 else "", number)
            if len(number) > 4:
                for kind in ("numbers", "meters", "citations", "licences"):
                    self.add(kind, number)
        self.found.pop("", None)
        for name in _names(re.sub(r"(?<![\w-])\d{1,7}(?![\w-])", " ", self.left)):
            self.add("names", name)

    def asked(self) -> Asked:
        values = {kind: tuple(found) for kind, found in self.found.items()}
        exact = {kind: values.pop(kind, ()) for kind in ("citations", "licences")}
        told = Told(**values)
        return Asked(told, meters=told.meters, plates=told.plates, **exact)

    def _could_be_anything(self, text: str) -> None:
        for kind in ("meters", "plates", "citations", "licences"):
            self.add(kind, plain(text))


def plain(text: str) -> str:
    """A number as it is compared: upper case, without blanks and dashes."""
    return re.sub(r"[\s-]", "", text).upper()


def _ends(word: str) -> bool:
    return SUFFIX.fullmatch(word) is not None


def _names(text: str) -> list[str]:
    """`Delgado, Rosa` is one name; what stands before and after something else are two."""
    parts = [" ".join(part.split()) for part in re.split(r"[;]|(?:\s,\s)", f" {text} ")]
    names = [re.sub(r"^[\s,.#:]+|[\s,#:]+$", "", part) for part in parts]
    return [name for name in names if any(map(str.isalpha, name))]
