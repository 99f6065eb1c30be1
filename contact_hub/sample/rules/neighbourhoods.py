"""Who lives, rents, works and lets in a neighbourhood of forty accounts; each is its own dice.

Accounts come in the order of their numbers, and each brings the customers, premises and roles that
were not there before it: whoever stops after any account has everything that it needs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count as numbers
from itertools import islice
from typing import Any

from contact_hub.sample.rules.addresses import premise
from contact_hub.sample.rules.numbers import account_number
from contact_hub.sample.rules.parties import DISTRICT, Register, manager
from contact_hub.sample.rules.residents import BLOCKS, Holding, Party, Premise, Stand, dice_for

SIZE = 40  # accounts
PAYERS = ("auto", "prompt", "late", "hard")


def holdings(*, seed: int, accounts: int, day: int, first: int = 0) -> Iterator[Holding]:
    """The accounts from number `first` on, up to but without number `accounts`."""
    blocks = (block for block in numbers(first // SIZE) if block * SIZE < accounts)
    for block in islice(blocks, max(0, -(-accounts // SIZE) - first // SIZE)):
        for holding in neighbourhood(seed=seed, block=block, day=day):
            if first <= holding.running < accounts:
                yield holding


def neighbourhood(*, seed: int, block: int, day: int) -> list[Holding]:
    """All accounts of one neighbourhood as they are on a day."""
    return _Builder(seed, block, day).build()


class _Builder:
    """Fills the neighbourhood lot by lot."""

    def __init__(self, seed: int, block: int, day: int) -> None:
        self.dice: random.Random = dice_for(seed, BLOCKS, block)
        self.block = block
        self.day = day
        self.found: list[Holding] = []
        self.register = Register(self.dice, block=block, day=day)
        self.manager = manager(seed, block)
        self._premises = 0
        self._homes: list[tuple[Party, int]] = []  # owners, and since when they live here
        self._new: tuple[list[Party], list[Premise], list[Stand]] = ([], [], [])
        if block % DISTRICT == 0:
            self._new[0].append(self.manager)

    def build(self) -> list[Holding]:
        while len(self.found) < SIZE:
            chance = self.dice.random()
            for share, lot in _LOTS:
                if chance < share:
                    lot(self)
                    break
        return self.found

    @property
    def room(self) -> int:
        return SIZE - len(self.found)

    def place(self, dwelling: str, *, unit: str = "", of: str = "") -> Premise:
        number, self._premises = self._premises, self._premises + 1
        made = premise(
            self.dice, block=self.block, place=number, dwelling=dwelling, unit=unit, of=of
        )
        self._new[1].append(made)
        return made

    def newcomer(self, party: Party) -> Party:
        self._new[0].append(party)
        return party

    def stand(
        self, party: Party, role: str, *, begins: int, account: str = "", premise: str = ""
    ) -> None:
        self._new[2].append(Stand(party, role, account, premise, begins))

    def open(self, party: Party, where: Premise, line: str, opened: int, **more: Any) -> Holding:
        """Add an account, with who and what was not on file before it."""
        dice = self.dice
        made = Holding(
            running=self.block * SIZE + len(self.found),
            party=party,
            premise=where,
            line=line,
            opened=opened,
            cycle=1 + self.block % 20,
            **_usual(dice, line, where.dwelling),
            **more,
        )
        made.parties, made.premises, made.stands = self._new
        self._new = ([], [], [])
        self.found.append(made)
        return made

    def since(self) -> int:
        """When somebody moved in: often lately, seldom long ago."""
        return self.day - min(int(self.dice.expovariate(1 / 2100)) + 20, 9_000)

    # ---- lots ----------------------------------------------------------------------------------

    def house(self) -> None:
        """Somebody lives in a house of their own, with a spouse, a son of the same name, nobody."""
        where = self.place("house")
        where.more["owner_occupied"] = "Y"
        opened = self.since()
        owner = self.newcomer(self.register.person(where, since=opened))
        self._household(owner, where, opened)
        self._homes.append((owner, opened))
        self._lines(owner, where, opened)

    def rented(self) -> None:
        """A landlord, who lives elsewhere or down the street, lets a house to a tenant."""
        where = self.place("house")
        where.more["owner_occupied"] = "N"
        opened = self.since()
        if self._homes and self.dice.random() < 0.35:
            landlord, owned = self.dice.choice(self._homes)
        else:
            owned = opened - self.dice.randint(30, 3000)
            landlord = self.newcomer(self.register.absent(since=owned))
        self.stand(landlord, "landlord", begins=owned, premise=where.id)
        if self.dice.random() < 0.3:
            self.stand(self.manager, "property_manager", begins=owned, premise=where.id)
        tenant = self.newcomer(self.register.person(where, since=opened))
        self.stand(tenant, "tenant", begins=opened, premise=where.id)
        self._household(tenant, where, opened)
        self._lines(tenant, where, opened)

    def building(self) -> None:
        """Flats with a meter each; the water of all is on the owner's account."""
        if self.room < 5:
            self.house()
            return
        whole = self.place("apartments")
        whole.more |= {"master_metered": "Y", "owner_occupied": "N"}
        owned = self.since() - 400
        owner = self.newcomer(self.register.landlords(whole, since=owned))
        self.stand(self.manager, "property_manager", begins=owned, premise=whole.id)
        units = min(self.dice.randint(4, 9), self.room - 1)
        self.open(
            owner, whole, "W", owned, rate="W-C", category="MF", season="indoors", sewer="S-C",
            daily=0.14 * units, payer="prompt",
        )  # fmt: skip
        for number in range(units):
            unit = f"Apt {number % 4 + 1 + 100 * (number // 4 + 1)}"
            self._flat(self.place("apartment", unit=unit, of=whole.street), owner)

    def _flat(self, where: Premise, owner: Party) -> None:
        where.more["owner_occupied"] = "N"
        opened = self.day - min(int(self.dice.expovariate(1 / 800)) + 15, 6_000)
        tenant = self.newcomer(self.register.person(where, since=opened))
        self.stand(owner, "landlord", begins=opened - 400, premise=where.id)
        self.stand(tenant, "tenant", begins=opened, premise=where.id)
        self._household(tenant, where, opened)
        self.open(
            tenant, where, "E", opened, rate="R-1", season="heated", daily=self._daily(15),
            payer=self._payer(0.1),
        )  # fmt: skip

    def shop(self) -> None:
        """A business in a place of its own, or two behind one door and one telephone."""
        where = self.place("shop")
        opened = self.since()
        trader = self.newcomer(self.register.business(where, since=opened))
        self.open(
            trader, where, "E", opened, rate="C-1", category="COM", season="shop",
            daily=self._daily(95), payer=self._payer(0), afar=True,
        )  # fmt: skip
        if self.room and self.dice.random() < 0.6:
            self.open(
                trader, where, "W", opened, rate="W-C", category="COM", season="indoors",
                sewer="S-C", daily=self._daily(0.7), payer="prompt",
            )  # fmt: skip
        if self.room and self.dice.random() < 0.4:
            beside = self.place("office", unit="Ste B", of=where.street)
            second = self.newcomer(self.register.business(beside, since=opened, beside=trader))
            self.open(
                second, beside, "E", opened, rate="C-1", category="COM", season="shop",
                daily=self._daily(40), payer=self._payer(0), afar=True,
            )  # fmt: skip

    def public(self) -> None:
        """A school, a pump, a fire station."""
        where = self.place("public")
        opened = self.since() - 1000
        city = self.newcomer(self.register.office(where, since=opened))
        self.open(
            city, where, "E", opened, rate="C-1", category="GOV", season="shop",
            daily=self._daily(210), payer="auto", afar=True,
        )  # fmt: skip

    def farm(self) -> None:
        """An orchard that draws water in summer."""
        where = self.place("farm")
        opened = self.since() - 300
        farmer = self.newcomer(self.register.person(where, since=opened))
        self.open(
            farmer, where, "W", opened, rate="W-I", category="AG", season="irrigation",
            daily=self._daily(2.6), payer=self._payer(0),
        )  # fmt: skip

    def city(self) -> None:
        """A permit, a hydrant meter, a licence or an ambulance run of somebody who lives here."""
        line, rate = self.dice.choice((("P", "P-1"), ("M", "M-H"), ("L", "L-1"), ("A", "A-1")))
        served = {one.party.id for one in self.found if one.line == line}
        homes = [home for home in self._homes if home[0].id not in served]
        if not homes:
            self.house()
            return
        party, since = self.dice.choice(homes)
        where = next(one.premise for one in self.found if one.party is party)
        opened = max(since, self.day - self.dice.randint(60, 900))
        self.open(party, where, line, opened, rate=rate, payer=self._payer(0.05))

    # ---- what lots are made of -----------------------------------------------------------------

    def _lines(self, party: Party, where: Premise, opened: int) -> None:
        """Electricity, perhaps water and fibre, and who had them before."""
        dice, payer = self.dice, self._payer(0)
        vehicle = dice.random() < 0.06
        self.open(
            party, where, "E", opened, rate="R-EV" if vehicle else "R-1", vehicle=vehicle,
            season="cooled" if dice.random() < 0.4 else "heated", payer=payer,
            daily=self._daily(38 if vehicle else 27), solar=dice.random() < 0.05,
            medical=dice.random() < 0.012,
        )  # fmt: skip
        if self.room and dice.random() < 0.72:
            self.open(
                party, where, "W", opened, rate="W-R", season="garden", sewer="S-R",
                daily=self._daily(0.34), payer=payer,
            )  # fmt: skip
        if self.room and dice.random() < 0.3:
            self.open(
                party, where, "C", max(opened, self.day - dice.randint(30, 1800)), payer=payer,
                rate="F-1000" if dice.random() < 0.35 else "F-300", promotion=dice.random() < 0.5,
            )  # fmt: skip
        if self.room and self.day - opened < 1500 and dice.random() < 0.6:
            self._before(where, opened)

    def _before(self, where: Premise, opened: int) -> None:
        """Whoever had the place before: gone, or moved down the street."""
        dice = self.dice
        closed = opened - dice.choice((0, 0, 1, 3, 14, 45))
        movers = [home for home in self._homes if closed - 900 < home[1] <= closed]
        began = closed - 90 - min(int(dice.expovariate(1 / 1500)), 6000)
        if movers and dice.random() < 0.7:
            before = dice.choice(movers)[0]
        else:
            before = self.newcomer(self.register.gone(where, since=began, left=closed))
        self.open(
            before, where, "E", began, closed=closed, rate="R-1", season="heated",
            daily=self._daily(25), payer=self._payer(0.08),
        )  # fmt: skip

    def _household(self, head: Party, where: Premise, since: int) -> None:
        """Spouses, grown-up children, heirs and guarantors, on the account that comes next."""
        number = self.block * SIZE + len(self.found)
        for role, party in self.register.household(head, where, since=since):
            self.newcomer(party)
            account = account_number(number)
            self.stand(party, role, begins=since, account=account)

    def _daily(self, mean: float) -> float:
        return float(mean * self.dice.lognormvariate(-0.08, 0.4))

    def _payer(self, harder: float) -> str:
        chance = self.dice.random()
        for kind, share in zip(PAYERS, (0.27, 0.76, 0.93 - harder), strict=False):
            if chance < share:
                return kind
        return "hard"


_LOTS: tuple[tuple[float, Callable[[_Builder], None]], ...] = (
    (0.58, _Builder.house),
    (0.74, _Builder.rented),
    (0.80, _Builder.building),
    (0.89, _Builder.shop),
    (0.905, _Builder.public),
    (0.925, _Builder.farm),
    (1.0, _Builder.city),
)


def _usual(dice: random.Random, line: str, dwelling: str) -> dict[str, Any]:
    """What is drawn alike for every account."""
    home = dwelling in {"house", "apartment"} and line in "EW"
    chance = dice.random()
    return {
        "delivery": "email" if chance < 0.38 else "both" if chance < 0.45 else "paper",
        "credit": home and dice.random() < 0.07,
        "level": home and line == "E" and dice.random() < 0.04,
        "deposit": 10_000 + 2_500 * dice.randint(0, 6) if home and dice.random() < 0.12 else 0,
    }
