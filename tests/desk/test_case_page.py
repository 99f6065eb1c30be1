import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils import timezone

from contact_hub.customers.actions import set_secret
from contact_hub.customers.models import Account, Consent, Customer, Point, Suppression
from contact_hub.inbox import vault
from contact_hub.inbox.actions import (
    casework,
    closing,
    merging,
    notes,
    presence,
    replying,
    verifying,
)
from contact_hub.inbox.models import Attachment, Case, Draft, Message
from contact_hub.inbox.queries.case import timeline
from contact_hub.inbox.queries.events import ICONS, TOLD_BY_MESSAGES, WORDS

NOON = timezone.now().replace(hour=18, minute=0, second=0, microsecond=0)


@pytest.fixture
def rosa(db):
    customer = Customer.objects.create(name="Rosa Delgado", language="es")
    Point.objects.create(customer=customer, kind="email", value="rosa@cust.test")
    Account.objects.create(
        number="4410227931", line="electric", customer=customer, balance="213.40", past_due="90.12"
    )
    return customer


def write(case, count, *, html="", since=NOON):
    """Put further messages into a case, a minute apart."""
    contact = case.contacts.get()
    return Message.objects.bulk_create(
        Message(
            case=case,
            contact=contact,
            kind="email",
            direction="in",
            state="received",
            at=since + timedelta(minutes=n),
            from_name="Rosa",
            from_address="rosa@cust.test",
            text=f"Words number {n}.",
            html=html,
        )
        for n in range(count)
    )


def test_the_case_page_shows_what_the_customer_wrote(client, make_case, ana):
    client.force_login(ana)
    case = make_case(subject="My bill doubled", text="Nobody was home for two weeks.")

    page = client.get(f"/desk/cases/{case.pk}/")

    assert page.status_code == 200
    assert "My bill doubled" in page.text
    assert "Nobody was home for two weeks." in page.text


@pytest.mark.parametrize("count", [3, 200])
def test_the_page_takes_no_more_statements_the_longer_the_thread(
    client, make_case, ana, rosa, count, django_assert_max_num_queries
):
    client.force_login(ana)
    case = make_case(customer=rosa, account=rosa.accounts.get())
    for message in write(case, count, html="<p>As sent</p>"):
        Attachment.objects.create(message=message, name="a.txt", size=3, sha256="0" * 64)
    casework.assign(case, by=ana, to=ana)
    Draft.objects.create(case=case, person=ana, mode="email", body="Half an answer", version=1)
    client.get(f"/desk/cases/{case.pk}/")  # the session notes once that it was used

    with django_assert_max_num_queries(15):
        page = client.get(f"/desk/cases/{case.pk}/")

    assert f"Words number {count - 1}." in page.text
    assert "Half an answer" in page.text


def test_a_long_thread_shows_its_end_and_hands_out_the_rest_in_pages(client, make_case, ana):
    client.force_login(ana)
    case = make_case(text="The very first words.")
    Message.objects.update(at=NOON - timedelta(hours=1))
    write(case, 65)

    shown = timeline(case)
    first = client.get(f"/desk/cases/{case.pk}/timeline/?before={shown.earlier}")

    assert "Words number 64." not in first.text
    assert "Words number 34." in first.text
    last = timeline(case, before=timeline(case, before=shown.earlier).earlier)
    assert last.earlier is None
    assert last.first.text == "The very first words."


def test_every_message_is_on_exactly_one_page_even_when_many_came_in_one_instant(make_case):
    case = make_case()
    write(case, 70)
    Message.objects.update(at=NOON)

    seen, before = [], None
    while True:
        page = timeline(case, before=before)
        seen += [item.message.pk for day in page.days for item in day.items if item.message]
        if (before := page.earlier) is None:
            break

    assert sorted(seen) == sorted(Message.objects.values_list("pk", flat=True))
    assert len(seen) == len(set(seen)) == 71


def test_a_screen_that_asked_for_earlier_pages_keeps_them(client, make_case, ana):
    client.force_login(ana)
    case = make_case()
    messages = write(case, 65)

    page = client.get(f"/desk/cases/{case.pk}/timeline/?from={messages[3].pk}")

    assert "Words number 3." in page.text
    assert "Words number 64." in page.text
    assert "Words number 2." not in page.text


