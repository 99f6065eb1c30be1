"""The way out: queued with its case, undone in time, sent once, told in words when it fails."""

from datetime import timedelta

import pytest
from django.conf import settings

from contact_hub.carriers.base import Undeliverable
from contact_hub.carriers.email import tokens
from contact_hub.customers.actions import suppress
from contact_hub.inbox.actions import closing, drafts, merging, replying
from contact_hub.inbox.errors import (
    CaseClosed,
    NobodyToTell,
    NotAllowed,
    NothingToSay,
    NotWaiting,
    StaleDraft,
    TooLate,
    Unreachable,
)
from contact_hub.inbox.models import Draft, Message
from contact_hub.jobs.models import Job
from contact_hub.journal.models import Entry
from contact_hub.staff.models import Person

pytestmark = pytest.mark.django_db

TO = ["rosa@cust.test"]


@pytest.fixture
def case(arrive):
    return arrive().case


@pytest.fixture
def later(now, ana):
    return now + timedelta(seconds=ana.undo_seconds + 1)


def test_an_answer_carries_everything_a_mail_needs_to_thread(
    case, ana, mailbox, outbox, work_at, now, later
):
    message = replying.reply(case, by=ana, body="Because it was colder.", to=TO, now=now)
    assert outbox.sent == []

    work_at(later)

    (sent,) = outbox.sent
    message.refresh_from_db()
    assert (message.state, message.external_id) == ("accepted", "queued-1")
    assert sent.in_reply_to == "one@cust.test"
    assert sent.references == ("one@cust.test",)
    assert sent.message_id == message.message_id
    assert sent.sender.address == mailbox.address
    assert tokens.case_of(sent.reply_to.address, settings.SECRET_KEY) == case.pk
    assert f"#{case.pk}" in sent.subject
    assert "Because it was colder." in sent.text
    assert "<p>Because it was colder.</p>" in sent.html


def test_answering_takes_the_case_and_stops_its_clock(case, ana, now):
    replying.reply(case, by=ana, body="On it.", to=TO, wait=True, now=now)

    case.refresh_from_db()
    assert (case.owner, case.state, case.due_at) == (ana, "waiting", None)
    contact = case.contacts.get()
    assert (contact.answered, contact.agent) == (now, ana)
    assert (case.last_words, case.last_inbound) == ("On it.", False)


def test_an_answer_taken_back_in_time_never_leaves(case, ana, outbox, work_at, now, later):
    due = case.due_at
    message = replying.reply(case, by=ana, body="Wrong words", to=TO, wait=True, now=now)

    replying.undo(message, by=ana, now=now + timedelta(seconds=14))
    work_at(later)

    case.refresh_from_db()
    assert outbox.sent == []
    assert Draft.objects.get().body == "Wrong words"
    assert (case.state, case.due_at, case.last_inbound) == ("new", due, True)
    assert Message.objects.get(pk=message.pk).state == "cancelled"


def test_taking_back_twice_is_once_and_too_late_is_said(case, ana, outbox, work_at, now, later):
    message = replying.reply(case, by=ana, body="Words", to=TO, now=now)
    replying.undo(message, by=ana, now=now)
    replying.undo(message, by=ana, now=now)
    assert Draft.objects.get().body == "Words"

    again = replying.reply(case, by=ana, body="Words", to=TO, now=now)
    with pytest.raises(TooLate):
        replying.undo(again, by=ana, now=later)
    work_at(later)
    with pytest.raises(TooLate):
        replying.undo(again, by=ana, now=now)


def test_nobody_takes_back_the_answer_of_another(case, ana, lee, now):
    message = replying.reply(case, by=ana, body="Words", to=TO, now=now)

    with pytest.raises(TooLate):
        replying.undo(message, by=lee, now=now)


def test_an_answer_taken_back_after_a_merge_waits_in_the_case_that_stands(case, arrive, ana, now):
    target = arrive(message_id="<two@luis.test>", sender="luis@cust.test").case
    message = replying.reply(case, by=ana, body="Words", to=TO, now=now)
    merging.merge(case, into=target, by=ana, now=now)

    replying.undo(message, by=ana, now=now)

    assert Draft.objects.get().case == target


def test_a_bounced_message_of_a_merged_case_is_sent_again_from_the_one_that_stands(
    case, arrive, ana, outbox, work_at, now, later
):
    outbox.refusals = [Undeliverable("550 no such user", permanent=True)]
    message = replying.reply(case, by=ana, body="Words", to=TO, now=now)
    work_at(later)
    target = arrive(message_id="<two@luis.test>", sender="luis@cust.test").case
    merging.merge(case, into=target, by=ana, now=later)

    assert replying.resend(message, by=ana, now=later).case == target


def test_a_refusal_for_good_is_the_writers_matter_and_no_dead_job(
    case, ana, outbox, work_at, now, later
):
    outbox.refusals = [Undeliverable("550 no such user", permanent=True)]
    replying.reply(case, by=ana, body="Words", to=TO, now=now)
    work_at(later)

    assert Job.objects.get(queue="mail").state == "done"


def test_the_job_run_twice_sends_once(case, ana, outbox, work_at, now, later):
    replying.reply(case, by=ana, body="Words", to=TO, now=now)
    work_at(later)
    Job.objects.update(state="ready", run_at=now)

    work_at(later)

    assert len(outbox.sent) == 1


def test_temporary_trouble_is_tried_again_with_the_same_id(case, ana, outbox, work_at, now, later):
    outbox.refusals = [Undeliverable("421 try later", permanent=False)]
    message = replying.reply(case, by=ana, body="Words", to=TO, now=now)

    work_at(later)
    message.refresh_from_db()
    assert (message.state, message.trouble) == ("failed", "421 try later")

    work_at(later + timedelta(hours=2))
    message.refresh_from_db()
    assert (message.state, message.trouble) == ("accepted", "")
    assert [one.message_id for one in outbox.sent] == [message.message_id]


