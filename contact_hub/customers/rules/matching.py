"""What is known of somebody, whom it could mean, how sure that is, and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

Band = Literal["suggested", "possible", "unknown"]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of somebody, as it was said; nothing needs to be normalised.

    names    "Rosa Delgado", "Delgado, Rosa", "Bluebird Bakery LLC"; or one name alone
    emails   the caller's, or what they say is on file
    phones   in any form
    numbers  account numbers, separators do not matter
    streets  "1204 Oak St Apt 3", "Oak St", or a house number alone
    last4    the last digits of an account number
    """

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    zips: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    meters: tuple[str, ...] = ()
    plates: tuple[str, ...] = ()
    last4: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says for or against a candidate.

    field  last, first, phone, email, number, last4, house, street, zip, city, unit,
           meter, plate
    level  exact, nickname, near, similar, differs
    bits   to the base of 2: how much likelier this is of the customer meant than of another
    """

    field: str
    told: str
    on_file: str
    level: str
    bits: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer who could be meant, perhaps with the account."""

    customer: int
    name: str
    account: int | None
    number: str
    probability: float
    bits: float
    fields: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of a look-up: best first, never attached by itself.

    rejected  the best alternative to the first candidate
    band      of the best candidate: suggested, possible, or unknown when nobody is likely
    ask       the field that would help most, "" when the answer is clear
    even      bits at which a candidate would be as likely as "not on file"
    """

    candidates: tuple[Candidate, ...] = ()
    rejected: Candidate | None = None
    band: Band = "unknown"
    ask: str = ""
    even: float = 0.0

    VERSION: ClassVar[int] = 1

    def as_json(self) -> dict[str, Any]:
        """As it is kept beside a case, and as `actions.labels.label` takes it back."""
        return {"version": self.VERSION, **asdict(self)}
