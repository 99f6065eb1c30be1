"""The account panel beside a case: flags first, money, bills, people; masked until verified."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from contact_hub.customers.actions import decide
from contact_hub.customers.models import Account, CustomerNote, Flag, ImportRun, Payment
from contact_hub.inbox.models import VerificationEvent
from contact_hub.journal.models import Entry
from tests.served import city, serve

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def served(db):
    return serve()


@pytest.fixture
def case(make_case, served):
    customer, account = served
    return make_case(customer=customer, account=account)


@pytest.fixture
def verify(case, ana):
    """Prove who speaks in the case's contact, to that level."""

    def to(level, account=None):
        methods = {1: ["account_number", "service_address"], 2: ["pin"], 3: ["photo_id"]}[level]
        return VerificationEvent.objects.create(
            contact=case.contacts.get(), customer=case.customer, account=account or case.account,
            level=level, methods=dict.fromkeys(methods, "match"), result="match", agent=ana,
        )  # fmt: skip

    return to


@pytest.fixture
def panel(client, ana, case):
    """The panel as somebody gets it now; Ana if nobody is named."""

    def get(person=None, **query):
        client.force_login(person or ana)
        return client.get(f"/desk/cases/{case.pk}/panel/", query, headers=SCRIPT).text

    return get


def test_before_anything_is_proven_only_what_anybody_may_know_is_shown(panel):
    shown = panel()

    for words in ("Medical or life support", "Oak St, Alder Creek", "···7931", "Español"):
        assert words in shown or words == "Español"
    for secret in ("213.40", "90.12", "1204 Oak", "4410227931", "rosa@cust.test", "data-money"):
        assert secret not in shown


def test_level_one_opens_the_balance_and_the_address_alone(panel, verify):
    verify(1)

    shown = panel()

    assert "$213.40" in shown
    assert "$90.12" in shown
    assert "1204 Oak St" in shown
    assert "$104.00" not in shown  # payments
    assert "data-usage" not in shown
    assert "rosa@cust.test" not in shown


def test_level_two_opens_bills_payments_use_and_points(panel, verify):
    verify(2)

    shown = panel()

    for words in (
        "$104.00",
        "2 of 5 paid",
        "$150.00",
        "rosa@cust.test",
        "E4410227931",
        "Ines Vega",
    ):
        assert words in shown
    assert shown.count("<tr data-on=") == 24
    assert "This bill is" in shown
    assert "Esta factura es" in shown  # the customer's language


def test_flags_come_first_and_say_where_they_come_from(panel):
    shown = panel()

    assert shown.index("Medical or life support") < shown.index("Balance")
    assert "Critical" in shown
    assert "Ventilator" in shown
    assert "Mar 1, 2025" in shown or "March 1, 2025" in shown


def test_a_flag_for_leads_tells_others_whom_to_ask_and_no_more(panel, lee):
    assert "Refer to a lead" in panel()
    assert "Meter seal broken" not in panel()

    assert "Meter seal broken" in panel(lee)


def test_a_flag_whose_time_is_over_warns_nobody(panel):
    assert "Cash only" not in panel()


@pytest.mark.parametrize(
    ("hours", "said"), [(3, "As billing had it"), (25, "Old:"), (73, "Very old")]
)
def test_figures_say_how_old_they_are(panel, case, hours, said):
    as_of = timezone.now() - timedelta(hours=hours)
    Account.objects.filter(pk=case.account_id).update(as_of=as_of)

    assert said in panel()


def test_the_office_decides_what_is_old(panel, case):
    decide("mirror.amber_hours", value=2, starts_on=timezone.localdate(), by=None)

    assert "Old:" in panel()


def test_figures_that_a_later_extract_left_alone_are_as_new_as_that_extract(case, panel):
    now = timezone.now()
    Account.objects.filter(pk=case.account_id).update(as_of=now - timedelta(days=30))
    assert "Very old" in panel()

    ImportRun.objects.create(place="extract", state="done", as_of=now - timedelta(hours=1))

    assert "Very old" not in panel()
    assert "As billing had it" in panel()
    Account.objects.filter(pk=case.account_id).update(on_file=False)  # that extract lacked it
    assert "Very old" in panel()


def test_another_account_is_looked_at_by_its_own_level(panel, case, verify):
    verify(2)
    parking = city(case.customer)["parking"]
    Account.objects.filter(pk=parking.pk).update(balance="77.31")

    shown = panel(account=parking.pk)

    assert "Citations" in shown
    assert "77.31" not in shown  # proven for the electric account alone
    assert 'data-key="a"' in shown


