"""The people and organisations of a neighbourhood, with their telephones, mail and languages."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache

from contact_hub.sample.rules.data import places
from contact_hub.sample.rules.names import Name, person, spanish_bearers, surname
from contact_hub.sample.rules.numbers import phone
from contact_hub.sample.rules.residents import MANAGERS, Party, Premise, dice_for

DISTRICT = 25  # neighbourhoods that share a property manager
PHONES = 96  # telephones of a neighbourhood
PARTIES = 200  # customers of a neighbourhood, at most; the first is a manager
HOSTS = ("mail.example", "inbox.example", "post.example", "alder.test", "webmail.test")
TONGUES = ("vi", "ru", "zh", "uk", "so", "tl")
YEAR = 365.25
LONG_AGO = date(1999, 7, 1).toordinal()


@dataclass(slots=True)
class Register:
    """Makes the customers of one neighbourhood, each with a number of their own.

    parties, phones  how many there are already; the first number is left to a manager
    """

    dice: random.Random
    block: int
    day: int
    parties: int = 1
    phones: int = 0

    def person(self, where: Premise, *, since: int, last: str = "") -> Party:
        """Somebody who lives there."""
        name = person(self.dice, last=last)
        return self._person(name, since=since, mail=self._mail(where))

    def absent(self, *, since: int) -> Party:
        """Somebody who lives in another town."""
        name = person(self.dice)
        city, state, zip_code = self.dice.choice(places()["elsewhere"])
        street = f"{self.dice.randint(11, 990)} {self.dice.choice(places()['street_words'])} Street"
        return self._person(name, since=since, mail=(street, "", city, state, zip_code))

    def gone(self, where: Premise, *, since: int, left: int) -> Party:
        """Somebody who lived there; mail goes after them, or comes back."""
        if self.dice.random() < 0.6:
            found = self.absent(since=since)
        else:
            found = self.person(where, since=since)
            found.more["mail_returned"] = "Y"
            found.lost = left + 20
        return found

    def business(self, where: Premise, *, since: int, beside: Party | None = None) -> Party:
        """A business; it may share a telephone with who is in the same house."""
        word = surname(self.dice) if self.dice.random() < 0.5 else ""
        word = word or self.dice.choice(places()["trade_words"])
        trade, _naics = self.dice.choice(places()["trades"])
        found = self.organisation(f"{word} {trade}", where, since=since)
        if beside is not None:
            found.phone = beside.phone
        return found

    def landlords(self, where: Premise, *, since: int) -> Party:
        """The company that owns a building."""
        words = where.street.split(" ", 1)[1].rsplit(" ", 1)[0]
        return self.organisation(f"{words} Apartments LLC", where, since=since)

    def office(self, where: Premise, *, since: int) -> Party:
        """A part of the city or the schools."""
        words = where.street.split(" ", 1)[1].rsplit(" ", 1)[0]
        name = f"{words} {self.dice.choice(places()['public'])}"
        return self.organisation(name, where, since=since)

    def household(self, head: Party, where: Premise, *, since: int) -> list[tuple[str, Party]]:
        """Who stands beside somebody: role and party; mostly nobody."""
        dice, found = self.dice, []
        chance = dice.random()
        if chance < 0.3:
            found.append(("co_holder", self._spouse(head, where, since=since)))
        elif chance < 0.315 and head.name:
            found.append(("co_holder", self._namesake(head, head.name, since=since)))
        born = head.born or 0
        if self.day - born > 70 * YEAR and dice.random() < 0.08:
            head.died = max(since + 1, self.day - dice.randint(10, 400))
            found.append(("executor", self.absent(since=self.day - 5)))
        elif self.day - born < 23 * YEAR and dice.random() < 0.3 and head.name:
            parent = self.absent(since=since)
            parent.name = person(dice, last=head.name.last)
            found.append(("guarantor", parent))
        return found

    def _spouse(self, head: Party, where: Premise, *, since: int) -> Party:
        name = head.name
        last = name.last if name and self.dice.random() < 0.75 else ""
        sex = "male" if name and name.sex == "female" else "female"
        found = self._person(
            person(self.dice, last=last, sex=sex), since=since, mail=self._mail(where)
        )
        if self.dice.random() < 0.35:  # one telephone in the house
            found.phone, found.phone_type, head.phone_type = head.phone, "H", "H"
        if self.dice.random() < 0.12 and head.email:
            found.email = head.email
        return found

    def _namesake(self, head: Party, name: Name, *, since: int) -> Party:
        """A son or daughter who bears the same name."""
        found = self._person(name, since=since, mail=head.mail)
        found.born = (head.born or since - 15_000) + self.dice.randint(8_000, 12_000)
        found.phone = head.phone
        return found

    def _person(self, name: Name, *, since: int, mail: tuple[str, str, str, str, str]) -> Party:
        dice = self.dice
        identity = self._identity()
        born = since - int((18 + 62 * dice.betavariate(1.6, 2.4)) * YEAR)
        found = Party(
            id=identity,
            name=name,
            language=self._language(name),
            email=_email(dice, name, int(identity[1:])) if dice.random() < 0.64 else "",
            phone=self._phone() if dice.random() < 0.94 else "",
            phone_type="M" if dice.random() < 0.8 else "H",
            second_phone=self._phone() if dice.random() < 0.12 else "",
            born=born if dice.random() < 0.9 else None,
            since=since,
            mail=mail,
            more=_papers(dice),
        )
        if not found.email:
            found.more["email_verified"] = ""
        return found

    def organisation(self, name: str, where: Premise, *, since: int) -> Party:
        """An organisation with an office there."""
        identity = self._identity()
        plain = "".join(letter for letter in _plain(name) if letter.isalnum())[:24]
        dice = self.dice
        return Party(
            id=identity,
            name=None,
            organisation=name,
            email=f"{dice.choice(('office', 'billing', 'info'))}@{plain}{self.block}.example",
            phone=self._phone(),
            phone_type="W",
            since=since,
            mail=(where.street, where.unit, where.city, where.state, where.zip_code),
            more={"tax_id_last4": f"{dice.randint(0, 9999):04d}"},
        )

    def _mail(self, where: Premise) -> tuple[str, str, str, str, str]:
        if self.dice.random() < 0.1:
            box = f"PO Box {self.block * 100 + self.parties + 11}"
            return box, "", where.city, where.state, places()["zips"][0]
        return where.street, where.unit, where.city, where.state, where.zip_code

    def _identity(self) -> str:
        number, self.parties = self.parties, self.parties + 1
        return f"C{(self.block + 1) * PARTIES + number:09d}"

    def _phone(self) -> str:
        number, self.phones = self.phones, self.phones + 1
        return phone(self.block * PHONES + number % PHONES)

    def _language(self, name: Name) -> str:
        if name.last.split(" ")[0] in spanish_bearers():
            return "es" if self.dice.random() < 0.5 else "en"
        return self.dice.choice(TONGUES) if self.dice.random() < 0.03 else "en"


@cache
def manager(seed: int, block: int) -> Party:
    """Whoever manages rented houses in the district that a neighbourhood lies in."""
    district = block // DISTRICT
    dice = dice_for(seed, MANAGERS, district)
    word = dice.choice((surname(dice), *places()["trade_words"]))
    street = f"{10 + district} Mill Street"
    where = Premise(
        id="", street=street, unit="", zip_code=places()["zips"][0], dwelling="office", more={}
    )
    register = Register(dice, block=district * DISTRICT, day=0, parties=0, phones=PHONES - 1)
    return register.organisation(
        f"{word} {dice.choice(places()['managers'])}", where, since=LONG_AGO
    )


def _papers(dice: random.Random) -> dict[str, str]:
    """What of a person only verification and letters look at."""
    chance = dice.random()
    document = "driver_license" if chance < 0.7 else "passport" if chance < 0.76 else ""
    return {
        "preferred_name": "",
        "tax_id_last4": f"{dice.randint(0, 9999):04d}" if dice.random() < 0.8 else "",
        "id_doc_type": document,
        "id_doc_last4": f"{dice.randint(0, 9999):04d}" if document else "",
        "relay_pref": "TTY" if chance > 0.996 else "",
        "format_pref": "large_print" if chance > 0.985 else "",
        "email_verified": "Y" if chance < 0.5 else "N",
        "pin_set": "Y" if dice.random() < 0.22 else "N",
        "cpni_password_set": "Y" if dice.random() < 0.12 else "N",
        "employee_flag": "Y" if dice.random() < 0.006 else "N",
    }


def _email(dice: random.Random, name: Name, number: int) -> str:
    first, last = _plain(name.first).replace(" ", ""), _plain(name.last)
    last = "".join(letter for letter in last if letter.isalpha())
    form = dice.random()
    if form < 0.4:
        local = f"{first}.{last}{number}"
    elif form < 0.75:
        local = f"{first[0]}{last}{number}"
    else:
        local = f"{last}_{first[:3]}{number}"
    return f"{local}@{dice.choice(HOSTS)}"


def _plain(text: str) -> str:
    """Lower case without accents."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
