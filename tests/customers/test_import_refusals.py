"""What an import refuses: rows, files, extracts; and how refused rows come again."""

import csv
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from contact_hub.cli.importing import run as hub_import
from contact_hub.customers.models import (
    Account,
    Customer,
    Finding,
    ImportReject,
)
from contact_hub.customers.queries.freshness import freshness
from contact_hub.customers.rules.layout import FILES
from tests.customers.extracts import (
    ACCOUNTS,
    CUSTOMERS,
    EVERYTHING,
    everything_stored,
    sheet,
)

pytestmark = pytest.mark.django_db(transaction=True)
LATER = "2026-03-09T04:00:00-06:00"


MISFITS = {
    "a number": ("accounts", ACCOUNTS[0] | {"balance": "$80"}, "balance", "not a number"),
    "places": ("accounts", ACCOUNTS[0] | {"balance": "1.005"}, "balance", "decimal places"),
    "a date": ("accounts", ACCOUNTS[0] | {"opened_on": "2026-02-30"}, "opened_on", "not a date"),
    "a code": ("accounts", ACCOUNTS[0] | {"line": "X"}, "line", "is none of"),
    "a flag": ("accounts", ACCOUNTS[0] | {"autopay": "maybe"}, "autopay", "neither Y nor N"),
    "an orphan": (
        "accounts",
        ACCOUNTS[0] | {"customer_id": "C9"},
        "customer_id",
        "not in customers",
    ),
    "needed": ("accounts", ACCOUNTS[0] | {"customer_id": ""}, "customer_id", "it is needed"),
    "too long": (
        "accounts",
        ACCOUNTS[0] | {"bill_cycle": "x" * 11},
        "bill_cycle",
        "longer than 10",
    ),
    "NUL": ("accounts", ACCOUNTS[0] | {"bill_cycle": "a\0b"}, "bill_cycle", "NUL"),
    "encoding": ("accounts", ACCOUNTS[0] | {"bill_cycle": "caf\udce9"}, "bill_cycle", "UTF-8"),
    "encoding of an extra": (
        "accounts",
        ACCOUNTS[0] | {"agency_code": "caf\udce9"},
        "",
        "not text",
    ),
    "twice": ("accounts", ACCOUNTS[1] | {"account_id": "44 1022 7931"}, "account_id", "in line 2"),
    "nameless": ("customers", {"customer_id": "C3"}, "last_name", "neither a person's name"),
    "a secret": (
        "customers",
        CUSTOMERS[0] | {"customer_id": "C3", "tax_id_last4": "12"},
        "tax_id_last4",
        "last four",
    ),
    "no subject": ("flags", {"flag_code": "medical"}, "customer_id", "one of"),
}


@pytest.mark.parametrize("case", MISFITS, ids=str)
def test_a_row_that_does_not_fit_is_refused_with_line_column_and_reason(take, lenient, case):
    name, row, column, reason = MISFITS[case]
    rows = (
        [*EVERYTHING[name], row]
        if case in {"twice", "nameless", "a secret", "no subject"}
        else [*EVERYTHING[name][1:], row]
    )

    run = take(EVERYTHING | {name: rows})

    refused = ImportReject.objects.get(file__run=run, file__name=name)
    assert (refused.line, refused.column) == (len(rows) + 1, column)
    assert reason in refused.said
    assert run.files.get(name=name).rejects == 1


def test_a_row_of_the_wrong_width_and_its_line(take, lenient):
    text = sheet("customers", CUSTOMERS).replace("Kessler & Sons, Ltd.", "Kessler\nand Sons, Ltd.")

    take({}, sheets={"customers": f"{text}C3,P\n"}, customers={"rows": 3})

    refused = ImportReject.objects.get()
    width = len(FILES["customers"].columns) + 1
    assert (refused.line, refused.said) == (5, f"2 columns instead of {width}")
    assert Customer.objects.get(external_id="C2").name == "Kessler\nand Sons, Ltd."


