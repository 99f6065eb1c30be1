from datetime import timedelta

import pytest
from django.utils import timezone

from contact_hub.desk.actions import tending
from contact_hub.inbox import vault
from contact_hub.inbox.actions import intake, notes, replying
from contact_hub.inbox.errors import NotAllowed
from contact_hub.inbox.models import Case, Envelope, Mailbox, Message
from contact_hub.jobs.models import Attempt, Job, Schedule
from contact_hub.journal.models import Entry

SCRIPT = {"HX-Request": "true"}
MAIL = (
    b"From: Rosa <rosa@cust.test>\r\nTo: billing@hub.test\r\nMessage-ID: <a@cust.test>\r\n"
    b"Subject: Question\r\n\r\nWhy is it so high? <script>alert(1)</script>\r\n"
)


@pytest.fixture
def lead(client, lee):
    client.force_login(lee)
    return client


@pytest.fixture
def set_aside(mailbox):
    def make(raw=MAIL, error="Unreadable: no header at all"):
        sealed, blob = vault.keep(raw)
        return Envelope.objects.create(
            carrier="email",
            external_id=f"x{Envelope.objects.count()}",
            state="quarantined",
            door="lmtp",
            mailbox=mailbox,
            mail_from="rosa@cust.test",
            recipients=[mailbox.address],
            size=len(raw),
            raw=sealed,
            blob=blob,
            attempts=6,
            error=error,
        )

    return make


def test_quarantined_mail_is_listed_with_its_reason(lead, set_aside):
    set_aside()

    page = lead.get("/tend/quarantine/")

    assert "Unreadable: no header at all" in page.text
    assert "Tried 6 times." in page.text


def test_an_empty_quarantine_says_so(lead):
    assert "Every mail was filed" in lead.get("/tend/quarantine/").text


def test_every_look_at_raw_mail_leaves_a_line_in_the_journal(lead, set_aside, lee):
    envelope = set_aside()

    page = lead.get(f"/tend/quarantine/{envelope.pk}/")
    lead.get(f"/tend/quarantine/{envelope.pk}/")
    file = lead.get(f"/tend/quarantine/{envelope.pk}/mail.eml")

    assert "&lt;script&gt;alert(1)" in page.text
    assert file.content == MAIL
    assert file["Content-Type"] == "application/octet-stream"
    assert file["Content-Disposition"].startswith("attachment;")
    verbs = Entry.objects.filter(subject=f"envelope.{envelope.pk}", by=lee)
    assert list(verbs.order_by("seq").values_list("verb", flat=True)) == [
        "read_raw",
        "read_raw",
        "downloaded_raw",
    ]


@pytest.mark.parametrize("page", ["", "mail.eml"])
def test_raw_mail_that_was_filed_is_nobodys_to_read_past_its_case(lead, set_aside, page):
    envelope = set_aside()
    Envelope.objects.filter(pk=envelope.pk).update(state="filed")

    answer = lead.get(f"/tend/quarantine/{envelope.pk}/{page}")

    assert answer.status_code == 404
    assert not Entry.objects.filter(subject=f"envelope.{envelope.pk}").exists()


def test_bytes_that_are_no_text_are_shown_too(lead, set_aside):
    envelope = set_aside(b"\x00\xff\xfe not a mail \x80")

    page = lead.get(f"/tend/quarantine/{envelope.pk}/")

    assert "\\xff\\xfe not a mail \\x80" in page.text


def test_only_the_beginning_of_a_huge_mail_is_shown(lead, set_aside):
    envelope = set_aside(b"x" * 300_000 + b"THE END")

    page = lead.get(f"/tend/quarantine/{envelope.pk}/")

    assert "THE END" not in page.text
    assert "Only the beginning is shown" in page.text


def test_trying_again_files_the_mail_once_the_cause_is_mended(lead, set_aside):
    envelope = set_aside()

    answer = lead.post(f"/tend/quarantine/{envelope.pk}/release/", headers=SCRIPT)

    message = Message.objects.get()
    assert f"Filed in case #{message.case_id}." in answer.text
    envelope.refresh_from_db()
    assert envelope.state == "filed"


def test_trying_again_what_is_no_longer_in_quarantine_says_so(lead, set_aside):
    envelope = set_aside()
    lead.post(f"/tend/quarantine/{envelope.pk}/release/")

    again = lead.post(f"/tend/quarantine/{envelope.pk}/release/", headers=SCRIPT)

    assert again.status_code == 409
    assert "no longer in quarantine" in again.text
    assert Message.objects.count() == 1


@pytest.fixture
def zoe_leads(zoe):
    """Leads another team."""
    zoe.role = "lead"
    zoe.save()
    return zoe