def test_an_account_of_a_closed_line_is_passed_over(panel, case, max_):
    ambulance = city(case.customer)["ambulance"]

    shown = panel(account=ambulance.pk)

    assert ambulance.number[-4:] not in shown.split("Electric")[0] or "Ambulance" not in shown
    assert "Ambulance" not in shown
    assert "Ambulance" in panel(max_, account=ambulance.pk)


def test_members_of_a_named_team_see_the_line_that_is_kept_for_them(panel, case, ana):
    city(case.customer)
    team = ana.teams.get()
    decide("lines.restricted", value={"ambulance": [team.name]}, by=None,
           starts_on=timezone.localdate())  # fmt: skip

    assert "Ambulance" in panel()


def test_a_payment_that_came_back_is_the_probable_reason(panel, case):
    Payment.objects.create(
        external_id="NSF", account=case.account, amount="88.00", method="check",
        status="returned", received_on=timezone.localdate() - timedelta(days=4),
    )  # fmt: skip

    assert "Probably about the payment that came back." in panel()


def test_a_bill_that_rose_is_the_probable_reason_once_bills_may_be_seen(panel, verify):
    assert "Probably about the bill" not in panel()

    verify(2)

    assert "Probably about the bill" in panel()


def test_the_household_is_named_by_initials(panel):
    shown = panel()

    assert "M. Delgado" in shown
    assert "Mateo" not in shown
    assert "Alder Homes LLC" in shown  # organisations are public


def test_the_whole_panel_takes_at_most_25_statements(
    panel, verify, case, lee, make_case, django_assert_max_num_queries, client
):
    verify(2)
    for n in range(8):
        make_case(customer=case.customer, account=case.account, subject=f"Matter {n}")
    panel()

    for person in (None, lee):
        panel(person)
        address = f"/desk/cases/{case.pk}/panel/"
        with django_assert_max_num_queries(25):
            client.get(address, headers=SCRIPT)


def test_every_look_at_a_colleagues_account_is_written_down(panel, case, ana):
    panel()
    assert not Entry.objects.filter(verb="viewed").exists()
    Flag.objects.create(code="employee", customer=case.customer)

    panel()

    entry = Entry.objects.get(verb="viewed")
    assert (entry.by, entry.subject) == (ana, case.customer.key)


def test_a_note_is_left_and_expires(client, panel, case, ana):
    customer = case.customer
    until = timezone.localdate() + timedelta(days=9)
    client.force_login(ana)

    client.post(f"/customers/{customer.pk}/notes/",
                {"text": "Ask for the gate code.", "expires_on": until.isoformat()})  # fmt: skip
    assert "Ask for the gate code." in panel()
    note = CustomerNote.objects.get(text="Ask for the gate code.")
    for _twice in range(2):
        client.post(f"/customers/{customer.pk}/notes/{note.pk}/end/", {"case": case.pk})

    assert "Ask for the gate code." not in panel()
    assert Entry.objects.filter(verb="note_ended").count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "  "}, "Write something first."),
        ({"text": "x" * 2001}, "A note has at most 2000 characters."),
        ({"text": "x", "expires_on": "2001-01-01"}, "Choose a day that is still to come."),
    ],
)
def test_a_note_that_cannot_be_kept_says_why(client, ana, served, fields, said):
    client.force_login(ana)

    page = client.post(f"/customers/{served[0].pk}/notes/", fields)

    assert page.status_code == 409
    assert said in page.text


def test_somebody_without_the_right_gets_cases_and_no_account(client, make_person, case):
    client.force_login(make_person("Ada", role="administrator"))

    page = client.get(f"/desk/cases/{case.pk}/panel/")

    assert page.status_code == 200
    assert "Medical" not in page.text


def test_no_statement_of_the_panel_reads_a_table_from_end_to_end(panel, verify, case, client):
    verify(2)
    panel()
    told: list[tuple[str, tuple]] = []

    def keep(execute, sql, params, many, context):
        told.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        client.get(f"/desk/cases/{case.pk}/panel/", headers=SCRIPT)

    assert [line for sql, params in told for line in plan(sql, params) if walks(line)] == []


LARGE = "customers_(?!parameter)|inbox_(case|contact|message|verification)"  # grow with the town


def plan(sql, params):
    """The database's plan, when it may not take a walk through a small table for a short cut."""
    if not sql.lstrip().upper().startswith("SELECT"):
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", params)
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [row[3] for row in cursor.fetchall()]


def walks(line):
    return re.search(rf'(Seq Scan on|SCAN) "?({LARGE})', line) is not None