def test_what_happened_between_messages_is_said_in_words(client, make_case, ana, lee, outages):
    client.force_login(lee)
    case = make_case()
    casework.assign(case, by=lee, to=ana)
    casework.set_priority(case, by=lee, priority=Case.Priority.URGENT)
    casework.snooze(case, by=ana, until=timezone.now() + timedelta(days=1))
    casework.unsnooze(case, by=ana)

    page = client.get(f"/desk/cases/{case.pk}/")

    assert "assigned it to Ana" in page.text
    assert "set the priority to Urgent" in page.text
    assert "snoozed it until" in page.text


def test_every_verb_that_has_words_has_a_sign_and_the_other_way_round():
    assert set(WORDS) == set(ICONS)


def test_words_of_customers_are_never_markup(client, make_case, ana):
    client.force_login(ana)
    case = make_case(subject="<b>x</b>", text="<script>alert(1)</script> http://a.test/?a=1&b=2")

    page = client.get(f"/desk/cases/{case.pk}/")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<b>x</b>" not in page.text
    assert 'target="_blank" rel="noopener noreferrer nofollow"' in page.text


def test_a_script_address_in_a_text_is_no_link(client, make_case, ana):
    client.force_login(ana)
    case = make_case(text="javascript:alert(1) and data:text/html,x")

    page = client.get(f"/desk/cases/{case.pk}/")

    assert 'href="javascript' not in page.text
    assert 'href="data' not in page.text


def test_a_very_long_text_is_cut_on_the_page_and_whole_on_its_own(client, make_case, ana):
    client.force_login(ana)
    case = make_case(text="word " * 10_000 + "THE END", last_words="word")

    page = client.get(f"/desk/cases/{case.pk}/")
    whole = client.get(f"/desk/messages/{case.messages.get().pk}/text/")

    assert "THE END" not in page.text
    assert "The whole text" in page.text
    assert "THE END" in whole.text
    assert whole["Content-Type"] == "text/plain; charset=utf-8"


def test_messages_of_a_merged_case_say_where_they_came_from(client, make_case, ana):
    client.force_login(ana)
    case, source = make_case(text="Target words"), make_case(text="Source words")
    merging.merge(source, into=case, by=ana)

    page = client.get(f"/desk/cases/{case.pk}/")

    assert "Source words" in page.text
    assert f"from #{source.pk}" in page.text


def test_a_case_merged_by_way_of_another_is_shown_too(make_case, ana):
    first, second, third = make_case(text="one"), make_case(text="two"), make_case(text="three")
    merging.merge(first, into=second, by=ana)
    merging.merge(second, into=third, by=ana)

    assert timeline(third).count == 3


def test_the_case_that_stays_tells_of_a_merge_once(make_case, ana):
    first, second, third = make_case(), make_case(), make_case()
    merging.merge(first, into=third, by=ana)
    merging.unmerge(first, by=ana)
    merging.merge(first, into=second, by=ana)
    merging.merge(second, into=third, by=ana)

    told = [item.words for day in timeline(third).days for item in day.items if item.entry]

    assert told == [
        f"merged #{first.pk} into this",
        f"#{first.pk} stands for itself again",
        f"merged #{first.pk} into this",
        f"merged #{second.pk} into this",
    ]


def test_a_merged_case_says_which_one_stands_for_it(client, make_case, ana):
    client.force_login(ana)
    case, source = make_case(), make_case()
    merging.merge(source, into=case, by=ana)

    page = client.get(f"/desk/cases/{source.pk}/")

    assert f"This case was merged into #{case.pk}" in page.text
    assert "Un-merge" in page.text
    assert "data-composer" not in page.text


def test_the_clock_explains_itself(client, make_case, ana):
    client.force_login(ana)
    now = timezone.now()
    case = make_case(due_at=now + timedelta(minutes=240))

    page = client.get(f"/desk/cases/{case.pk}/")

    assert "Billing promises an answer within 4 h 00" in page.text
    assert "So it is due" in page.text


def test_others_are_shown_before_one_types(client, make_case, ana, ben):
    case = make_case()
    presence.here(case, by=ben, state="editing")
    client.force_login(ana)

    page = client.get(f"/desk/cases/{case.pk}/")

    assert page.text.count("Ben is writing an answer") == 2  # in the head, and over the paper


