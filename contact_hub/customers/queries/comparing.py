"""Whether what somebody said is what is on file; answers yes or no, and shows nothing."""

from __future__ import annotations

import re
from datetime import date, datetime
from hmac import compare_digest

from rapidfuzz.distance import OSA

from contact_hub.customers.models import Account, Customer
from contact_hub.customers.vault import fits

NEARLY = 1  # letters of a street's name that may be wrong: a slip of the ear or the finger
DATES = ("%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d", "%m%d%Y", "%m.%d.%Y", "%B %d %Y", "%b %d %Y")
_TYPES = re.compile(
    r"\b(?:street|str|st|avenue|ave|av|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|"
    r"place|pl|circle|cir|way|terrace|ter|parkway|pkwy|highway|hwy)\b"
)
_WINDS = re.compile(r"\b(n)orth\b|\b(s)outh\b|\b(e)ast\b|\b(w)est\b")
_UNIT = re.compile(r"\b(?:apt|apartment|unit|ste|suite)\b.*$|#.*$|,.*$")


def on_file(customer: Customer, account: Account | None) -> list[str]:
    """What could be asked of this customer, since we have something to compare it with."""
    there = {
        "account_number": account is not None,
        "service_address": account is not None and account.premise_id is not None,
        "birth": bool(customer.birth_keyed),
        "tax": bool(customer.tax_keyed),
        "document": bool(customer.document_keyed),
        "pin": customer.pin_set,
        "password": customer.password_set,
    }
    return [name for name, known in there.items() if known]


def is_number(said: str, account: Account | None) -> bool:
    """Whether an account's number was said; blanks, dashes and leading zeros do not matter."""
    stored = account.number if account else ""
    return bool(stored) and compare_digest(_plain(said), _plain(stored))


def is_address(said: str, account: Account | None) -> bool:
    """Whether the place of the service was said: the house number exactly, the street nearly."""
    premise = account.premise if account else None
    fixed, street = _parted(said)
    stored, stored_street = _parted(premise.street if premise else "")
    same = compare_digest(fixed, stored)
    near = OSA.distance(street, stored_street) <= NEARLY
    return bool(stored) and bool(street) and same and near


def is_birth(said: str, customer: Customer) -> bool:
    """Whether a day is the customer's birthday, as Americans write days."""
    day = parsed_day(said)
    told = f"{day:%Y%m%d}" if day else ""
    return fits(told, customer.birth_keyed, about=f"birth.{customer.external_id}")


def is_tax(said: str, customer: Customer) -> bool:
    """Whether these are the last four digits of the tax number."""
    digits = "".join(filter(str.isdigit, said))
    return fits(digits, customer.tax_keyed, about=f"tax.{customer.external_id}")


def is_document(said: str, customer: Customer) -> bool:
    """Whether these are the last four of the identity document."""
    last = "".join(filter(str.isalnum, said)).upper()
    return fits(last, customer.document_keyed, about=f"document.{customer.external_id}")


def parsed_day(said: str) -> date | None:
    """A day as somebody types it, or None."""
    plain = " ".join(said.replace(",", " ").split())
    for form in DATES:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None


def _plain(number: str) -> bytes:
    return "".join(filter(str.isalnum, number)).upper().lstrip("0").encode()


def _parted(street: str) -> tuple[bytes, str]:
    """What must be exact, the house number and the direction; and the name, which may be near."""
    words = _UNIT.sub("", " ".join(street.casefold().replace(".", " ").split()))
    number, _blank, rest = words.strip().partition(" ")
    if not any(map(str.isdigit, number)):
        return b"", ""
    rest = _WINDS.sub(lambda wind: next(filter(None, wind.groups())), rest)
    names = _TYPES.sub("", rest).split() or rest.split()
    winds = [one for one in names if one in ("n", "s", "e", "w")] if len(names) > 1 else []
    street = " ".join(one for one in names if one not in winds)
    return " ".join([number, *sorted(winds)]).encode(), street
