"""Which case a mail ends in, through the whole way in."""

from datetime import timedelta

import pytest
from django.conf import settings

from contact_hub.carriers.email import tokens
from contact_hub.inbox.actions import closing, merging, replying
from contact_hub.inbox.models import Case
from contact_hub.journal.models import Entry

pytestmark = pytest.mark.django_db


def answer(case, ana, now, work_at, **fields):
    message = replying.reply(case, by=ana, body="Let me look.", to=["rosa@cust.test"], now=now)
    work_at(now + timedelta(seconds=ana.undo_seconds + 1))
    return message


def test_an_answer_to_our_mail_finds_its_case_by_references(arrive, ana, outbox, work_at, now):
    case = arrive().case
    answer(case, ana, now, work_at)
    ours = outbox.sent[0]

    reply = arrive(
        "Thank you\n",
        message_id="<two@cust.test>",
        sender="other@address.test",
        in_reply_to=f"<{ours.message_id}>",
        references=f"<one@cust.test> <{ours.message_id}>",
    )

    assert reply.case == case
    assert Entry.objects.filter(subject=case.key).last().particulars["threaded_by"] == "references"


def test_the_reply_address_alone_is_enough(arrive, ana, now):
    case = arrive().case
    address = tokens.reply_address("billing@hub.test", case.pk, settings.SECRET_KEY)

    reply = arrive(
        message_id="<x@y.test>", sender="new@address.test", to=address, recipients=[address]
    )

    assert reply.case == case


def test_a_forged_reply_address_opens_a_new_case(arrive):
    case = arrive().case
    address = f"billing+c{case.pk}.aaaaaaaaaa@hub.test"

    reply = arrive(
        message_id="<x@y.test>", sender="new@address.test", to=address, recipients=[address]
    )

    assert reply.case != case


def test_a_reply_that_overtakes_its_parent_ends_in_one_case(arrive):
    reply = arrive(
        "and another thing\n",
        message_id="<child@cust.test>",
        in_reply_to="<parent@cust.test>",
        references="<parent@cust.test>",
    )
    closed = reply.case
    Case.objects.update(who_address="changed@cust.test")  # so that only the ids can tell

    parent = arrive("the beginning\n", message_id="<parent@cust.test>")

    assert parent.case == closed
    assert Case.objects.count() == 1


def test_two_customers_who_answer_one_newsletter_get_a_case_each(arrive):
    first = arrive(message_id="<a@x.test>", in_reply_to="<news@letters.test>")
    second = arrive(
        message_id="<b@x.test>", in_reply_to="<news@letters.test>", sender="luis@cust.test"
    )

    assert first.case != second.case


def test_a_subject_tag_counts_for_the_customer_and_not_for_a_stranger(arrive, billing, now):
    case = arrive().case
    arrive("something else\n", message_id="<other@x.test>", sender="rosa@cust.test")
    tag = f"Re: bill [#{case.pk}]"

    assert arrive(message_id="<t1@x.test>", subject=tag).case == case
    assert arrive(message_id="<t2@x.test>", subject=tag, sender="eve@x.test").case != case


def test_a_further_mail_of_the_same_sender_joins_the_only_open_case(arrive, now):
    case = arrive().case

    assert arrive("me again\n", message_id="<two@cust.test>", subject="Other words").case == case


def test_a_mail_after_the_case_was_closed_begins_a_new_case(arrive, ana, code, outcome, now):
    case = arrive().case
    closing.wrap_up(case, by=ana, code=code, outcome=outcome, now=now)

    assert arrive("new matter\n", message_id="<two@cust.test>").case != case


def test_an_answer_to_a_closed_case_opens_it_again_with_a_new_contact(
    arrive, ana, code, outcome, now
):
    case = arrive().case
    closing.wrap_up(case, by=ana, code=code, outcome=outcome, now=now)

    arrive("not solved\n", message_id="<two@cust.test>", in_reply_to="<one@cust.test>")

    case.refresh_from_db()
    assert (case.state, case.outcome, case.closed_at) == ("open", None, None)
    assert case.due_at is not None
    assert case.contacts.count() == 2


def test_mail_to_a_merged_case_follows_the_pointer(arrive, ana):
    source = arrive().case
    target = arrive(message_id="<two@luis.test>", sender="luis@cust.test").case
    merging.merge(source, into=target, by=ana)

    reply = arrive("so?\n", message_id="<three@cust.test>", in_reply_to="<one@cust.test>")

    assert reply.case == target


def test_a_chain_of_merges_leads_to_the_last_case(arrive, ana):
    cases = [arrive(message_id=f"<{n}@x.test>", sender=f"c{n}@x.test").case for n in range(3)]
    merging.merge(cases[0], into=cases[1], by=ana)
    merging.merge(cases[1], into=cases[2], by=ana)

    reply = arrive(message_id="<late@x.test>", in_reply_to="<0@x.test>", sender="c0@x.test")

    assert reply.case == cases[2]