def test_a_sign_of_life_tells_who_else_is_here_and_leaving_ends_it(client, make_case, ana, ben):
    case = make_case()
    presence.here(case, by=ben, state="viewing")
    client.force_login(ana)

    answer = client.post(f"/desk/cases/{case.pk}/presence/", {"state": "editing"})

    assert "Ben is looking" in answer.text
    assert case.viewings.get(person=ana).state == "editing"
    client.post(f"/desk/cases/{case.pk}/presence/", {"state": "gone"})
    assert not case.viewings.filter(person=ana).exists()


def test_a_row_of_the_list_gets_only_the_two_columns(client, make_case, ana):
    client.force_login(ana)
    case = make_case()

    page = client.get(
        f"/desk/cases/{case.pk}/", headers={"HX-Request": "true", "HX-Target": "case"}
    )

    assert "<html" not in page.text
    assert 'id="case"' in page.text
    assert 'id="side"' in page.text


def test_an_auditor_reads_and_finds_nothing_to_press(client, make_case, make_person, billing_team):
    client.force_login(make_person("Audrey", role="auditor"))
    case = make_case()

    page = client.get(f"/desk/cases/{case.pk}/")

    assert "Your role reads only." in page.text
    assert f"/desk/cases/{case.pk}/wrap-up/" not in page.text
    assert "data-composer" not in page.text


def test_each_state_on_the_way_out_has_its_words(client, make_case, ana):
    client.force_login(ana)
    case = make_case()
    words = {
        "queued": "Undo",
        "sending": "Being sent",
        "accepted": "Sent",
        "delivered": "Delivered",
        "failed": "it will be tried again: greylisted",
        "bounced": "It came back: no such mailbox",
        "undeliverable": "It could not be delivered: no such mailbox",
        "cancelled": "Taken back before it left",
    }
    message = replying.reply(case, by=ana, body="Answer", to=["rosa@cust.test"])
    for state, said in words.items():
        trouble = "greylisted" if state == "failed" else "no such mailbox"
        Message.objects.filter(pk=message.pk).update(state=state, trouble=trouble)

        page = client.get(f"/desk/cases/{case.pk}/timeline/")

        assert said in page.text, state
        assert ("Send again" in page.text) == (state in {"bounced", "undeliverable"})


def test_who_it_is_and_why_we_think_so(client, make_case, ana, rosa):
    client.force_login(ana)
    account = rosa.accounts.get()
    match = [{"customer": rosa.pk, "account": account.pk, "name": rosa.name,
              "number": account.number, "reasons": ["email on file"]}]  # fmt: skip
    case = make_case(customer=rosa, account=account, match=match)

    page = client.get(f"/desk/cases/{case.pk}/")

    for words in ("Rosa Delgado", "email on file", "Español"):
        assert words in page.text
    level = client.get(f"/desk/cases/{case.pk}/verification/", headers={"HX-Request": "true"})
    assert f'<span id="case-level-{case.pk}" class="push" hx-swap-oob="true">' in level.text
    assert "Not verified" in level.text  # an address on file proves nothing
    for figure in ("$213.40", "$90.12"):
        assert figure not in page.text

    set_secret(rosa, kind="pin", value="4821", by=ana)
    verifying.check(case, by=ana, said={"pin": "4821"})
    level = client.get(f"/desk/cases/{case.pk}/verification/", headers={"HX-Request": "true"})
    panel = client.get(f"/desk/cases/{case.pk}/panel/")

    assert "Verified ②" in level.text
    for figure in ("$213.40", "$90.12"):
        assert figure in panel.text


def test_the_past_shows_only_what_one_may_see(client, make_case, ana, rosa, outages):
    client.force_login(ana)
    case = make_case(customer=rosa, who_address="rosa@cust.test")
    make_case(customer=rosa, subject="Something else entirely", who_address="other@cust.test")
    make_case(customer=rosa, subject="Hidden from Ana", queue=outages)
    closed = make_case(customer=rosa, subject="An older matter")
    Case.objects.filter(pk=closed.pk).update(state="closed")

    past = client.get(f"/desk/cases/{case.pk}/panel/")

    assert "Something else entirely" in past.text
    assert "An older matter" in past.text
    assert "Hidden from Ana" not in past.text


