"""Who speaks, as the desk shows and asks it: candidates, verifying, looks above the level."""

from datetime import date

import pytest

from contact_hub.customers.actions import set_secret
from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import Account, Customer, Flag, Point, Premise
from contact_hub.inbox.actions import identifying, looking
from contact_hub.inbox.models import ContactAccountLink, Message, VerificationEvent
from contact_hub.journal.models import Entry

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def rosa(db):
    customer = Customer.objects.create(name="Rosa Delgado")
    premise = Premise.objects.create(
        street="1204 Oak St", city="Alder", state="WA", zip_code="98001"
    )
    Account.objects.create(
        number="4410227931", line="electric", customer=customer, premise=premise, balance="213.40"
    )
    Point.objects.create(
        customer=customer, kind="email", value="rosa@cust.test", since=date(2020, 1, 1)
    )
    renew([customer.pk])
    return customer


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def case(make_case, rosa):
    return make_case(customer=rosa, account=rosa.accounts.get())


def at(case, place):
    return f"/desk/cases/{case.pk}/{place}/"


def test_what_the_caller_says_brings_candidates_and_attaches_nobody(desk, make_case, rosa):
    case = make_case(sender="new@elsewhere.test")

    answer = desk.post(at(case, "who"), {"email": "Rosa@cust.test"}, headers=SCRIPT)

    assert "R. Delgado" in answer.text
    assert "Oak St" in answer.text
    for secret in ("Rosa Delgado", "1204", "4410227931", "213.40"):
        assert secret not in answer.text
    case.refresh_from_db()
    assert case.customer is None
    entry = Entry.objects.get(subject=case.key, verb="looked_up")
    assert entry.particulars == {"by_what": ["emails"], "shown": [rosa.pk]}


def test_the_same_look_again_is_journalled_once(desk, make_case, rosa):
    case = make_case(sender="new@elsewhere.test")

    for _time in range(2):
        desk.post(at(case, "who"), {"email": "rosa@cust.test"})

    assert Entry.objects.filter(verb="looked_up").count() == 1


def test_typing_nothing_is_refused_in_words(desk, make_case):
    answer = desk.post(at(make_case(), "who"), {"name": " "}, headers=SCRIPT)

    assert answer.status_code == 409
    assert "at least one thing" in answer.headers["HX-Trigger"]


def test_whoever_was_ruled_out_does_not_come_back(desk, make_case, rosa):
    case = make_case(sender="new@elsewhere.test")
    desk.post(at(case, "who"), {"email": "rosa@cust.test"})
    desk.post(at(case, "reject"), {"customer": rosa.pk})

    answer = desk.post(at(case, "who"), {"email": "rosa@cust.test"}, headers=SCRIPT)

    assert "R. Delgado" not in answer.text
    assert ContactAccountLink.objects.get().state == "rejected"


def test_ruling_out_gives_the_case_its_own_name_back(desk, case, rosa):
    case.match = [{"customer": rosa.pk, "name": rosa.name}]
    case.who_name = "Rosa Delgado"
    case.save()

    desk.post(at(case, "reject"), {"customer": rosa.pk})

    case.refresh_from_db()
    assert (case.customer, case.account, case.who_name) == (None, None, "Rosa")


def test_of_several_accounts_one_is_chosen(desk, make_case, rosa):
    water = Account.objects.create(number="5510000001", line="water", customer=rosa)
    match = [{"customer": rosa.pk, "name": rosa.name, "account": None}]
    case = make_case(match=match)
    desk.post(at(case, "confirm"), {"customer": rosa.pk})
    assert "Which account is it about?" in desk.get(f"/desk/cases/{case.pk}/").text

    desk.post(at(case, "confirm"), {"customer": rosa.pk, "account": water.pk})

    case.refresh_from_db()
    assert case.account == water
    assert ContactAccountLink.objects.get(state="confirmed").account == water


def test_the_street_of_a_confidential_address_is_shown_nowhere(desk, make_case, rosa):
    Flag.objects.create(code="confidential", customer=rosa)
    case = make_case(match=[{"customer": rosa.pk, "name": rosa.name}])

    assert "Oak" not in desk.get(f"/desk/cases/{case.pk}/").text


def test_a_wider_look_follows_a_mail_in_which_nobody_is_named(make_case, rosa):
    Point.objects.create(customer=rosa, kind="phone", value="+16149110142")
    renew([rosa.pk])
    case = make_case(sender="new@elsewhere.test", text="Call me: 614-911-0142")

    assert looking.look_further.func(case.pk) == 1
    assert looking.look_further.func(case.pk) == 0

    case.refresh_from_db()
    assert case.match[0]["customer"] == rosa.pk
    assert case.customer is None


def test_confirming_the_same_again_changes_nothing(case, ana, rosa):
    identifying.confirm(case, by=ana, customer=rosa, account=rosa.accounts.get())

    assert not Entry.objects.exists()


# --- verifying -----------------------------------------------------------------------------------


