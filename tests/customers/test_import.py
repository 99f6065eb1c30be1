"""Taking over an extract: what is written, what is refused, what is told; from the command."""

import csv
import os
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from contact_hub.cli.importing import run as hub_import
from contact_hub.customers.actions import importing
from contact_hub.customers.models import (
    Account,
    Bill,
    BillLine,
    Consent,
    Customer,
    Face,
    Finding,
    Flag,
    FormerFact,
    ImportReject,
    ImportRun,
    Payment,
    Point,
    Role,
    Service,
)
from contact_hub.customers.queries.freshness import freshness
from contact_hub.customers.queries.known import as_known
from contact_hub.customers.rules import parameters
from contact_hub.customers.rules.layout import FILES, in_order
from contact_hub.customers.vault import hash_key
from contact_hub.inbox.models import Case
from contact_hub.journal.models import Entry
from contact_hub.lib.keyed import is_same
from tests.customers.extracts import (
    ACCOUNTS,
    BILL_LINES,
    BILLS,
    CONSENTS,
    CUSTOMERS,
    EVERYTHING,
    SERVICES,
    extract,
    sheet,
)

pytestmark = pytest.mark.django_db(transaction=True)
LATER = "2026-03-09T04:00:00-06:00"


@pytest.fixture(autouse=True)
def _own_place(settings, tmp_path):
    settings.VAR = tmp_path / "var"


@pytest.fixture
def take(tmp_path):
    """Import an extract of these files through the command; give its run."""
    numbers = iter(range(1, 100))

    def make(files, code=0, options=(), **more):
        number = next(numbers)
        place = extract(tmp_path / f"x{number}", files, number=f"X{number}", **more)
        assert hub_import([str(place), *options]) == code
        return ImportRun.objects.first()

    return make


@pytest.fixture
def lenient(monkeypatch):
    """In a few rows one misfit is more than a hundredth."""
    monkeypatch.setitem(parameters.KNOWN, "import.rejects", parameters.Known(1, ""))


def test_everything_lands_whatever_the_order_of_the_files(take):
    run = take(EVERYTHING)

    account = Account.objects.get(number="4410227931")
    assert (run.state, account.customer.name) == ("done", "Rosa Delgado")
    assert str(account.premise) == "12 Alder Way, Alder Creek IL 60601"
    assert (account.line, account.category, account.balance) == (
        "electric",
        "residential",
        Decimal("80.10"),
    )
    assert account.extra == {"agency_code": "AG7"}
    assert (account.source, account.as_of) == ("cis", datetime(2026, 3, 2, 10, tzinfo=UTC))
    assert account.known_from == run.learned_at
    assert Bill.objects.get(external_id="B02").usage == Decimal("412.5")
    assert BillLine.objects.filter(bill__account=account).count() == 4
    assert Flag.objects.get().code == "medical"
    assert Role.objects.get().kind == "co_holder"
    assert Customer.objects.get(external_id="C2").kind == "organisation"


def test_points_are_normal_and_shared(take):
    take(EVERYTHING)

    assert set(Point.objects.values_list("customer__external_id", "kind", "value")) == {
        ("C1", "email", "rosa@cust.test"),
        ("C1", "phone", "+13125550147"),
        ("C1", "post", "12 Alder Way, Alder Creek IL 60601"),
        ("C2", "phone", "+13125550147"),
    }
    assert Point.objects.get(kind="email").confirmed


def test_answers_of_customers_are_kept_only_as_hashes(take):
    take(EVERYTHING)

    rosa = Customer.objects.get(external_id="C1")
    assert is_same("19800203", rosa.birth_keyed, about="birth.C1", keys=[hash_key()])
    assert is_same("1234", rosa.tax_keyed, about="tax.C1", keys=[hash_key()])
    assert rosa.document_keyed == ""
    assert "1980" not in repr(list(Customer.objects.values()))


def test_whom_an_extract_brings_can_be_found(take):
    take(EVERYTHING)

    assert Face.objects.filter(customer__external_id="C1", account__number="4410227931").exists()


@pytest.mark.parametrize("packed", ["gz", "zip", "archive"])
def test_packed_files_are_read_as_they_are(take, packed):
    run = take(EVERYTHING, packed=packed)

    assert (run.state, Account.objects.count()) == ("done", 2)