def test_a_second_case_about_the_same_is_offered_for_merging(client, make_case, ana):
    client.force_login(ana)
    case, other = make_case(subject="My bill"), make_case(subject="Re: My bill")

    past = client.get(f"/desk/cases/{case.pk}/panel/")

    assert f"Merge #{other.pk} into this" in past.text


def test_ways_to_reach_somebody_say_what_they_allowed(client, make_case, ana, rosa):
    client.force_login(ana)
    case = make_case(customer=rosa)
    point = rosa.points.get()
    past = f"/desk/cases/{case.pk}/panel/"

    assert "Not asked" in client.get(past).text
    Consent.objects.create(
        point=point, channel="email", purpose="service", granted=True, source="agent"
    )
    assert "Service messages" in client.get(past).text
    Suppression.objects.create(kind="email", value=point.value, reason="the mailbox is gone")
    assert "the mailbox is gone" in client.get(past).text


def test_the_past_takes_a_fixed_number_of_statements(
    client, make_case, ana, rosa, django_assert_max_num_queries
):
    client.force_login(ana)
    case = make_case(customer=rosa)
    for n in range(12):
        make_case(customer=rosa, subject=f"Matter {n}")
        Point.objects.create(customer=rosa, kind="phone", value=f"+1555010{n:04}")
    client.get(f"/desk/cases/{case.pk}/panel/")

    with django_assert_max_num_queries(25):
        client.get(f"/desk/cases/{case.pk}/panel/")


class Inline(HTMLParser):
    """Collects what the content policy would refuse."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = {name for name, _value in attrs}
        if "style" in names or any(name.startswith(("on", "hx-on")) for name in names):
            self.found.append((tag, names))
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append((tag, names))


def test_the_page_keeps_to_the_content_policy(client, make_case, ana):
    client.force_login(ana)
    case = make_case()
    notes.note(case, by=ana, body="A note")
    page = client.get(f"/desk/cases/{case.pk}/")

    inline = Inline()
    inline.feed(page.text)

    assert inline.found == []


def test_a_file_that_was_refused_says_why(client, make_case, ana):
    client.force_login(ana)
    case = make_case()
    message = case.messages.get()
    Attachment.objects.create(message=message, name="huge.iso", size=9**9, refused="larger than")
    kept = vault.blobs().put(b"hello")
    Attachment.objects.create(message=message, name="a/b ü.txt", size=5, sha256=kept)

    page = client.get(f"/desk/cases/{case.pk}/")

    assert "huge.iso" in page.text
    assert "larger than" in page.text
    assert "/a_b%20%C3%BC.txt" in page.text


def test_a_closed_case_says_how_it_ended_and_offers_to_reopen(
    client, make_case, ana, code, outcome
):
    client.force_login(ana)
    case = make_case()
    closing.wrap_up(case, by=ana, code=code, outcome=outcome)

    page = client.get(f"/desk/cases/{case.pk}/")

    assert "Closed · Solved" in page.text
    assert "Reopen to write" in page.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "wrapped it up: High bill, Solved"), ("es", "Factura alta, Resuelto")],
)
def test_the_line_of_a_wrap_up_names_code_and_outcome_in_the_readers_language(
    client, make_case, ana, code, outcome, language, words
):
    code.name_es, outcome.name_es, ana.language = "Factura alta", "Resuelto", language
    for one in (code, outcome, ana):
        one.save()
    client.force_login(ana)
    case = make_case()
    closing.wrap_up(case, by=ana, code=code, outcome=outcome)

    page = client.get(f"/desk/cases/{case.pk}/")

    assert words in page.text
    assert "high-bill" not in page.text


def test_everything_the_inbox_records_about_a_case_is_told_in_words():
    sources = Path(casework.__file__).parent.glob("*.py")
    recorded = {
        verb
        for source in sources
        for verb in re.findall(r'record\(\s*\w+\.key,\s*"(\w+)"', source.read_text())
    }

    assert {"assigned", "bounced", "wrapped_up"} <= recorded
    assert recorded - set(TOLD_BY_MESSAGES) <= set(WORDS)