def test_mail_set_aside_is_for_the_leads_of_its_own_mailbox(client, set_aside, zoe_leads):
    envelope = set_aside()
    client.force_login(zoe_leads)
    at = f"/tend/quarantine/{envelope.pk}"

    listed = client.get("/tend/quarantine/")
    answers = [
        client.get(f"{at}/"),
        client.get(f"{at}/mail.eml"),
        client.post(f"{at}/release/"),
        client.post(f"{at}/discard/", {"reason": "spam"}),
    ]

    assert "rosa@cust.test" not in listed.text
    assert "Every mail was filed" in listed.text
    assert [answer.status_code for answer in answers] == [404] * 4
    envelope.refresh_from_db()
    assert envelope.state == "quarantined"
    assert '<dd class="num"><a href="/tend/quarantine/">0</a>' in client.get("/tend/jobs/").text
    for act in (
        lambda: intake.release(envelope, by=zoe_leads),
        lambda: intake.discard(envelope, by=zoe_leads, reason="spam"),
        lambda: tending.open_raw(envelope, by=zoe_leads),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_mail_to_nobody_known_is_for_every_lead_and_a_manager_sees_all(
    client, set_aside, zoe_leads, max_
):
    set_aside(error="first trouble")
    Envelope.objects.update(mailbox=None)
    set_aside(error="second trouble")

    client.force_login(zoe_leads)
    hers = client.get("/tend/quarantine/").text
    client.force_login(max_)
    everything = client.get("/tend/quarantine/").text

    assert "first trouble" in hers
    assert "second trouble" not in hers
    assert "first trouble" in everything
    assert "second trouble" in everything


def test_mail_that_no_door_gave_a_mailbox_belongs_to_the_one_it_was_sent_to(
    client, mailbox, lee, zoe_leads
):
    marked = mailbox.address.replace("@", "+c42.abcdefghij@")
    envelope = intake.receive(b"", door="lmtp", recipients=["who@hub.test", marked])

    envelope.refresh_from_db()
    assert (envelope.state, envelope.mailbox) == ("quarantined", mailbox)
    assert list(Envelope.objects.visible_to(lee)) == [envelope]
    assert list(Envelope.objects.visible_to(zoe_leads)) == []


def test_discarding_needs_a_reason_and_keeps_it(lead, set_aside):
    envelope = set_aside()
    address = f"/tend/quarantine/{envelope.pk}/discard/"

    refused = lead.post(address, {"reason": " "}, headers=SCRIPT)
    lead.post(address, {"reason": "an advertisement"})

    assert refused.status_code == 409
    assert "Say why" in refused.text
    envelope.refresh_from_db()
    assert envelope.state == "discarded"
    entry = Entry.objects.get(subject=intake.envelope_key(envelope), verb="discarded")
    assert entry.particulars == {"reason": "an advertisement"}


@pytest.fixture
def returned(make_case, ana):
    def make(by=ana, **fields):
        case = make_case(**fields)
        message = replying.reply(case, by=by, body="We will come on Tuesday.", to=["r@cust.test"])
        Message.objects.filter(pk=message.pk).update(state="bounced", trouble="no such mailbox")
        return message

    return make


def test_ones_own_returned_answers_are_listed_with_the_reason(client, returned, ana, ben):
    returned(subject="Ana's case")
    returned(subject="Ben's case", by=ben)
    client.force_login(ana)

    page = client.get("/desk/undelivered/")

    assert "Ana&#x27;s case" in page.text
    assert "no such mailbox" in page.text
    assert "Ben&#x27;s case" not in page.text


def test_an_empty_tray_says_when_answers_of_colleagues_did_not_arrive(client, returned, ana, ben):
    Case.objects.filter(pk=returned(by=ben).case_id).update(undelivered=True)
    client.force_login(ana)

    page = client.get("/desk/undelivered/")

    assert "Everything arrived" not in page.text
    assert "Everything you wrote arrived" in page.text
    assert "1 case of your queues holds an answer of a colleague that did not arrive." in page.text
    assert "/desk/?view=undelivered" in page.text


def test_a_lead_sees_those_of_the_whole_team_and_of_no_other(lead, returned, ben, zoe, outages):
    returned(subject="From Ana")
    returned(subject="From Ben", by=ben)
    returned(subject="From Zoe", by=zoe, queue=outages)

    page = lead.get("/desk/undelivered/")

    assert "From Ana" in page.text
    assert "From Ben" in page.text
    assert "From Zoe" not in page.text


def test_sending_again_from_the_tray_to_another_address_comes_back_to_the_tray(
    client, returned, ana
):
    message = returned()
    client.force_login(ana)

    answer = client.post(
        f"/desk/messages/{message.pk}/resend/",
        {"to": "right@cust.test", "next": "/desk/undelivered/"},
    )

    assert answer.url == "/desk/undelivered/"
    again = Message.objects.get(resend_of=message)
    assert again.to[0]["address"] == "right@cust.test"
    assert "Everything arrived" in client.get("/desk/undelivered/").text


def test_the_way_back_is_never_another_site(client, returned, ana):
    message = returned()
    client.force_login(ana)

    answer = client.post(
        f"/desk/messages/{message.pk}/dismiss/", {"next": "https://evil.test/desk/undelivered/"}
    )

    assert answer.url == f"/desk/cases/{message.case_id}/"


def test_letting_it_be_takes_it_off_the_tray(client, returned, ana):
    message = returned()
    client.force_login(ana)

    client.post(f"/desk/messages/{message.pk}/dismiss/", {"next": "/desk/undelivered/"})

    assert "Everything arrived" in client.get("/desk/undelivered/").text


def test_mentions_are_listed_until_and_after_they_were_seen(client, make_case, ana, ben):
    case = make_case()
    notes.note(case, by=ben, body="@Ana look at the meter")
    client.force_login(ana)

    fresh = client.get("/desk/mentions/")
    client.post(f"/desk/cases/{case.pk}/seen/")
    seen = client.get("/desk/mentions/")

    assert "look at the meter" in fresh.text
    assert "unread" in fresh.text
    assert "look at the meter" in seen.text
    assert "unread" not in seen.text


def test_a_dead_job_says_what_it_was_about(lead, returned):
    message = returned(subject="Gate code")
    Job.objects.create(
        task="contact_hub.inbox.actions.sending.send",
        args=[message.pk],
        state="dead",
        attempts=12,
        last_error="554 relaying denied",
        finished_at=timezone.now(),
    )

    page = lead.get("/tend/jobs/")

    assert "Sending a mail to r@cust.test" in page.text
    assert "Gate code" in page.text
    assert "554 relaying denied" in page.text


def test_what_a_job_of_another_team_was_about_is_not_told(lead, returned, outages, zoe):
    message = returned(subject="Gate code", queue=outages, by=zoe)
    Job.objects.create(
        task="contact_hub.inbox.actions.sending.send",
        args=[message.pk],
        state="dead",
        finished_at=timezone.now(),
    )

    page = lead.get("/tend/jobs/")

    assert "inbox.actions.sending.send" in page.text
    assert "Gate code" not in page.text
    assert "r@cust.test" not in page.text


def test_why_the_mail_of_another_team_failed_is_not_told_for_it_may_quote_an_address(
    client, returned, zoe_leads, max_
):
    message = returned(subject="Gate code")
    Job.objects.create(
        task="contact_hub.inbox.actions.sending.send",
        args=[message.pk],
        state="dead",
        last_error="550 <r@cust.test> owes too much",
        finished_at=timezone.now(),
    )
    Job.objects.create(task="x", state="dead", last_error="disk full", finished_at=timezone.now())

    client.force_login(zoe_leads)
    hers = client.get("/tend/jobs/").text
    client.force_login(max_)
    everything = client.get("/tend/jobs/").text

    assert "owes too much" not in hers
    assert "mail of another team" in hers
    assert "disk full" in hers
    assert "owes too much" in everything


def test_an_unknown_outcome_asks_to_look_outside_first(lead):
    job = Job.objects.create(task="x", state="unknown", finished_at=timezone.now())
    Attempt.objects.create(job=job, key="abc@hub.test", state="open")

    page = lead.get("/tend/jobs/")

    assert "Nobody knows whether it happened" in page.text
    assert "Look outside before you let it run again." in page.text


def test_a_job_runs_again_or_is_given_up_once_and_the_journal_says_who(lead, lee):
    again, given_up = (
        Job.objects.create(task="x", state="dead", finished_at=timezone.now()) for _n in range(2)
    )

    lead.post(f"/tend/jobs/{again.pk}/retry/")
    lead.post(f"/tend/jobs/{given_up.pk}/discard/")
    late = lead.post(f"/tend/jobs/{given_up.pk}/retry/", headers=SCRIPT)

    again.refresh_from_db()
    assert again.state == "ready"
    assert late.status_code == 409
    assert "decided about this job already" in late.text
    assert Entry.objects.get(subject=f"job.{again.pk}").verb == "retried"
    assert Entry.objects.get(subject=f"job.{given_up.pk}").by == lee


def test_health_tells_a_silent_mailbox_a_broken_one_and_a_late_schedule(lead, billing):
    now = timezone.now()
    fetched = {"queue": billing, "imap_host": "imap.test", "name": "x"}
    Mailbox.objects.create(address="well@hub.test", last_good_at=now, **fetched)
    Mailbox.objects.create(
        address="silent@hub.test", last_good_at=now - timedelta(hours=2), **fetched
    )
    Mailbox.objects.create(address="broken@hub.test", last_error="login failed", **fetched)
    Mailbox.objects.create(address="never@hub.test", **fetched)
    Schedule.objects.create(
        name="sweep", task="x", cron="* * * * *", next_run_at=now - timedelta(hours=1)
    )

    page = lead.get("/tend/jobs/")

    assert "login failed" in page.text
    assert page.text.count("Silent") == 2
    assert "never" in page.text
    assert "Late" in page.text


def test_the_lists_take_a_fixed_number_of_statements(
    lead, returned, set_aside, django_assert_max_num_queries
):
    for n in range(12):
        returned(subject=f"Case {n}")
        set_aside()
    for address in ("/desk/undelivered/", "/tend/quarantine/", "/tend/jobs/", "/desk/mentions/"):
        lead.get(address)
        with django_assert_max_num_queries(15):
            lead.get(address)