def everything_stored():
    models = (
        Account,
        Bill,
        BillLine,
        Consent,
        Customer,
        Flag,
        FormerFact,
        Payment,
        Point,
        Role,
        Service,
    )
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_same_extract_twice_changes_nothing(take):
    take(EVERYTHING)
    before, lines = everything_stored(), Entry.objects.count()

    run = take(EVERYTHING)

    assert everything_stored() == before
    assert {(file.new, file.changed) for file in run.files.all()} == {(0, 0)}
    assert Entry.objects.count() == lines + 1  # that it was imported


def test_a_later_extract_without_news_touches_no_row(take):
    take(EVERYTHING)
    before = everything_stored()

    take(EVERYTHING, at=LATER)

    assert everything_stored() == before


def test_what_changed_is_changed_and_what_it_said_is_remembered(take):
    first = take(EVERYTHING)
    account = Account.objects.get(number="4410227931")
    second = take(
        EVERYTHING | {"accounts": [ACCOUNTS[0] | {"autopay": "Y"}, ACCOUNTS[1]]}, at=LATER
    )

    def autopay(on, at):
        return as_known("account", account.pk, "autopay", on=on, at=at)

    account.refresh_from_db()
    assert account.autopay
    assert FormerFact.objects.count() == 1
    assert autopay(date(2026, 4, 1), first.learned_at) is False
    assert autopay(date(2026, 4, 1), second.learned_at) is True
    assert autopay(date(2026, 3, 8), second.learned_at) is False


def test_a_corrected_bill_tells_what_was_believed_when(take):
    first = take(EVERYTHING)
    second = take({"bills": [BILLS[0] | {"usage": "400.125"}]}, kind="delta", at=LATER)
    bill = Bill.objects.get(external_id="B01")

    assert as_known("bill", bill.pk, "usage", on=date(2026, 1, 9), at=first.learned_at) == Decimal(
        "412.5"
    )
    assert as_known("bill", bill.pk, "usage", on=date(2026, 1, 9), at=second.learned_at) == Decimal(
        "400.125"
    )


def test_a_full_extract_marks_whom_it_leaves_out_and_removes_nobody(take, make_case):
    take(EVERYTHING)
    case = make_case(account=Account.objects.get(number="5510000012"))

    take({"customers": CUSTOMERS[:1], "accounts": ACCOUNTS[:1]}, at=LATER)

    assert not Account.objects.get(number="5510000012").on_file
    assert not Customer.objects.get(external_id="C2").on_file
    assert not Point.objects.get(customer__external_id="C2").on_file
    case.refresh_from_db()
    assert case.account.number == "5510000012"
    take(EVERYTHING, at="2026-03-16T04:00:00-06:00")
    assert Account.objects.get(number="5510000012").on_file


def test_a_delta_marks_nobody_and_removes_what_its_tombstones_name(take, make_case):
    take(EVERYTHING)
    bills = [{"bill_id": "B01", "account_id": "4410227931", "bill_date": "", "op": "D"}]

    take({"bills": bills}, kind="delta", at=LATER)

    assert list(Bill.objects.values_list("external_id", flat=True)) == ["B02"]
    assert FormerFact.objects.filter(entity="bill", field="usage").exists()
    assert Account.objects.filter(on_file=True).count() == 2


def test_a_tombstone_removes_no_account_that_contacts_hang_on(take, make_case):
    take(EVERYTHING)
    case = make_case(account=Account.objects.get(number="4410227931"))
    gone = [{"account_id": one["account_id"], "op": "D"} for one in ACCOUNTS]

    take({"accounts": gone}, kind="delta", at=LATER)

    assert [(one.number, one.on_file) for one in Account.objects.all()] == [("4410227931", False)]
    case.refresh_from_db()
    assert case.account is not None


def test_a_full_extract_may_not_say_that_something_is_gone(take, lenient):
    run = take(EVERYTHING | {"accounts": [ACCOUNTS[0] | {"op": "D"}, ACCOUNTS[1]]})

    assert (
        "only an extract of changes"
        in ImportReject.objects.filter(file__name="accounts").get().reason
    )
    assert run.state == "done"


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
    assert reason in refused.reason
    assert run.files.get(name=name).rejects == 1


