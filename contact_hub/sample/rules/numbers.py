"""The numbers things go by in Alder Creek: accounts with a check digit, telephones, plates.

Each is made of a running number and nothing else, by a permutation: no two are the same, and none
has to be remembered. Telephones have the exchange 555, which is nobody's.
"""

from __future__ import annotations

from functools import cache

from contact_hub.sample.rules.data import places

MOST = 1_200_000  # accounts; with more of them, telephones would be shared too often
ACCOUNTS = 900_000_000  # numbers of nine digits that do not begin with 0
_STEP = 314_159_267  # has no divisor in common with the above
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # a digit doubled, its own digits added

_LINES = 9_800  # of an exchange; those from 0000 to 0199 are left to the cast
_DIRECTORY = 1212  # answers everywhere


def check_digit(digits: str) -> str:
    """The digit that goes behind these: modulus 10, every second digit doubled from the right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += _DOUBLED[int(digit)] if place % 2 == 0 else int(digit)
    return str(-total % 10)


def account_number(running: int) -> str:
    """Ten digits, the last of which checks the others."""
    digits = str(ACCOUNTS // 9 + (running * _STEP + 1_618_033) % ACCOUNTS)
    return digits + check_digit(digits)


def phone(running: int) -> str:
    """An E.164 number that nobody has; the first sixty thousand are of the region."""
    area, line = divmod(running, _LINES)
    last = 200 + (line * 6_367 + area * 811) % _LINES
    if last == _DIRECTORY:
        last = 199
    codes = _areas()
    return f"+1{codes[area % len(codes)]}555{last:04d}"


def plate(running: int) -> str:
    """Three letters and four digits."""
    mixed = (running * 7_368_787 + 911) % (20**3 * 10_000)
    letters, digits = divmod(mixed, 10_000)
    alphabet = "BCDFGHJKLMNPRSTVWXYZ"
    return (
        alphabet[letters // 400]
        + alphabet[letters // 20 % 20]
        + alphabet[letters % 20]
        + f"{digits:04d}"
    )


@cache
def _areas() -> tuple[int, ...]:
    """Area codes, those of the region first."""
    return tuple(places()["area_codes"])
