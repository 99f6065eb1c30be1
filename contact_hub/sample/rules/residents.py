"""Whom Alder Creek serves and where: customers, premises, and who holds which account."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from contact_hub.sample.rules.names import Name
from contact_hub.sample.rules.numbers import account_number
from contact_hub.sample.rules.sheets import Sheets, day_text

KEPT = 380  # days for which a deposit is held
SETTLED = 12  # days from the end of service until a deposit is set off


@dataclass(slots=True, kw_only=True)
class Premise:
    """A place that is served; `more` are columns that nothing else depends on."""

    id: str
    street: str  # with the house number
    unit: str
    zip_code: str
    dwelling: str
    more: dict[str, str]
    city: str = "Alder Creek"
    state: str = "WA"

    @property
    def line(self) -> str:
        return f"{self.street} {self.unit}".strip()

    def write(self, sheets: Sheets) -> None:
        sheets.add(
            "premises",
            premise_id=self.id,
            addr1=self.street,
            addr2=self.unit,
            city=self.city,
            state=self.state,
            zip=self.zip_code,
            dwelling_type=self.dwelling,
            **self.more,
        )


@dataclass(slots=True, kw_only=True)
class Party:
    """A customer: a person by name, or an organisation."""

    id: str
    name: Name | None
    organisation: str = ""
    language: str = "en"
    email: str = ""
    phone: str = ""
    phone_type: str = "M"
    second_phone: str = ""
    born: int | None = None  # ordinal
    since: int
    died: int | None = None  # ordinal
    lost: int | None = None  # the day on which mail came back
    reachable: bool = True
    promotions: bool | None = None  # whether offers are welcome; None: the dice say
    mail: tuple[str, str, str, str, str]  # two lines, city, state, ZIP
    more: dict[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        return self.name.full if self.name else self.organisation

    def write(self, sheets: Sheets, *, op: str = "U") -> None:
        name = self.name
        line1, line2, city, state, zip_code = self.mail
        sheets.add(
            "customers",
            customer_id=self.id,
            type="P" if name else "O",
            first_name=name.first if name else "",
            middle_name=name.middle if name else "",
            last_name=name.last if name else "",
            org_name=self.organisation,
            dob=day_text(self.born),
            language=self.language,
            email=self.email,
            phone1=self.phone,
            phone1_type=self.phone_type if self.phone else "",
            phone2=self.second_phone,
            mail_line1=line1,
            mail_line2=line2,
            mail_city=city,
            mail_state=state,
            mail_zip=zip_code,
            deceased_date=day_text(self.died),
            created_on=day_text(self.since),
            op=op,
            **self.more,
        )


@dataclass(frozen=True, slots=True)
class Stand:
    """That somebody has something to do with an account or a premise beside holding it."""

    party: Party
    role: str
    account: str = ""
    premise: str = ""
    begins: int | None = None
    ends: int | None = None

    def write(self, sheets: Sheets) -> None:
        sheets.add(
            "roles",
            customer_id=self.party.id,
            account_id=self.account,
            premise_id=self.premise,
            role=self.role,
            start=day_text(self.begins),
            end=day_text(self.ends),
        )


@dataclass(slots=True, kw_only=True)
class Holding:
    """An account somebody holds, and who and what comes on file with it.

    running   the number that the account's own number and its dice are made of
    daily     kWh or CCF a day, over the year
    payer     auto, prompt, late or hard: how bills are paid
    closed    the ordinal on which service ended; None while it runs
    """

    running: int
    party: Party
    premise: Premise
    line: str  # E, W, C, P, L, A, M
    category: str = "RES"
    rate: str
    opened: int
    closed: int | None = None
    daily: float = 0.0
    season: str = ""
    afar: bool = False  # read and switched without going there
    cycle: int = 1
    payer: str = "prompt"
    delivery: str = "paper"
    credit: bool = False  # pays the low-income rate
    level: bool = False  # pays the same each month
    deposit: int = 0  # cents
    medical: bool = False
    vehicle: bool = False
    solar: bool = False
    sewer: str = ""  # its rate
    promotion: bool = False
    parties: list[Party] = field(default_factory=list)
    premises: list[Premise] = field(default_factory=list)
    stands: list[Stand] = field(default_factory=list)

    @property
    def number(self) -> str:
        return account_number(self.running)

    @property
    def deposit_back(self) -> int | None:
        """The day on which the deposit was, or will be, given back to somebody who pays well."""
        back = self.opened + KEPT
        if self.payer not in {"auto", "prompt"} or (
            self.closed is not None and self.closed <= back
        ):
            return None
        return back

    def has_gone(self, days: int, *, by: int) -> bool:
        """Whether service ended so many days before a day, or earlier."""
        return self.closed is not None and self.closed + days <= by

    @property
    def meter(self) -> str:
        return f"{self.line}{self.running:09d}" if self.season else ""


def dice_for(seed: int, realm: int, number: int) -> random.Random:
    """The stream of one thing: the same whatever else is made, and in whatever order."""
    return random.Random(((seed * 64 + realm) << 40) + number)


BLOCKS, HISTORIES, SIDES, MANAGERS, LATER, OUTAGES, CAST = range(7)  # the realms of the above