def test_a_row_of_the_wrong_width_and_its_line(take, lenient):
    text = sheet("customers", CUSTOMERS).replace("Kessler & Sons, Ltd.", "Kessler\nand Sons, Ltd.")

    take({}, sheets={"customers": f"{text}C3,P\n"}, customers={"rows": 3})

    refused = ImportReject.objects.get()
    width = len(FILES["customers"].columns) + 1
    assert (refused.line, refused.reason) == (5, f"2 columns instead of {width}")
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
    assert run.files.get().trouble == "1 of 3 rows do not fit; nothing is written"
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

    assert reason in run.files.get(name="accounts").trouble
    assert Account.objects.count() == 0
    assert Finding.objects.get().severity == "error"


def test_a_header_that_lacks_a_column_of_the_key_is_no_file_of_ours(take):
    run = take({}, code=1, sheets={"customers": "first_name\nRosa\n"})

    assert run.files.get().trouble == "the header lacks customer_id"


def test_a_column_that_a_file_has_not_leaves_what_is_known(take):
    take(EVERYTHING)
    text = "account_id,customer_id,line,balance\n4410227931,C1,E,99.00\n"

    take({}, sheets={"accounts": text}, kind="delta", at=LATER)

    account = Account.objects.get(number="4410227931")
    assert (account.balance, account.delivery, account.on_file) == (Decimal(99), "paper", True)


def test_unknown_columns_are_kept_and_told(take):
    run = take(EVERYTHING | {"accounts": [ACCOUNTS[0] | {"pet": "cat"}, ACCOUNTS[1]]})

    assert Account.objects.get(number="4410227931").extra == {"agency_code": "AG7", "pet": "cat"}
    assert "pet" in run.findings.get(check_name="unknown_columns").words


def test_a_telephone_number_that_is_none_keeps_nobody_out(take):
    run = take(EVERYTHING | {"customers": [CUSTOMERS[0] | {"phone1": "ask her"}, CUSTOMERS[1]]})

    assert Customer.objects.get(external_id="C1").extra == {"phone1": "ask her"}
    assert run.findings.get(check_name="unreadable_phone1").count == 1


CONTRADICTIONS = {
    "past_due_above_balance": {"accounts": [ACCOUNTS[0] | {"past_due": "90.00"}, ACCOUNTS[1]]},
    "closed_without_end": {"accounts": [ACCOUNTS[0] | {"closed_on": "2026-01-01"}, ACCOUNTS[1]]},
    "meter_of_two_accounts": {
        "services": [SERVICES[0], SERVICES[1] | {"meter_id": "M-1", "line": "E"}]
    },
    "premise_of_two_accounts": {
        "services": [SERVICES[0], SERVICES[1] | {"premise_id": "P1", "line": "E"}]
    },
    "closed_account_is_served": {"accounts": [ACCOUNTS[0] | {"status": "closed"}, ACCOUNTS[1]]},
    "bill_period": {"bills": [BILLS[0] | {"period_to": "2025-01-01"}, BILLS[1]]},
    "past_due_without_bill": {
        "accounts": [ACCOUNTS[0] | {"past_due": "9.00"}, ACCOUNTS[1]],
        "bills": [one | {"due_date": "2026-09-01"} for one in BILLS],
    },
    "bill_lines_sum": {"bill_lines": [BILL_LINES[0] | {"amount": "71.00"}, *BILL_LINES[1:]]},
    "flag_of_another_customer": {
        "flags": [{"customer_id": "C2", "account_id": "4410227931", "flag_code": "fraud"}],
        "roles": [],
    },
    "role_of_the_holder": {
        "roles": [{"customer_id": "C1", "account_id": "4410227931", "role": "guarantor"}]
    },
}


@pytest.mark.parametrize("check", CONTRADICTIONS)
def test_what_contradicts_itself_is_told_and_left_as_it_is(take, check):
    assert not Finding.objects.exists()

    run = take(EVERYTHING | CONTRADICTIONS[check])

    assert run.state == "done"
    assert [one.check_name for one in run.findings.all()] == [check]
    assert run.findings.get().examples[0]["key"]


def test_an_extract_without_contradictions_has_no_findings(take):
    assert not take(EVERYTHING).findings.exists()


def test_consents_are_added_only_when_they_changed(take):
    take(EVERYTHING)
    email = Point.objects.get(kind="email")
    again = [CONSENTS[0] | {"captured_at": "2025-06-01T00:00:00+00:00"}]
    revoked = [CONSENTS[0] | {"captured_at": "2025-07-01T00:00:00+00:00", "status": "revoked"}]

    take({"contact_consents": again}, kind="delta", at=LATER)
    assert Consent.objects.count() == 1
    Consent.objects.create(point=email, channel="email", purpose="service", granted=False,
                           source="link", at=datetime(2026, 1, 1, tzinfo=UTC))  # fmt: skip
    take({"contact_consents": again}, kind="delta", at=LATER)
    take({"contact_consents": revoked}, kind="delta", at=LATER)

    assert Consent.objects.count() == 2
    assert not Consent.objects.order_by("-at").first().granted


