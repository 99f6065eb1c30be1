"""The extract of the fictional billing system: its sums agree, and what it names is there."""

import csv
import gzip
import hashlib
import json
import re
from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest

from contact_hub.sample.actions.extracting import write_delta, write_full
from contact_hub.sample.errors import NotEmpty
from contact_hub.sample.rules import extracts
from contact_hub.sample.rules.columns import COLUMNS, MONEY, key_of
from contact_hub.sample.rules.extracts import Plan
from contact_hub.sample.rules.numbers import check_digit
from contact_hub.sample.rules.town import citizens

DAY = date(2026, 3, 2)
PLAN = Plan(accounts=1200, seed=11, day=DAY.toordinal())
TOWN = citizens(seed=11, today=DAY)
ACCOUNTS, CUSTOMERS, PREMISES = "account_id", "customer_id", "premise_id"


class Extract(dict):
    """The rows of each file; an extract is small enough here to be held."""

    def __init__(self, directory):
        super().__init__(
            {path.name.partition(".")[0]: read(path) for path in sorted(directory.glob("*.csv*"))}
        )
        self.manifest = json.loads((directory / "manifest.json").read_text())
        self.directory = directory


def read(path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def money(text):
    return Decimal(text or "0")


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    directory = tmp_path_factory.mktemp("full")
    write_full(directory, PLAN, citizens=TOWN)
    return Extract(directory)


@pytest.fixture(scope="module")
def delta(tmp_path_factory):
    directory = tmp_path_factory.mktemp("delta")
    write_delta(directory, PLAN)
    return Extract(directory)


@pytest.fixture(scope="module")
def lines(full):
    found = defaultdict(list)
    for line in full["bill_lines"]:
        found[line["bill_id"]].append(line)
    return found


# ---- the files ---------------------------------------------------------------------------------


def test_every_file_has_its_columns_and_something_in_it(full):
    assert full.keys() == COLUMNS.keys()
    for file, rows in full.items():
        assert rows, file
        assert tuple(rows[0]) == COLUMNS[file]


def test_the_manifest_tells_rows_sums_and_hashes(full):
    files = full.manifest["files"]

    assert full.manifest["kind"] == "full"
    assert full.manifest["extracted_at"].startswith("2026-03-02T")
    for file, rows in full.items():
        told = files[f"{file}.csv"]
        data = (full.directory / f"{file}.csv").read_bytes()
        assert told["rows"] == len(rows), file
        assert told["sha256"] == hashlib.sha256(data).hexdigest()
        if file in MONEY:
            assert Decimal(told["total"]) == sum(money(row[MONEY[file]]) for row in rows), file


def test_the_delta_has_a_manifest_that_is_true_too(delta):
    assert delta.manifest["kind"] == "delta"
    for file, rows in delta.items():
        told = delta.manifest["files"][f"{file}.csv"]
        assert told["rows"] == len(rows)
        if file in MONEY:
            assert Decimal(told["total"]) == sum(money(row[MONEY[file]]) for row in rows), file


def test_packed_files_hold_the_same_and_are_hashed_as_they_lie_there(tmp_path, full):
    write_full(tmp_path, PLAN, packed=True, citizens=TOWN)
    packed = Extract(tmp_path)

    assert dict(packed) == dict(full)
    told = packed.manifest["files"]["bills.csv.gz"]
    assert told["sha256"] == hashlib.sha256((tmp_path / "bills.csv.gz").read_bytes()).hexdigest()


def test_keys_are_there_once(full):
    for file, rows in full.items():
        keys = Counter(tuple(row[column] for column in key_of(file)) for row in rows)
        assert [key for key, count in keys.items() if count > 1] == [], file


REFERENCES = {
    "accounts": ACCOUNTS, "customers": CUSTOMERS, "premises": PREMISES, "bills": "bill_id",
    "arrangements": "arrangement_id",
}  # fmt: skip


@pytest.mark.parametrize(("file", "column"), REFERENCES.items())
def test_what_a_row_refers_to_is_in_the_extract(full, file, column):
    known = {row[column] for row in full[file]}
    others = {column, "owner_customer_id"} if file == "customers" else {column}
    missing = {
        (name, row[one])
        for name, rows in full.items()
        for row in rows
        for one in others & row.keys()
        if row[one] and row[one] not in known
    }

    assert missing == set()


def test_readings_are_of_meters_that_a_service_has(full):
    assert {row["meter_id"] for row in full["meters_reads"]} <= {
        row["meter_id"] for row in full["services"]
    }


# ---- money -------------------------------------------------------------------------------------


def test_the_lines_of_each_bill_sum_to_its_charges(full, lines):
    for bill in full["bills"]:
        amounts = [money(line["amount"]) for line in lines[bill["bill_id"]]]
        assert sum(amounts) == money(bill["current_charges"]), bill


def test_each_line_is_its_quantity_times_its_price(full):
    for line in full["bill_lines"]:
        exact = money(line["quantity"]) * money(line["rate"])
        assert exact.quantize(Decimal("0.01"), ROUND_HALF_UP) == money(line["amount"]), line


def test_taxes_are_the_lines_that_are_taxes(full, lines):
    for bill in full["bills"]:
        taxes = sum(
            money(line["amount"]) for line in lines[bill["bill_id"]] if line["code"] == "TAX"
        )
        assert taxes == money(bill["taxes"])


def test_bills_follow_from_one_another(full):
    before = {}
    for bill in full["bills"]:
        account = bill["account_id"]
        assert money(bill["total_due"]) == (
            money(bill["prior_balance"])
            - money(bill["payments"])
            + money(bill["adjustments"])
            + money(bill["current_charges"])
        )
        if account in before:
            assert bill["prior_balance"] == before[account]["total_due"]
        before[account] = bill


def test_balances_are_what_was_billed_and_not_paid(full):
    owed = defaultdict(Decimal)
    for bill in full["bills"]:
        owed.setdefault(bill["account_id"], money(bill["prior_balance"]))
        owed[bill["account_id"]] += money(bill["current_charges"])
    for row in full["adjustments"]:
        owed[row["account_id"]] += money(row["amount"])
    for row in full["payments"]:
        if row["status"] == "posted":
            owed[row["account_id"]] -= money(row["amount"])

    billed = {bill["account_id"] for bill in full["bills"]}
    known = {row["account_id"]: money(row["balance"]) for row in full["accounts"]}
    assert len(billed) > 1000
    assert {account: known[account] for account in billed} == {
        account: owed[account] for account in billed
    }


def test_prices_on_bills_are_those_of_the_tariff_on_that_day(full, lines):
    prices = defaultdict(list)
    for row in full["rates"]:
        prices[row["component"]].append(row)
    checked = 0
    for bill in full["bills"]:
        for line in lines[bill["bill_id"]]:
            if line["code"] == "LEVEL":
                continue
            day = bill["period_to"]
            fitting = {
                money(row["price"])
                for row in prices[line["code"]]
                if row["effective_from"] <= day
                and (not row["effective_to"] or day <= row["effective_to"])
                and (
                    line["code"] not in {"ENERGY", "WATER", "CUSTOMER", "BASE"}
                    or row["rate_code"] == bill["rate_code"]
                )
            }
            assert money(line["rate"]) in fitting, (bill, line)
            checked += 1
    assert checked > 10_000
    assert len({row["price"] for row in full["rates"] if row["component"] == "CUSTOMER"}) > 6


def test_tiers_hold_what_the_tariff_says(full, lines):
    bills = [b for b in full["bills"] if b["rate_code"] == "W-R" and int(b["days"]) > 24]
    assert bills
    for bill in bills:
        tiers = [line for line in lines[bill["bill_id"]] if line["code"] == "WATER"]
        assert sum(money(line["quantity"]) for line in tiers) == money(bill["usage"])
        for line, most in zip(tiers, (8, 12, 10**6), strict=False):
            assert money(line["quantity"]) <= most


# ---- meters ------------------------------------------------------------------------------------


def test_use_is_the_difference_of_two_readings_and_is_what_is_billed(full):
    meters = {}
    for row in full["services"]:
        if row["meter_id"]:
            meters[row["meter_id"]] = row["account_id"]
    readings = defaultdict(list)
    for row in full["meters_reads"]:
        readings[row["meter_id"]].append(row)
    used = {}
    for meter, rows in readings.items():
        for before, row in pairwise(rows):
            assert before["read_date"] < row["read_date"]
            assert int(row["read"]) - int(before["read"]) == int(row["usage"])
            used[meters[meter], row["read_date"]] = row

    metered = [bill for bill in full["bills"] if bill["uom"]]
    assert metered
    for bill in metered:
        reading = used[bill["account_id"], bill["period_to"]]
        assert reading["usage"] == bill["usage"]
        assert reading["days"] == bill["days"]
        assert (reading["read_code"] == "estimated") == (bill["estimated_flag"] == "Y")


def test_what_was_estimated_is_caught_up_with(full):
    codes = defaultdict(list)
    for row in full["meters_reads"]:
        codes[row["meter_id"]].append(row["read_code"])
    pairs = [(code, after) for rows in codes.values() for code, after in pairwise(rows)]

    assert ("estimated", "actual") in pairs


def test_use_has_its_seasons(full):
    lines = {row["account_id"]: (row["line"], row["class"]) for row in full["accounts"]}
    mean = defaultdict(list)
    for bill in full["bills"]:
        if bill["uom"] and lines[bill["account_id"]][1] == "RES":
            mean[lines[bill["account_id"]][0], bill["period_to"][5:7]].append(int(bill["usage"]))
    mean = {key: sum(values) / len(values) for key, values in mean.items()}

    assert mean["E", "01"] > 1.3 * mean["E", "05"]
    assert mean["E", "08"] > 1.1 * mean["E", "05"]
    assert mean["W", "08"] > 2 * mean["W", "02"]


# ---- people ------------------------------------------------------------------------------------


def test_account_numbers_have_ten_digits_of_which_the_last_checks_the_others(full):
    for row in full["accounts"]:
        number = row["account_id"]
        assert re.fullmatch(r"\d{10}", number)
        assert check_digit(number[:9]) == number[9]


def test_the_check_digit_is_that_of_modulus_10_and_no_single_wrong_digit_passes():
    assert check_digit("7992739871") == "3"  # the example everybody gives
    number = "123456789" + check_digit("123456789")
    for place, right in enumerate(number):
        for digit in set("0123456789") - {right}:
            wrong = number[:place] + digit + number[place + 1 :]
            assert check_digit(wrong[:9]) != wrong[9]


def test_nobody_can_be_reached(full):
    """Addresses of mail and telephones belong to nobody."""
    text = "\n".join(
        (full.directory / f"{file}.csv").read_text() for file in ("customers", "authorized_parties")
    )
    hosts = set(re.findall(r"@([\w.-]+)", text))
    phones = {row[one] for row in full["customers"] for one in ("phone1", "phone2") if row[one]}
    phones |= {row["phone"] for row in full["authorized_parties"] if row["phone"]}

    assert {
        host for host in hosts if not re.search(r"(\.test|\.example|^example\.\w+)$", host)
    } == set()
    assert {phone for phone in phones if not re.fullmatch(r"\+1[2-9]\d\d555\d{4}", phone)} == set()


def test_there_is_everybody_that_one_meets_at_a_counter(full):
    customers = {row["customer_id"]: row for row in full["customers"]}
    names = Counter(
        (row["first_name"], row["last_name"]) for row in full["customers"] if row["last_name"]
    )
    phones = Counter(row["phone1"] for row in full["customers"] if row["phone1"])
    held = Counter(row["customer_id"] for row in full["accounts"])
    managed = Counter(
        row["customer_id"] for row in full["roles"] if row["role"] == "property_manager"
    )
    roles = {row["role"] for row in full["roles"]}
    flags = {row["flag_code"] for row in full["flags"]}

    assert roles == {
        "co_holder", "landlord", "tenant", "property_manager", "executor", "guarantor",
    }  # fmt: skip
    assert max(names.values()) > 1  # namesakes
    assert sum(count > 1 for count in phones.values()) > 20  # households and offices
    assert max(held.values()) >= 3
    assert max(managed.values()) > 10
    assert {"O", "P"} == {row["type"] for row in customers.values()}
    assert any(re.search(r"[áéíóúñ]", row["last_name"]) for row in customers.values())
    assert any(re.search(r"[ -]", row["last_name"]) for row in customers.values())
    assert any(row["mail_city"] != "Alder Creek" for row in customers.values())
    assert len(flags) >= 12
    assert any(not row["owner_customer_id"] for row in full["citations"])
    assert {"posted", "returned"} == {row["status"] for row in full["payments"]}
    assert {"kept", "broken"} <= {row["status"] for row in full["arrangements"]}
    assert {"active", "closed", "final"} <= {row["status"] for row in full["accounts"]}


def test_addresses_are_told_once(full):
    told = Counter((row["addr1"], row["addr2"], row["zip"]) for row in full["premises"])

    assert [address for address, count in told.items() if count > 1] == []


def test_places_change_hands(full):
    accounts = {row["account_id"]: row for row in full["accounts"]}
    there = defaultdict(list)
    for row in full["services"]:
        if row["line"] == "E":
            there[row["premise_id"]].append(accounts[row["account_id"]])
    changed = [rows for rows in there.values() if len(rows) > 1]

    assert len(changed) > 30
    for rows in changed:
        before, now = sorted(rows, key=lambda row: row["opened_on"])
        assert before["closed_on"] <= now["opened_on"]


def test_the_cast_of_the_demo_is_in_it_with_bills_of_its_own(full):
    customers = {row["email"]: row for row in full["customers"] if row["email"]}
    accounts = {row["account_id"]: row for row in full["accounts"]}
    billed = Counter(row["account_id"] for row in full["bills"])

    for citizen in TOWN:
        assert citizen.email in customers
        for holding in citizen.accounts:
            assert accounts[holding.number]["line"] == holding.line[0].upper()
            assert billed[holding.number] > 3


# ---- again, and later --------------------------------------------------------------------------


def test_the_same_seed_writes_the_same_and_another_one_does_not():
    once = extracts.full(PLAN, first=0, last=40)
    again = extracts.full(PLAN, first=0, last=40)
    other = extracts.full(Plan(accounts=1200, seed=12, day=PLAN.day), first=0, last=40)

    assert once.rows == again.rows
    assert once.rows["customers"] != other.rows["customers"]


def test_an_account_is_the_same_alone_and_in_an_extract_that_grew(full):
    alone = extracts.full(Plan(accounts=1000, seed=11, day=PLAN.day), first=777, last=778)
    many = extracts.full(Plan(accounts=100_000, seed=11, day=PLAN.day), first=760, last=800)

    assert len(alone.rows["accounts"]) == 1
    assert len(alone.rows["bills"]) > 0
    for file, rows in alone.rows.items():
        assert set(rows) <= set(many.rows[file]), file
    written = (full.directory / "accounts.csv").read_text().splitlines()
    assert alone.rows["accounts"][0] in written


def test_several_processes_write_what_one_does(tmp_path, full):
    write_full(tmp_path, PLAN, jobs=2, citizens=TOWN)

    assert Extract(tmp_path).manifest == full.manifest


def test_a_batch_holds_no_more_than_its_accounts_however_many_there_are():
    huge = Plan(accounts=1_000_000, seed=11, day=PLAN.day)
    batch = extracts.full(huge, first=999_960, last=1_000_400)

    assert len(batch.rows["accounts"]) == 40
    assert len(batch.rows["bills"]) <= 40 * 26


def test_a_directory_that_holds_an_extract_is_left_alone(tmp_path):
    write_full(tmp_path, Plan(accounts=1, seed=1, day=PLAN.day))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with pytest.raises(NotEmpty):
        write_full(tmp_path, PLAN)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def applied(full, delta):
    """The full extract with the later one put over it."""
    found = {}
    for file, rows in full.items():
        kept = {tuple(row[one] for one in key_of(file)): row for row in rows}
        for row in delta[file]:
            key = tuple(row[one] for one in key_of(file))
            if row.get("op") == "D":
                assert key in kept, (file, key)
                del kept[key]
            else:
                kept[key] = row
        found[file] = list(kept.values())
    return found


def test_the_later_extract_has_changes_new_bills_moves_and_tombstones(full, delta):
    known = {row["account_id"]: row for row in full["accounts"]}
    changed = [row for row in delta["accounts"] if row["account_id"] in known and row["op"] == "U"]
    fresh = [row for row in delta["accounts"] if row["account_id"] not in known]

    assert len(delta["accounts"]) < len(full["accounts"]) / 10
    assert any(row["balance"] != known[row["account_id"]]["balance"] for row in changed)
    assert any(row["closed_on"] and not known[row["account_id"]]["closed_on"] for row in changed)
    assert fresh
    assert {row["bill_id"] for row in delta["bills"]} - {row["bill_id"] for row in full["bills"]}
    assert any(row["op"] == "D" for row in delta["accounts"])


def test_bills_go_on_where_the_full_extract_ended(full, delta):
    both = applied(full, delta)
    last = {}
    for bill in sorted(both["bills"], key=lambda row: row["bill_date"]):
        if bill["account_id"] in last:
            assert bill["prior_balance"] == last[bill["account_id"]]["total_due"]
        last[bill["account_id"]] = bill
    known = {row["bill_id"] for row in both["bills"]}
    assert {row["bill_id"] for row in both["bill_lines"]} == known


def test_what_was_billed_or_paid_before_is_not_written_again_unless_it_changed(full, delta):
    known = {row["bill_id"] for row in full["bills"]}

    assert [row for row in delta["bills"] if row["bill_id"] in known] == []
