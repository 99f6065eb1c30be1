"""Any clean and dirty records, matched: the part of bench/matching.py behind --clean and --dirty.

    python bench/matching.py --clean clean.csv --dirty dirty.csv --map \
        id=rec_id,last=surname,first=given_name,house=street_number,street=address_1,zip=postcode

--map says which column holds what: id, last, first, house, street, unit, city, zip, phone, email,
number (of the account). A dirty record's clean one has the same id; of an id only its first number
counts, if it has one. Without --dirty the clean file is searched for its own duplicates.

Prints how often the right record comes first, among three, among ten, for each set of fields that
the records have; and precision, recall and F1 of taking two records for one where that is likelier
than not.
"""

from __future__ import annotations

import csv
import random
import re
import time
from collections import Counter
from math import log2

from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import Account, Customer, Point, Premise
from contact_hub.customers.queries.matching import Search
from contact_hub.customers.rules.matching import Told
from contact_hub.customers.rules.scoring import form

Record = dict[str, str]
FIELDS = (
    "last", "first", "house", "street", "unit", "city", "zip", "phone", "email", "number",
)  # fmt: skip
SETS = (
    ("last",), ("last", "first"), ("house", "street"), ("last", "first", "zip"),
    ("last", "house", "street"), ("last", "house", "zip"), ("last", "first", "house", "street"),
    ("last", "first", "house", "street", "zip"), ("phone",), ("last", "first", "phone"),
    ("email",), ("last", "first", "email"), ("number",), ("last", "number"),
)  # fmt: skip


def run(clean: str, dirty: str | None, columns: str, queries: int) -> None:
    named = dict(pair.split("=", 1) for pair in columns.split(","))
    on_file = _read(clean, named)
    asked = _read(dirty, named) if dirty else on_file
    keep(on_file)
    own = {record["id"]: at for at, record in enumerate(on_file, 1)} if dirty else {}
    if dirty:
        _look_up(on_file, asked, own, queries)
    _link(on_file, asked, itself=not dirty)


def keep(records: list[Record]) -> None:
    """Put records on file, numbered from 1."""
    each = list(enumerate(records, 1))
    Customer.objects.bulk_create(
        Customer(pk=at, name=f"{r['first']} {r['last']}".strip(), first_name=r["first"][:80],
                 last_name=r["last"][:80]) for at, r in each
    )  # fmt: skip
    Premise.objects.bulk_create(
        Premise(pk=at, street=f"{r['house']} {r['street']}".strip(), unit=r["unit"][:40],
                city=r["city"], zip_code=r["zip"]) for at, r in each
    )  # fmt: skip
    Account.objects.bulk_create(
        Account(pk=at, number=r["number"] or f"N{at}", customer_id=at, premise_id=at)
        for at, r in each
    )
    for kind in ("phone", "email"):
        Point.objects.bulk_create(
            Point(customer_id=at, kind=kind, value=r[kind]) for at, r in each if r[kind]
        )
    renew([at for at, _record in each])


def told(record: Record, fields: tuple[str, ...]) -> Told:
    """What somebody would say who knows these fields of a record."""
    known = {one: record[one] if one in fields else "" for one in record}
    name = ", ".join(part for part in (known["last"], known["first"]) if part)
    values = {
        "names": name,
        "streets": f"{known['house']} {known['street']}".strip(),
        "zips": known["zip"],
        "units": known["unit"],
        "cities": known["city"],
        "phones": known["phone"],
        "emails": known["email"],
        "numbers": known["number"],
    }
    return Told(**{one: (value,) for one, value in values.items() if value})


def _read(path: str, named: dict[str, str]) -> list[Record]:
    with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123  # csv wants it so
        rows = [
            {one: (row.get(column) or "").strip() for one, column in named.items()}
            for row in csv.DictReader(file, skipinitialspace=True)
        ]
    blank = dict.fromkeys((*FIELDS, "id"), "")
    found = [blank | row for row in rows]
    for row in found:
        number = re.search(r"\d+", row["id"])
        row["id"] = number[0] if number else row["id"]
    return found


def _look_up(on_file: list[Record], asked: list[Record], own: dict[str, int], queries: int) -> None:
    dice = random.Random(1)
    print(f"{len(on_file)} on file, {queries} asked for by what they know\n")
    print(f"{'known':36}asked  top 1  top 3 top 10 candidates   p50 ms")
    for fields in SETS:
        able = [r for r in asked if all(r[one] for one in fields) and r["id"] in own]
        if not able:
            continue
        places: Counter[int] = Counter()
        spent = []
        for record in dice.sample(able, min(queries, len(able))):
            begin = time.process_time()
            ranked = Search(told(record, fields), form(told(record, fields))).run().ranked()
            spent.append(1000 * (time.process_time() - begin))
            customers = [hit.customer for _bits, hit in ranked]
            right = own[record["id"]]
            places[customers.index(right) if right in customers else 10**6] += 1
        n = places.total()
        tops = [sum(c for place, c in places.items() if place < top) / n for top in (1, 3, 10)]
        seen = 1 - places[10**6] / n
        shares = " ".join(f"{one:6.3f}" for one in tops)
        print(f"{'+'.join(fields):36}{n:5} {shares} {seen:10.3f} {sorted(spent)[n // 2]:8.2f}")


def _link(on_file: list[Record], asked: list[Record], *, itself: bool) -> None:
    """Take two records for one where that is likelier than not, by name and address."""
    fields = ("last", "first", "house", "street", "zip", "city", "unit")
    ids = [record["id"] for record in on_file]
    of_id = Counter(ids)
    true = sum(n * (n - 1) // 2 for n in of_id.values()) if itself else sum(
        of_id[record["id"]] for record in asked
    )  # fmt: skip
    found: set[tuple[int, int]] = set()
    for at, record in enumerate(asked, 1):
        search = Search(told(record, fields), form(told(record, fields))).run()
        search.reach()
        for bits, hit in search.ranked():
            if bits > log2(len(on_file)) and not (itself and hit.customer == at):
                found.add((min(at, hit.customer), max(at, hit.customer)) if itself
                          else (at, hit.customer))  # fmt: skip
    right = sum(asked[one - 1]["id"] == ids[other - 1] for one, other in found)
    precision, recall = right / max(len(found), 1), right / max(true, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(
        f"\nname and address, all pairs: precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}"
    )