def test_a_preview_tells_what_would_change_and_changes_nothing(take, capsys):
    take(EVERYTHING)
    before = everything_stored()
    files = {
        "customers": [*CUSTOMERS, CUSTOMERS[0] | {"customer_id": "C3"}],
        "accounts": [
            ACCOUNTS[0] | {"autopay": "Y"},
            ACCOUNTS[0] | {"account_id": "88", "customer_id": "C3"},
        ],
    }

    run = take(files, at=LATER, options=["--preview"])

    assert everything_stored() == before
    accounts = run.files.get(name="accounts")
    assert (accounts.new, accounts.changed, accounts.same, accounts.gone) == (1, 1, 0, 1)
    assert "would change this" in capsys.readouterr().out
    assert not any(name.startswith("import_") for name in connection.introspection.table_names())


def test_only_the_files_that_are_asked_for(take, tmp_path):
    run = take(EVERYTHING, options=["--file", "customers.csv"])

    assert [file.name for file in run.files.all()] == ["customers"]
    assert freshness().tone == "none"


def test_an_older_extract_is_refused(take, tmp_path, capsys):
    take(EVERYTHING, at=LATER)
    place = extract(tmp_path / "old", EVERYTHING, number="OLD")

    assert hub_import([str(place)]) == os.EX_DATAERR

    assert "which is here already" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        None,
        "{",
        "[]",
        '{"files": {}}',
        '{"extract_id": 1, "extracted_at": "2026-01-01", "files": {}}',
    ],
)
def test_what_is_no_extract_is_said_to_be_none(tmp_path, capsys, content):
    place = tmp_path / "none"
    place.mkdir()
    if content is not None:
        (place / "manifest.json").write_text(content)

    assert hub_import([str(place)]) == os.EX_DATAERR

    assert "manifest.json" in capsys.readouterr().err


def test_one_import_at_a_time(take, tmp_path):
    from contact_hub.customers.actions.importing.locking import alone

    place = extract(tmp_path / "x", EVERYTHING)
    with _held_elsewhere(alone):
        assert hub_import([str(place)]) == os.EX_TEMPFAIL
    assert Account.objects.count() == 0
    assert hub_import([str(place)]) == 0


def _held_elsewhere(alone):
    """Another process, as far as the lock can tell: another connection, another open file."""
    import threading
    from contextlib import contextmanager

    @contextmanager
    def held():
        has, done = threading.Event(), threading.Event()

        def hold():
            with alone():
                has.set()
                done.wait(30)
            connection.close()

        thread = threading.Thread(target=hold)
        thread.start()
        has.wait(30)
        yield
        done.set()
        thread.join()

    return held()


def test_a_run_that_was_given_up_is_not_carried_out(tmp_path, lee):
    run = importing.prepare(extract(tmp_path / "x", EVERYTHING), by=lee)

    assert importing.give_up(run, by=lee)

    assert importing.carry_out(run).state == "stopped"
    assert not importing.give_up(run, by=lee)
    assert Account.objects.count() == 0


def test_freshness_says_how_old_the_mirror_is(take):
    assert freshness().tone == "none"
    take(EVERYTHING)

    ages = [(2, 12), (3, 12), (6, 12)]
    tones = [freshness(now=datetime(2026, 3, day, hour, tzinfo=UTC)).tone for day, hour in ages]

    assert tones == ["fresh", "amber", "red"]


def test_files_come_after_those_that_they_refer_to():
    order = in_order([*reversed(FILES)])

    for name in order:
        assert all(order.index(other) < order.index(name) for other in FILES[name].refers_to)


def test_history_stays_with_a_case_whose_customer_is_gone(take, make_case):
    take(EVERYTHING)
    case = make_case(customer=Customer.objects.get(external_id="C2"))

    take({"customers": [{"customer_id": "C2", "op": "D"}]}, kind="delta", at=LATER)

    assert Case.objects.get(pk=case.pk).customer.external_id == "C2"
    assert not Customer.objects.get(external_id="C2").on_file