def test_refused_rows_can_be_mended_and_come_again(take, lenient, tmp_path, capsys):
    rows = [ACCOUNTS[0] | {"balance": "eighty"}, ACCOUNTS[1] | {"line": "X"}]
    first = take(
        EVERYTHING
        | {
            "accounts": rows,
            "services": [],
            "bills": [],
            "bill_lines": [],
            "payments": [],
            "flags": [],
            "roles": [],
        }
    )
    path = tmp_path / "var" / "imports" / str(first.pk) / "accounts.rejects.csv"
    assert str(path) in capsys.readouterr().out
    with path.open(newline="") as file:
        refused = list(csv.DictReader(file))
    assert [(row["_line"], row["_column"], row["account_id"]) for row in refused] == [
        ("2", "balance", "44-1022-7931"),
        ("3", "line", "5510000012"),
    ]
    refused[0]["balance"] = "80.00"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, refused[0])
        writer.writeheader()
        writer.writerows(refused)

    assert hub_import(["--file", str(path)]) == 0

    assert Account.objects.get().balance == Decimal(80)
    assert Account.objects.get().as_of == first.as_of
    assert list(ImportReject.objects.filter(file__run=first).values_list("line", "mended")) == [
        (2, True),
        (3, False),
    ]
    assert freshness().as_of == first.as_of


def test_a_file_with_too_many_misfits_changes_nothing(take):
    take(EVERYTHING)
    before = everything_stored()
    rows = [row | {"autopay": "Y"} for row in ACCOUNTS] + [
        ACCOUNTS[0] | {"account_id": "7", "line": "X"}
    ]

    run = take({"accounts": rows}, code=1, at=LATER)

    assert everything_stored() == before
    assert run.state == "failed"
    assert run.files.get().said == "1 of 3 rows do not fit; nothing is written"
    assert freshness().as_of == datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"rows": 3}, "2 rows instead of the 3"),
        ({"total": "92.11"}, "balance adds up to 92.1 instead of the 92.11"),
        ({"sha256": "0" * 64}, "SHA-256"),
    ],
)
def test_a_file_that_is_not_what_the_manifest_says_changes_nothing(take, wrong, reason):
    run = take({"customers": CUSTOMERS, "accounts": ACCOUNTS}, code=1, accounts=wrong)

    assert reason in run.files.get(name="accounts").said
    assert Account.objects.count() == 0
    assert Finding.objects.get().severity == "error"


def test_a_header_that_lacks_a_column_of_the_key_is_no_file_of_ours(take):
    run = take({}, code=1, sheets={"customers": "first_name\nRosa\n"})

    assert run.files.get().said == "the header lacks customer_id"


def test_a_column_that_a_file_has_not_leaves_what_is_known(take):
    take(EVERYTHING)
    text = "account_id,customer_id,line,balance\n4410227931,C1,E,99.00\n"

    take({}, sheets={"accounts": text}, kind="delta", at=LATER)

    account = Account.objects.get(number="4410227931")
    assert (account.balance, account.delivery, account.on_file) == (Decimal(99), "paper", True)


def test_unknown_columns_are_kept_and_told(take):
    run = take(EVERYTHING | {"accounts": [ACCOUNTS[0] | {"pet": "cat"}, ACCOUNTS[1]]})

    assert Account.objects.get(number="4410227931").extra == {"agency_code": "AG7", "pet": "cat"}
    assert "pet" in run.findings.get(check_name="unknown_columns").said


def test_a_telephone_number_that_is_none_keeps_nobody_out(take):
    run = take(EVERYTHING | {"customers": [CUSTOMERS[0] | {"phone1": "ask her"}, CUSTOMERS[1]]})

    assert Customer.objects.get(external_id="C1").extra == {"phone1": "ask her"}
    assert run.findings.get(check_name="unreadable_phone1").count == 1


def test_what_is_said_is_kept_by_name_and_put_into_words_when_it_is_shown(take, lenient):
    rows = [ACCOUNTS[0] | {"balance": "1.005"}, ACCOUNTS[1] | {"past_due": "90"}]

    run = take({"customers": CUSTOMERS, "accounts": rows})

    refused, finding = ImportReject.objects.get(), run.findings.get()
    assert (refused.reason, refused.told) == ("places", {"most": 2})
    assert str(refused) == "2: more than 2 decimal places"
    assert (finding.what, finding.told) == ("past_due_above_balance", {})
    assert str(finding) == "accounts: More is past due than is owed in all."


def test_what_was_kept_as_a_sentence_stays_one(take, lenient):
    take({"customers": CUSTOMERS, "accounts": [ACCOUNTS[0] | {"line": "X"}]})
    ImportReject.objects.update(reason="100% wrong", told={})

    assert ImportReject.objects.get().said == "100% wrong"
