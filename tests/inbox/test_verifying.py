"""Proving who speaks: what is compared, what counts, when it locks, how long it holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from contact_hub.customers.actions import change, decide, set_secret
from contact_hub.customers.models import (
    Account,
    AuthorisedParty,
    Customer,
    Flag,
    Point,
    Premise,
    Secret,
)
from contact_hub.customers.vault import kept
from contact_hub.inbox.actions import alarms, closing, codes, contact_points, revealing, verifying
from contact_hub.inbox.errors import (
    ContactOver,
    Locked,
    NobodyConfirmed,
    NotAllowed,
    NothingToSay,
    NotProven,
    ProvesNothing,
    Refused,
    TooManyCodes,
)
from contact_hub.inbox.models import Contact, Mention, Message, OneTimeCode, VerificationEvent
from contact_hub.inbox.models.identity import AppendOnly
from contact_hub.inbox.queries.locks import lock_of
from contact_hub.inbox.queries.sight import sight
from contact_hub.journal.models import Entry

pytestmark = pytest.mark.django_db

LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def rosa(db):
    customer = Customer.objects.create(
        name="Rosa Delgado", first_name="Rosa", last_name="Delgado", external_id="C-17"
    )
    customer.birth_keyed = kept("19810704", about="birth.C-17")
    customer.tax_keyed = kept("4821", about="tax.C-17")
    customer.document_keyed = kept("77QX", about="document.C-17")
    customer.save()
    return customer


@pytest.fixture
def account(rosa):
    premise = Premise.objects.create(
        street="1204 N Oak St", unit="3", city="Alder", state="WA", zip_code="98001"
    )
    return Account.objects.create(
        number="4410227931", line="electric", customer=rosa, premise=premise, balance="213.40"
    )


@pytest.fixture
def email(rosa):
    return Point.objects.create(customer=rosa, kind="email", value="rosa@cust.test", since=LONG_AGO)


@pytest.fixture
def case(make_case, rosa, account):
    return make_case(customer=rosa, account=account)


@pytest.fixture
def say(case, ana):
    def check(now=None, **said):
        return verifying.check(case, by=ana, said=said, now=now)

    return check


@pytest.mark.parametrize(
    ("method", "right", "wrong"),
    [
        ("account_number", "4410-2279-31", "4410227932"),
        ("account_number", "004410227931", "44102279"),
        ("service_address", "1204 north oak street apt 3", "1205 N Oak St"),
        ("service_address", "1204 n oka st", "1204 S Oak St"),
        ("service_address", "1204 N. Oak", "1204"),
        ("birth", "07/04/1981", "07/05/1981"),
        ("birth", "1981-07-04", "yesterday"),
        ("tax", " 4821 ", "4812"),
        ("document", "77qx", "77qy"),
    ],
)
def test_what_is_right_fits_and_what_is_wrong_does_not(say, method, right, wrong):
    assert say(**{method: wrong}).methods == {method: "no_match"}
    assert say(**{method: right}).methods == {method: "match"}


def test_a_pin_is_kept_as_a_hash_that_answers_only_yes_or_no(say, rosa, ana):
    set_secret(rosa, kind="pin", value="blue heron", by=ana)

    assert "heron" not in Secret.objects.get().hashed
    assert Secret.objects.get().hashed.startswith("$argon2id$")
    assert say(pin="blue haron").methods == {"pin": "no_match"}
    assert say(pin="blue  heron").level == 2


def test_the_same_pin_of_two_people_is_kept_differently(rosa, ana):
    luis = Customer.objects.create(name="Luis")
    for one in (rosa, luis):
        set_secret(one, kind="pin", value="4821", by=ana)

    assert len(set(Secret.objects.values_list("hashed", flat=True))) == 2


def test_nothing_that_was_said_is_kept(say, case):
    say(birth="07/04/1981", tax="4821")

    event = VerificationEvent.objects.get()
    told = f"{event.methods} {list(Entry.objects.values_list('particulars', flat=True))}"
    assert "4821" not in told
    assert "1981" not in told
    assert event.methods == {"birth": "match", "tax": "match"}


def test_what_adds_up_over_several_tries_counts_each_proof_once(say):
    assert say(account_number="4410227931").level == 0
    assert say(account_number="4410227931").level == 0
    assert say(service_address="1204 N Oak St").level == 1
    assert say(birth="7/4/1981").level == 2


def test_what_we_said_first_counts_neither_for_nor_against(case, ana):
    said = {"account_number": "4410227931", "birth": "1/1/1900"}

    event = verifying.check(case, by=ana, said=said, prompted=said)

    assert (event.level, event.result) == (0, "match")
    assert lock_of(case.customer, case.account, now=timezone.now()).left == 3


def test_what_is_not_on_file_is_no_failure(say, rosa):
    Customer.objects.filter(pk=rosa.pk).update(tax_keyed="")

    assert say(tax="4821").methods == {"tax": "not_on_file"}


def test_saying_nothing_is_refused(say):
    with pytest.raises(NothingToSay):
        say(birth="  ")


def test_without_a_customer_there_is_nobody_to_verify(make_case, ana):
    with pytest.raises(NobodyConfirmed):
        verifying.check(make_case(), by=ana, said={"birth": "7/4/1981"})


def test_a_level_holds_for_one_account_only(say, case, ana, rosa):
    say(tax="4821", birth="7/4/1981")
    other = Account.objects.create(number="5510000001", line="water", customer=rosa)

    assert sight(ana, case=case).level == 2
    assert sight(ana, case=case, account=other).level == 0
    assert sight(ana, customer=rosa, account=case.account).level == 0


def test_a_level_is_not_inherited_by_the_next_contact(say, case, ana, code, outcome):
    say(tax="4821", birth="7/4/1981")
    contact = case.contacts.get()
    closing.wrap_up(case, by=ana, code=code, outcome=outcome)
    closing.reopen(case, by=ana)
    Contact.objects.create(case=case, channel="email", queue=case.queue)

    assert sight(ana, case=case).level == 0
    assert sight(ana, case=case, contact=Contact.objects.get(pk=contact.pk)).level == 0


def test_when_the_contact_has_ended_nothing_can_be_proven_in_it(say, case):
    case.contacts.update(ended=timezone.now(), wrapped=timezone.now())

    with pytest.raises(ContactOver):
        say(tax="4821")


def test_events_are_never_changed(say):
    event = say(tax="4821")

    for act in (event.save, event.delete, VerificationEvent.objects.all().delete):
        with pytest.raises(AppendOnly):
            act()
    with pytest.raises(AppendOnly):
        VerificationEvent.objects.update(level=3)


# --- locks -------------------------------------------------------------------------------------


def test_three_failures_lock_the_account_on_every_channel_until_the_next_day(
    say, case, make_case, ana, lee, rosa, account
):
    ten = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    for minutes in (20, 10, 0):
        say(tax="0000", now=ten - timedelta(minutes=minutes))

    call = make_case(customer=rosa, account=account, sender="other@cust.test")
    almost, then = ten + timedelta(hours=23, minutes=59), ten + timedelta(hours=24)
    refused = verifying.check(call, by=ana, said={"tax": "4821", "birth": "7/4/1981"}, now=almost)
    allowed = verifying.check(call, by=ana, said={"tax": "4821", "birth": "7/4/1981"}, now=then)

    assert (refused.result, refused.level, refused.methods) == ("locked", 0, {})
    assert (allowed.result, allowed.level) == ("match", 2)


def test_two_failures_lock_nothing_and_another_account_is_not_touched(say, case, ana, rosa):
    now = timezone.now()
    say(tax="0000")
    say(tax="0000")
    assert lock_of(rosa, case.account, now=now + timedelta(minutes=1)).left == 1
    say(tax="0000")

    later = timezone.now()
    assert lock_of(rosa, case.account, now=later).until is not None
    assert lock_of(rosa, None, now=later).until is None


def test_a_lock_voids_what_was_proven_before(say, case, ana):
    say(account_number="4410227931", service_address="1204 N Oak St")
    for _time in range(3):
        event = say(tax="0000")

    assert (event.result, event.level) == ("locked", 0)
    assert sight(ana, case=case).level == 0


def test_a_lock_tells_the_lead_and_is_in_the_journal(say, case, lee):
    for _time in range(3):
        say(tax="0000")

    assert Mention.objects.filter(person=lee, message__case=case).exists()
    assert Entry.objects.filter(subject=case.key, verb="flagged").count() == 1
    assert Entry.objects.filter(subject=case.key, verb="not_verified").count() == 4
    assert Flag.objects.get().extra == {"red_flag": "failed_tries"}


def test_while_it_is_locked_no_other_way_is_open(say, case, ana, email):
    for _time in range(3):
        say(tax="0000")
    phone = Point.objects.create(
        customer=case.customer, kind="phone", value="+16149110142", since=LONG_AGO
    )

    with pytest.raises(Locked):
        codes.send_code(case, by=ana, point=email)
    with pytest.raises(Locked):
        verifying.called_back(case, by=ana, point=phone)


def test_an_office_decides_how_many_tries_there_are(say, case):
    decide("verification.tries", value=1, starts_on=LONG_AGO, by=None)

    say(tax="0000")

    assert say(tax="4821").result == "locked"


# --- codes, calls, papers ------------------------------------------------------------------------


def spoken(outbox):
    """The code, as the customer reads it in their mail."""
    words = outbox.sent[-1].text.split("code is ")[1]
    return words[:6]


@pytest.fixture
def sent_code(case, ana, email, outbox, work_at):
    def send():
        codes.send_code(case, by=ana, point=email)
        work_at(timezone.now() + timedelta(seconds=1))
        return spoken(outbox)

    return send


def test_a_code_proves_two_points_once_and_is_in_no_row_and_no_timeline(say, sent_code, case):
    value = sent_code()

    assert value.isdigit()
    message = Message.objects.get(direction="out")
    row = OneTimeCode.objects.get()
    assert value not in message.text
    assert "••••••" in message.text
    assert (bytes(row.sealed), row.keyed == value) == (b"", False)
    assert say(code=value).level == 1
    assert say(code=value).methods == {"code": "not_on_file"}


def test_a_code_and_three_points_make_level_three(say, sent_code, rosa, ana):
    set_secret(rosa, kind="pin", value="4821", by=ana)

    assert say(pin="4821", code=sent_code()).level == 3


def test_a_code_holds_for_ten_minutes(say, sent_code):
    value = sent_code()
    now = timezone.now()

    with time_machine.travel(now + timedelta(minutes=11), tick=False):
        assert say(code=value).methods == {"code": "not_on_file"}


def test_a_new_code_makes_the_one_before_void(say, sent_code):
    first, second = sent_code(), sent_code()

    assert first == second or say(code=first).methods == {"code": "no_match"}
    assert say(code=second).methods == {"code": "match"}


def test_after_three_wrong_tries_a_code_is_void(say, sent_code):
    decide("verification.tries", value=9, starts_on=LONG_AGO, by=None)
    value = sent_code()
    wrong = "000000" if value != "000000" else "111111"
    for _time in range(3):
        say(code=wrong)

    assert say(code=value).methods == {"code": "not_on_file"}


def test_a_code_of_one_contact_is_worth_nothing_in_another(
    sent_code, make_case, ana, rosa, account
):
    value = sent_code()
    other = make_case(customer=rosa, account=account, sender="other@cust.test")

    event = verifying.check(other, by=ana, said={"code": value})

    assert event.methods == {"code": "not_on_file"}


def test_only_so_many_codes_go_to_one_point(case, ana, email):
    for _time in range(3):
        codes.send_code(case, by=ana, point=email)

    with pytest.raises(TooManyCodes):
        codes.send_code(case, by=ana, point=email)


@pytest.mark.parametrize("days", [0, 29])
def test_a_point_that_is_new_on_file_proves_nothing(case, ana, email, rosa, days):
    since = timezone.localdate() - timedelta(days=days)
    Point.objects.filter(pk=email.pk).update(since=since)
    phone = Point.objects.create(customer=rosa, kind="phone", value="+16149110142", since=since)

    with pytest.raises(ProvesNothing):
        codes.send_code(case, by=ana, point=email)
    with pytest.raises(ProvesNothing):
        verifying.called_back(case, by=ana, point=phone)


def test_a_call_back_to_a_number_on_file_is_recorded_by_hand(case, ana, rosa):
    phone = Point.objects.create(customer=rosa, kind="phone", value="+16149110142", since=LONG_AGO)

    assert verifying.called_back(case, by=ana, point=phone).level == 1


def test_photo_identification_counts_at_the_counter_only(case, ana):
    with pytest.raises(ProvesNothing):
        verifying.seen_in_person(case, by=ana, document="passport")
    Contact.objects.create(case=case, channel="walk_in", queue=case.queue)

    event = verifying.seen_in_person(case, by=ana, document="passport")

    assert event.level == 3
    assert event.methods == {"photo_id": "match", "document_kind": "passport"}
    with pytest.raises(Refused):
        verifying.seen_in_person(case, by=ana, document="library card")


# --- who speaks for somebody ---------------------------------------------------------------------


def test_an_authorised_party_reaches_their_scope_and_hands_nothing_on(case, ana, rosa):
    party = AuthorisedParty.objects.create(customer=rosa, name="Luis", scope="balance")
    said = {"tax": "4821", "birth": "7/4/1981"}

    assert verifying.check(case, by=ana, said=said, speaker=party).level == 1
    assert not sight(ana, case=case).may("usage")
    assert verifying.check(case, by=ana, said={"account_number": "4410227931"}).level == 0


def test_an_authorisation_that_has_ended_is_none(case, ana, rosa):
    party = AuthorisedParty.objects.create(
        customer=rosa, name="Luis", ends_on=timezone.localdate() - timedelta(days=1)
    )

    with pytest.raises(Refused):
        verifying.check(case, by=ana, said={"tax": "4821"}, speaker=party)


# --- what follows --------------------------------------------------------------------------------


def test_facts_above_the_level_are_masked(case, ana, say):
    assert sight(ana, case=case).shown("balance", "213.40") == "$••••"
    say(account_number="4410227931", service_address="1204 N Oak St")

    seen = sight(ana, case=case)

    assert seen.shown("balance", "213.40") == "213.40"
    assert seen.shown("phone", "+15550104410") == "•••• 4410"


def test_a_confidential_address_is_masked_at_every_level(case, ana, say, rosa):
    Flag.objects.create(code="confidential", customer=rosa)
    say(tax="4821", birth="7/4/1981")

    seen = sight(ana, case=case)

    assert seen.may("usage")
    assert seen.shown("service_address", "1204 N Oak St") == "•••• ••••••"


def test_a_lead_looks_above_the_level_for_a_reason_and_for_a_while(case, ana, lee):
    with pytest.raises(NotAllowed):
        revealing.reveal(case, by=ana, reason="curious")
    with pytest.raises(NothingToSay):
        revealing.reveal(case, by=lee, reason=" ")

    revealing.reveal(case, by=lee, reason="the meter burns")

    assert sight(lee, case=case).may("bank")
    assert not sight(ana, case=case).may("bank")
    assert not sight(lee, case=case).answer("bank").allowed  # it may be seen, not said
    entry = Entry.objects.get(verb="revealed")
    assert (entry.by, entry.particulars["reason"]) == (lee, "the meter burns")
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert not sight(lee, case=case).may("bank")


def test_a_new_address_needs_level_three_and_the_old_one_is_told(
    case, ana, email, say, sent_code, rosa
):
    set_secret(rosa, kind="pin", value="4821", by=ana)
    say(pin="4821")
    with pytest.raises(NotProven):
        contact_points.change_point(case, by=ana, point=email, value="new@cust.test")
    say(code=sent_code())

    new = contact_points.change_point(case, by=ana, point=email, value="New@cust.test")

    assert (new.value, new.since) == ("new@cust.test", timezone.localdate())
    told = [
        message.to[0]["address"] for message in Message.objects.filter(subject__contains="changed")
    ]
    assert told == ["rosa@cust.test", "new@cust.test"]
    for point in (email, new):
        with pytest.raises(ProvesNothing):
            codes.send_code(case, by=ana, point=point)


def test_changing_a_point_to_what_it_is_changes_nothing(email, ana):
    assert change(email, value="rosa@cust.test", by=ana) == email
    assert not Entry.objects.exists()


def test_a_red_flag_locks_changes_to_leads_and_somebody_else_clears_it(case, ana, lee, max_):
    flag = alarms.raise_flag(case, kind="bill_denied", by=lee)

    assert alarms.raise_flag(case, kind="bill_denied", by=ana) == flag
    with pytest.raises(NotProven, match="red flag"):
        contact_points.change_secret(case, by=ana, kind="pin", value="1234")
    for person in (ana, lee):
        with pytest.raises(NotAllowed):
            alarms.clear_flag(case, flag=flag, by=person)
    alarms.clear_flag(case, flag=flag, by=max_)
    alarms.clear_flag(case, flag=flag, by=max_)
    assert Entry.objects.filter(verb="flag_cleared").count() == 1
