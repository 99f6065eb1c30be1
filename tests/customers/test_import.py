"""Taking over an extract: what is written, what is refused, what is told; from the command."""

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
    Flag,
    FormerFact,
    ImportReject,
    Point,
    Role,
)
from contact_hub.customers.queries.freshness import freshness
from contact_hub.customers.queries.known import as_known
from contact_hub.customers.rules.layout import FILES, in_order
from contact_hub.customers.vault import keys
from contact_hub.inbox.models import Case
from contact_hub.journal.models import Entry
from contact_hub.lib.keyed import is_same
from tests.customers.extracts import (
    ACCOUNTS,
    BILLS,
    CONSENTS,
    CUSTOMERS,
    EVERYTHING,
    everything_stored,
    extract,
)

pytestmark = pytest.mark.django_db(transaction=True)
LATER = "2026-03-09T04:00:00-06:00"


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
    assert is_same("19800203", rosa.birth_keyed, about="birth.C1", keys=keys())
    assert is_same("1234", rosa.tax_keyed, about="tax.C1", keys=keys())
    assert rosa.document_keyed == ""
    assert "1980" not in repr(list(Customer.objects.values()))


def test_whom_an_extract_brings_can_be_found(take):
    take(EVERYTHING)

    assert Face.objects.filter(customer__external_id="C1", account__number="4410227931").exists()


@pytest.mark.parametrize("packed", ["gz", "zip", "archive"])
def test_packed_files_are_read_as_they_are(take, packed):
    run = take(EVERYTHING, packed=packed)

    assert (run.state, Account.objects.count()) == ("done", 2)


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
        in ImportReject.objects.filter(file__name="accounts").get().said
    )
    assert run.state == "done"


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
