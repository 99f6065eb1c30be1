"""What stands for a value that may not be shown: its kind can be told, the value cannot."""

from __future__ import annotations

DOTS = "••••"
ADDRESSES = frozenset({"service_address", "mailing_address", "address"})
MONEY = frozenset({"balance", "past_due", "payments", "bills"})


def masked(what: str, value: object) -> str:
    """A mask for the fact `what`: `r•••@•••`, `•••• 4410`, `$••••`; "" for an absent value."""
    text = "" if value is None else str(value)
    if not text:
        return ""
    if what == "email" or "@" in text:
        return f"{text[0]}•••@•••"
    if what in ("phone", "bank"):
        digits = "".join(filter(str.isdigit, text))
        return f"{DOTS} {digits[-4:]}" if len(digits) > 4 else DOTS
    if what == "name":
        return " ".join(f"{word[0]}•••" for word in text.split())
    if what in ADDRESSES:
        return f"{DOTS} ••••••"
    return f"${DOTS}" if what in MONEY else DOTS


def initial_and_surname(name: str) -> str:
    """A person's name before anything is proven: R. Delgado; a single word stays as it is."""
    words = name.split()
    return f"{words[0][0]}. {words[-1]}" if len(words) > 1 else name


def street_alone(street: str) -> str:
    """A street without its house number, which the customer is to tell."""
    first, _blank, rest = street.strip().partition(" ")
    return rest if rest and any(map(str.isdigit, first)) else street.strip()
