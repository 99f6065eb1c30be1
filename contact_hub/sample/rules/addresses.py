"""Where places lie in Alder Creek: neighbours share a street, and no two have the same address."""

from __future__ import annotations

import random

from contact_hub.sample.rules.data import places
from contact_hub.sample.rules.residents import Premise

ROOM = 48  # house numbers that a neighbourhood has on each of its streets
NOTES = ("Dog in yard", "Gate code at front desk", "Meter behind hedge", "Call before visit")
PLACES = ("North side", "South side by garage", "Alley", "Basement", "Front walk, blue lid")


def premise(
    dice: random.Random, *, block: int, place: int, dwelling: str, unit: str = "", of: str = ""
) -> Premise:
    """The place with this number in its neighbourhood; a unit is in the building at `of`."""
    words, kinds = places()["street_words"], places()["street_kinds"]
    streets = len(words) * len(kinds)
    side = place % 3
    which = (block * 577 + side * 331) % streets
    house = 100 + ((block // streets) * 3 + side) * ROOM + place // 3 * 2 + side % 2
    business = dwelling in {"shop", "office", "public", "farm"}
    built = dice.randint(1922, 2023)
    return Premise(
        id=f"P{(block + 1) * 100 + place:09d}",
        street=of or f"{house} {words[which % len(words)]} {kinds[which // len(words)]}",
        unit=unit,
        zip_code=places()["zips"][which % len(places()["zips"])],
        dwelling=dwelling,
        more={
            "apn": f"{181 + block % 700}-{block // 700:03d}-{place:03d}",
            "tract": f"T{block % 900:03d}" if dice.random() < 0.6 else "",
            "lot": str(place + 1) if dice.random() < 0.6 else "",
            "cross_street": dice.choice(words) if dice.random() < 0.3 else "",
            "lat": f"{46.52 + dice.random() / 10:.6f}",
            "lon": f"{-120.58 + dice.random() / 10:.6f}",
            "meter_location_note": dice.choice(PLACES) if dice.random() < 0.35 else "",
            "access_note": dice.choice(NOTES) if dice.random() < 0.06 else "",
            "owner_occupied": "",
            "year_built": str(built),
            "sqft": str(dice.randint(1200, 22_000) if business else dice.randint(520, 3400)),
            "master_metered": "N",
            "zone_route": f"Z{block % 40:02d}-{block % 97:02d}",
            "jurisdiction_profile": "county" if block % 11 == 0 else "city",
        },
    )