def test_the_panel_says_what_may_be_said_and_what_is_missing(desk, case):
    panel = desk.get(at(case, "verification"), headers=SCRIPT).text
    assert "Say nothing about the account yet." in panel

    said = {"account_number": "4410227931", "service_address": "1204 Oak St"}
    answer = desk.post(at(case, "verify"), said, headers=SCRIPT)

    assert answer.status_code == 200
    assert "It fits. The level is 1." in answer.headers["HX-Trigger"]
    for words in ("You may say:", "balance", "usage", "1 more point", "Verified ①"):
        assert words in answer.text
    assert "$213.40" in desk.get(at(case, "panel"), headers=SCRIPT).text


def test_it_works_as_a_plain_form(desk, case):
    answer = desk.post(
        at(case, "verify"), {"account_number": "4410227931", "service_address": "1204 Oak St"}
    )

    assert answer.status_code == 302
    assert "It fits. The level is 1." in desk.get(f"/desk/cases/{case.pk}/").text
    assert "You may say:" in desk.get(at(case, "verification")).text


def test_what_was_typed_is_never_shown_again(desk, case, rosa, ana):
    set_secret(rosa, kind="pin", value="blue heron", by=ana)

    answer = desk.post(at(case, "verify"), {"pin": "green heron"}, headers=SCRIPT)

    assert "heron" not in answer.text
    assert "does not fit" in answer.text
    assert "2 tries left" in answer.text


def test_a_locked_account_says_until_when(desk, case, rosa, ana):
    set_secret(rosa, kind="pin", value="4821", by=ana)
    for _time in range(3):
        answer = desk.post(at(case, "verify"), {"pin": "0000"}, headers=SCRIPT)

    assert "Locked until" in answer.text
    assert "Red flag" in answer.text
    assert 'name="pin"' not in answer.text


def test_points_are_masked_until_level_two(desk, case, rosa, ana):
    page = desk.get(at(case, "panel")).text
    assert "r•••@•••" in page
    assert "rosa@cust.test" not in page

    set_secret(rosa, kind="pin", value="4821", by=ana)
    desk.post(at(case, "verify"), {"pin": "4821"})

    assert "rosa@cust.test" in desk.get(at(case, "panel")).text


def test_other_accounts_show_no_balance(desk, case, rosa, ana):
    Account.objects.create(number="5510000001", line="water", customer=rosa, balance="77.01")
    set_secret(rosa, kind="pin", value="4821", by=ana)
    desk.post(at(case, "verify"), {"pin": "4821"})

    panel = desk.get(at(case, "panel")).text
    assert "0001" in panel
    assert "77.01" not in panel


def test_a_code_is_sent_and_awaited(desk, case, rosa):
    answer = desk.post(at(case, "code"), {"point": rosa.points.get().pk}, headers=SCRIPT)

    assert answer.status_code == 200
    assert Message.objects.filter(direction="out", state="queued").count() == 1
    assert "A code was sent" in desk.get(at(case, "verification"), headers=SCRIPT).text


def test_points_of_somebody_else_are_refused(desk, case):
    stranger = Customer.objects.create(name="Stranger")
    point = Point.objects.create(customer=stranger, kind="email", value="s@cust.test")

    answer = desk.post(at(case, "code"), {"point": point.pk}, headers=SCRIPT)

    assert answer.status_code == 409
    assert not Message.objects.filter(direction="out").exists()


def test_only_a_lead_looks_above_the_level(client, case, ana, lee):
    client.force_login(ana)
    assert client.get(at(case, "reveal")).status_code == 403
    assert "Look above the level" not in client.get(at(case, "verification"), headers=SCRIPT).text
    client.force_login(lee)
    assert "Why you need to see it" in client.get(at(case, "reveal"), headers=SCRIPT).text

    answer = client.post(at(case, "reveal"), {"reason": "the meter burns"}, headers=SCRIPT)

    assert "Not verified" in answer.text
    assert "$213.40" in client.get(at(case, "panel")).text
    client.force_login(ana)
    hers = client.get(at(case, "panel")).text
    assert "$213.40" not in hers
    assert "$••••" in hers


def test_the_panel_speaks_spanish(client, case, ana):
    ana.language = "es"
    ana.save()
    client.force_login(ana)

    assert client.get(at(case, "verification"), headers=SCRIPT).status_code == 200


def test_an_auditor_reads_the_panel_and_verifies_nobody(client, case, make_person):
    client.force_login(make_person("Audrey", role="auditor"))

    assert "Type what they say" not in client.get(at(case, "verification"), headers=SCRIPT).text
    assert client.post(at(case, "verify"), {"account_number": "1"}).status_code == 403
    assert not VerificationEvent.objects.exists()


def test_the_panel_takes_a_fixed_number_of_statements(desk, case, django_assert_max_num_queries):
    desk.get(at(case, "verification"), headers=SCRIPT)

    with django_assert_max_num_queries(19):
        desk.get(at(case, "verification"), headers=SCRIPT)