def test_a_permanent_refusal_lands_in_the_writers_tray_and_is_sent_again_by_one_click(
    case, ana, outbox, work_at, now, later
):
    outbox.refusals = [Undeliverable("550 no such user", permanent=True)]
    message = replying.reply(case, by=ana, body="Words", to=TO, now=now)
    work_at(later)
    message.refresh_from_db()
    case.refresh_from_db()
    assert (message.state, message.trouble) == ("undeliverable", "550 no such user")
    assert case.undelivered

    again = replying.resend(message, by=ana, to=["rosa@new.test"], now=later)
    work_at(later + timedelta(seconds=1))

    case.refresh_from_db()
    assert not case.undelivered
    assert outbox.sent[0].to[0].address == "rosa@new.test"
    assert again.resend_of == message
    with pytest.raises(NotWaiting):
        replying.resend(message, by=ana, now=later)


def test_an_undelivered_message_can_be_dismissed(case, ana, outbox, work_at, now, later):
    outbox.refusals = [Undeliverable("550 no such user", permanent=True)]
    message = replying.reply(case, by=ana, body="Words", to=TO, now=now)
    work_at(later)

    replying.dismiss(message, by=ana)
    replying.dismiss(message, by=ana)

    case.refresh_from_db()
    assert not case.undelivered
    assert Entry.objects.filter(verb="dismissed").count() == 1


def test_trouble_that_lasts_two_days_is_given_up_and_told(case, ana, outbox, work_at, now, later):
    outbox.refusals = [Undeliverable("421 busy", permanent=False) for _ in range(200)]
    message = replying.reply(case, by=ana, body="Words", to=TO, now=now)

    for hours in range(0, 60, 6):
        work_at(later + timedelta(hours=hours))

    message.refresh_from_db()
    assert message.state == "undeliverable"


def test_a_suppressed_address_is_refused_before_and_at_the_last_moment(
    case, ana, outbox, work_at, now, later
):
    message = replying.reply(case, by=ana, body="Words", to=TO, now=now)
    suppress("rosa@cust.test", kind="email", reason="mailbox full for good", by=None)

    work_at(later)

    message.refresh_from_db()
    assert outbox.sent == []
    assert message.state == "undeliverable"
    assert "mailbox full for good" in message.trouble
    with pytest.raises(Unreachable, match="mailbox full for good"):
        replying.reply(case, by=ana, body="Words", to=TO, now=now)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"body": "  \n"}, NothingToSay),
        ({"to": []}, NobodyToTell),
        ({"to": ["not an address"]}, NobodyToTell),
        ({"to": [f"c{n}@x.test" for n in range(21)]}, NobodyToTell),
    ],
)
def test_an_answer_that_cannot_go_is_refused_and_changes_nothing(case, ana, fields, error, now):
    with pytest.raises(error):
        replying.reply(case, by=ana, **{"body": "Words", "to": TO} | fields, now=now)

    assert not Message.objects.filter(direction="out").exists()
    assert not Job.objects.filter(queue="mail").exists()


def test_a_closed_case_takes_no_answer(case, ana, code, outcome, now):
    closing.wrap_up(case, by=ana, code=code, outcome=outcome, now=now)

    with pytest.raises(CaseClosed, match="reopen it first"):
        replying.reply(case, by=ana, body="Words", to=TO, now=now)


def test_an_auditor_writes_nothing(case, make_person, now):
    auditor = make_person("Audrey", role=Person.Role.AUDITOR)

    with pytest.raises(NotAllowed):
        replying.reply(case, by=auditor, body="Words", to=TO, now=now)


def test_sending_ends_the_draft_and_takes_its_files(case, ana, now, settings, tmp_path):

    draft = drafts.keep(case, by=ana, mode="email", version=0, body="Words", to=TO[0])
    drafts.attach(draft, by=ana, name="bill.pdf", content_type="application/pdf", content=b"%PDF")

    message = replying.reply(
        case, by=ana, body="Words", to=TO, draft_version=draft.version, now=now
    )

    assert not Draft.objects.exists()
    assert message.attachments.get().name == "bill.pdf"


def test_an_answer_from_an_older_window_is_refused(case, ana, now):
    drafts.keep(case, by=ana, mode="email", version=0, body="older")
    drafts.keep(case, by=ana, mode="email", version=1, body="newer")

    with pytest.raises(StaleDraft):
        replying.reply(case, by=ana, body="older", to=TO, draft_version=1, now=now)
    with pytest.raises(StaleDraft):
        drafts.keep(case, by=ana, mode="email", version=1, body="oldest")

    assert Draft.objects.get().body == "newer"


def test_keeping_the_same_words_twice_is_keeping_them_once(case, ana):
    first = drafts.keep(case, by=ana, mode="email", version=0, body="Words", to=TO[0])

    second = drafts.keep(case, by=ana, mode="email", version=0, body="Words", to=TO[0])

    assert (second.version, second.updated_at) == (first.version, first.updated_at)
    with pytest.raises(StaleDraft):
        drafts.keep(case, by=ana, mode="email", version=0, body="Other words", to=TO[0])


def test_the_signature_is_in_the_customers_language(
    case, ana, mailbox, outbox, work_at, now, later
):
    from contact_hub.customers.models import Customer

    mailbox.signature, mailbox.signature_es = "Customer care", "Atención al cliente"
    mailbox.save()
    case.customer = Customer.objects.create(name="Rosa", language="es")
    case.save()

    replying.reply(case, by=ana, body="Hola", to=TO, now=now)
    work_at(later)

    assert outbox.sent[0].text.endswith("-- \nAtención al cliente")
