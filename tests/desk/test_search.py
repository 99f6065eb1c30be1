"""Searching from the desk: the same words find the same cases on both databases."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contact_hub.customers.models import Account, Customer
from contact_hub.inbox.models import Attachment, Case, Draft, Message
from contact_hub.inbox.queries import search_engines


def rows(page):
    return [int(pk) for pk in re.findall(r'data-row="(\d+)"', page.content.decode())]


@pytest.fixture
def find(client, ana):
    client.force_login(ana)

    def get(words, **query):
        return client.get("/desk/", {"q": words, **query})

    return get


@pytest.fixture
def say(mailbox):
    """One more message in a case."""

    def make(case, text, **fields):
        return Message.objects.create(
            **{
                "case": case,
                "contact": case.contacts.get(),
                "kind": "email",
                "direction": "in",
                "state": "received",
                "text": text,
                "mailbox": mailbox,
            }
            | fields
        )

    return make


@pytest.mark.parametrize(
    "words",
    [
        "doubled",
        "electr",
        "ELECTRIC",
        "senor",
        "señor",
        "nino electric",
        '"electric bill"',
        "rosa@cust.test",
        "from:rosa",
        "from:rosa@cust.test",
        "to:billing@hub.test",
        "subject:doubled",
        "electric -outage",
        "4410-2279-31",
        "queue:bill electric",
        "is:open electric",
        "-is:closed electric",
        "electric after:2020-01-01",
        "electric before:2100-01-01",
        "electric has:note",
        "naïve",
        "50",
    ],
)
def test_a_message_is_found_by(find, make_case, say, words):
    case = make_case(
        subject="My bill doubled",
        text="Señor, my electric bill for the niño’s room: naive 50% more. Account 4410-2279-31",
    )
    say(case, "call back", kind="note", direction="inside", state="kept")
    other = make_case(subject="Street lights", text="Dark since Monday", sender="omar@else.test")
    other.messages.update(from_name="Omar", to=[{"name": "Parking", "address": "park@hub.test"}])

    assert rows(find(words)) == [case.pk]


@pytest.mark.parametrize(
    "words",
    [
        "lectric",
        '"bill electric"',
        "from:billing",
        "to:rosa",
        "subject:electric",
        "electric -bill",
        "electric is:closed",
        "electric before:2020-01-01",
        "electric after:2100-01-01",
        "electric -queue:billing",
        "electric has:attachment",
        "electric owner:nobody -is:unassigned",
        "name",
        "address",
        "m202611",
    ],
)
def test_a_message_is_not_found_by(find, make_case, words):
    make_case(text="my electric bill")

    assert rows(find(words)) == []


def test_what_was_found_is_marked_and_escaped(find, make_case):
    make_case(text="<b>electric</b> & more")

    page = find("elec").content.decode()

    assert "<mark>electric</mark>" in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize("words", ["electric", "is:open", "queue:billing", "from:rosa", "1"])
def test_a_person_of_another_team_finds_nothing(client, zoe, make_case, words):
    case = make_case(text="my electric bill")
    client.force_login(zoe)

    for sought in (words, str(case.pk), f"#{case.pk}"):
        assert rows(client.get("/desk/", {"q": sought})) == []


def test_a_number_goes_straight_to_the_case(find, make_case):
    case = make_case(text="nothing of note")
    make_case(text=f"about case {case.pk}")

    assert rows(find(f"#{case.pk}")) == [case.pk]
    assert rows(find(str(case.pk))) == [case.pk]


def test_an_account_number_goes_straight_to_its_cases(find, make_case):
    rosa = Customer.objects.create(name="Rosa")
    account = Account.objects.create(number="4410227931", line="electric", customer=rosa)
    case = make_case(account=account, customer=rosa)
    make_case(text="my account is 4410-2279-31")

    assert rows(find("4410-2279-31")) == [case.pk]


def test_a_number_that_names_nothing_is_looked_for_as_words(find, make_case):
    case = make_case(text="citation 30418")

    assert rows(find("30418")) == [case.pk]


def test_words_are_looked_for_within_an_account(find, make_case):
    rosa = Customer.objects.create(name="Rosa")
    account = Account.objects.create(number="4410227931", line="electric", customer=rosa)
    case = make_case(account=account, text="high bill")
    make_case(text="high bill")

    assert rows(find("high account:4410")) == [case.pk]


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("is:mine", {"owner": "ana", "state": "open"}),
        ("owner:me", {"owner": "ana"}),
        ("owner:ana", {"owner": "ana"}),
        ("is:waiting", {"state": "waiting"}),
        ("is:undelivered", {"undelivered": True}),
        ("is:muted", {"muted_at": timezone.now()}),
        ("is:overdue", {"due_at": timezone.now() - timedelta(hours=1)}),
        ("is:urgent", {"priority": 2}),
        ("is:closed", {"state": "closed", "closed_at": timezone.now()}),
        ("before:2020-01-01", {"last_at": datetime(2019, 5, 1, tzinfo=UTC)}),
        ("-queue:nowhere is:snoozed", {"state": "snoozed"}),
    ],
)
def test_operators_alone_choose_cases(find, make_case, ana, ben, words, fields):
    owned = {"owner": ana} if fields.get("owner") else {}
    case = make_case(**{**fields, **owned})
    make_case(state="open", owner=ben, due_at=timezone.now() + timedelta(hours=1))

    assert rows(find(words)) == [case.pk]


def test_has_attachment_finds_the_message_that_has_one(find, make_case):
    case, bare = make_case(text="the letter"), make_case(text="the letter")
    Attachment.objects.create(message=case.messages.get(), name="a.pdf", size=1)

    assert rows(find("letter has:attachment")) == [case.pk]
    assert rows(find("letter -has:attachment")) == [bare.pk]
    assert rows(find("has:attachment")) == [case.pk]


def test_has_draft_means_my_own(find, make_case, ana, ben):
    case, other = make_case(), make_case()
    Draft.objects.create(case=case, person=ana, mode="email")
    Draft.objects.create(case=other, person=ben, mode="email")

    assert rows(find("has:draft")) == [case.pk]


def test_what_was_taken_back_before_it_was_sent_is_not_found(find, make_case, say):
    say(make_case(), "unsendable words", state="cancelled", direction="out")

    assert rows(find("unsendable")) == []


def test_the_index_follows_what_is_written_changed_and_deleted(find, make_case, say):
    case = make_case()
    message = say(case, "before words")
    message.text = "after words"
    message.save()
    assert rows(find("before")) == []
    assert rows(find('"after words"')) == [case.pk]

    message.delete()
    assert rows(find('"after words"')) == []


def test_the_newest_hit_comes_first(find, make_case, say):
    old, new = make_case(text="outage"), make_case(text="outage")
    say(old, "outage again", at=timezone.now() + timedelta(minutes=1))

    assert rows(find("outage")) == [old.pk, new.pk]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("before:soon", "before: wants a date like 2026-11-01"),
        ("is:happy", "is: knows new, open"),
        ("from:", "from: wants something after the colon"),
        ("-outage", "A word with a minus only takes hits away"),
    ],
)
def test_what_is_not_understood_is_explained(find, make_case, words, said):
    make_case()

    page = find(words)

    assert rows(page) == []
    assert said in page.content.decode()


@pytest.mark.parametrize(
    "words",
    [
        "'",
        '"',
        "a'b",
        "*",
        "(",
        "NEAR(a b)",
        "a AND OR",
        "{x}",
        "^a",
        "\\",
        "a:b:c",
        "&|!",
        "%s",
        "-",
        ";--",
    ],
)
def test_punctuation_is_never_a_command_to_the_database(find, make_case, words):
    make_case(text="a b x")

    assert find(words).status_code == 200


def test_nothing_found_says_what_to_try(find, make_case):
    make_case()

    assert "Try fewer words" in find("zeppelin").content.decode()


def pages_of(client, words):
    """The cases on each page of a search, as whoever asks for what is older sees them."""
    pages, after = [], ""
    for _page in range(9):
        page = client.get("/desk/", {"q": words, "after": after})
        pages.append(rows(page))
        more = re.search(r"after=(\d+)", page.content.decode())
        if more is None:
            break
        after = more.group(1)
    return pages


def newer_and_newer(cases):
    now = timezone.now()
    for place, pk in enumerate(cases):
        Message.objects.filter(case=pk).update(at=now + timedelta(minutes=place))


def test_pages_of_hits_follow_each_other(client, ana, make_case, monkeypatch):
    from contact_hub.inbox.queries import search

    monkeypatch.setattr(search, "SIZE", 2)
    client.force_login(ana)
    cases = [make_case(text="outage").pk for _n in range(5)]
    newer_and_newer(cases)

    assert [*chain.from_iterable(pages_of(client, "outage"))] == cases[::-1]


def test_a_case_in_which_many_messages_hit_hides_no_other(client, ana, make_case, say, monkeypatch):
    from contact_hub.inbox.queries import search

    monkeypatch.setattr(search, "SIZE", 2)
    monkeypatch.setattr(search, "HITS", 3)
    client.force_login(ana)
    quiet, loud = make_case(text="outage"), make_case(text="outage")
    for _n in range(6):
        say(loud, "outage")
    newer_and_newer([quiet.pk, loud.pk])

    pages = pages_of(client, "outage")

    assert pages[0] == [loud.pk]
    assert quiet.pk in [*chain.from_iterable(pages)]


def test_words_neither_rare_nor_common_are_found_in_the_newest_and_behind_them(
    client, ana, make_case, monkeypatch
):
    monkeypatch.setattr(search_engines, "SCARCE", -1)
    monkeypatch.setattr(search_engines, "WINDOW", 3)
    monkeypatch.setattr(search_engines, "ENOUGH", 2)
    client.force_login(ana)
    cases = [make_case(text="outage").pk for _n in range(7)]
    newer_and_newer(cases)

    pages = pages_of(client, "outage")

    assert [*chain.from_iterable(pages)] == cases[::-1]
    if connection.vendor == "postgresql":
        assert list(map(len, pages)) == [3, 3, 1]


def test_common_words_are_looked_for_in_the_newest_messages_first(
    find, make_case, monkeypatch, outages
):
    monkeypatch.setattr(search_engines, "MOST", 3)
    monkeypatch.setattr(search_engines, "WINDOW", 4)
    monkeypatch.setattr(search_engines, "COMMON", 0)
    now = timezone.now()
    case = make_case(text="outage")
    hidden = [make_case(text="outage", queue=outages).pk for _n in range(7)]
    for place, pk in enumerate([case.pk, *hidden]):
        Message.objects.filter(case=pk).update(at=now + timedelta(minutes=place))

    page, looks = find("outage"), 0
    while not rows(page) and looks < 9:
        assert "Look further back" in page.content.decode()
        after = re.search(r"after=(\d+)", page.content.decode()).group(1)
        page, looks = find("outage", after=after), looks + 1

    assert rows(page) == [case.pk]
    assert looks > 0


def test_a_search_takes_six_statements_at_most(client, max_, make_case, billing):
    Case.objects.bulk_create(Case(queue=billing, subject="x") for _n in range(50))
    for _n in range(30):
        make_case(text="outage on our street")
    client.force_login(max_)
    client.get("/desk/")

    for words in ("outage", '"our street" is:open', "is:open", "#1", "queue:billing outage -water"):
        with CaptureQueriesContext(connection) as statements:
            client.get("/desk/", {"q": words})
        assert len(statements) <= 6, words


def test_very_long_and_strange_mail_can_be_indexed(find, make_case, say):
    case = make_case()
    say(case, "needle " + " ".join(f"word{n}" for n in range(60_000)))
    say(case, "x" * 300_000)
    say(case, "ﷺ" * 50_000)

    assert rows(find("needle")) == [case.pk]
