"""The way in: every mail is kept first and filed once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contact_hub.carriers.base import Inbound, Party, Unreadable
from contact_hub.carriers.email import Email
from contact_hub.carriers.registry import use
from contact_hub.customers.actions import decide
from contact_hub.customers.actions.faces import renew
from contact_hub.customers.models import Account, Customer, Point
from contact_hub.inbox import vault
from contact_hub.inbox.actions import intake
from contact_hub.inbox.errors import NotAllowed, NotWaiting
from contact_hub.inbox.models import Case, ContactAccountLink, Envelope, Mailbox, Message
from contact_hub.inbox.queries.ours import own_points
from contact_hub.journal.models import Entry
from contact_hub.lib.sealing import Sealer

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(db):
    customer = Customer.objects.create(name="Rosa Delgado")
    Point.objects.create(customer=customer, kind="email", value="rosa@cust.test")
    Account.objects.create(number="4410227931", line="electric", customer=customer)
    return customer


def test_a_first_mail_becomes_a_case_in_the_queue_of_its_mailbox(arrive, billing, now):
    message = arrive("Why did my bill double?\n")

    case = message.case
    assert (case.queue, case.state, case.subject) == (billing, "new", "High bill")
    assert (case.who_address, case.last_words) == ("rosa@cust.test", "Why did my bill double?")
    assert case.due_at > now
    assert message.contact.channel == "email"
    assert message.text.strip() == "Why did my bill double?"


def test_the_raw_mail_is_kept_sealed_byte_for_byte(arrive, mail):
    arrive("secret words\n")

    envelope = Envelope.objects.get()
    assert b"secret words" not in bytes(envelope.raw)
    assert vault.fetch(envelope.raw, envelope.blob) == mail("secret words\n")


def test_a_large_mail_lies_outside_the_database(arrive, settings, tmp_path):

    message = arrive("x" * 70 + "\n" + ("long line of words " * 4 + "\n") * 2000)

    envelope = Envelope.objects.get()
    assert bytes(envelope.raw) == b""
    assert envelope.blob
    assert len(message.text) > 100_000


def test_the_same_mail_through_two_doors_is_one(arrive, mail):
    first = arrive()
    copy = b"Received: from elsewhere\r\nDelivered-To: billing@hub.test\r\n" + mail()

    second = intake.receive(copy, door="imap")

    assert second.message == first
    assert (Envelope.objects.count(), Message.objects.count()) == (1, 1)


ALARM = b"From: pump@plant.test\r\nTo: billing@hub.test\r\nSubject: Pump 3\r\n\r\nFailed.\r\n"


def alarm(at, *, received="", **options):
    trace = f"Received: from plant by mx; {received}\r\n".encode() if received else b""
    return intake.receive(trace + ALARM, door=options.pop("door", "lmtp"), now=at, **options)


def test_mail_without_a_name_is_not_swallowed_when_the_same_happens_again(mailbox, now):
    first = alarm(now)

    assert alarm(now + timedelta(minutes=14)) == first  # the same hand-over, tried once more
    assert alarm(now + timedelta(minutes=16)) != first
    assert alarm(now + timedelta(days=1)) != first


def test_mail_without_a_name_is_told_apart_by_its_way(mailbox, now):
    first = alarm(now, received="09:00:00")

    assert alarm(now, received="09:00:05") != first
    assert alarm(now + timedelta(days=1), received="09:00:00") == first


def test_mail_without_a_name_is_told_apart_by_its_place_in_the_mailbox(mailbox, now):
    first = alarm(now, door="imap", mailbox=mailbox, place="7.1")

    assert alarm(now, door="imap", mailbox=mailbox, place="7.2") != first
    assert alarm(now + timedelta(days=1), door="imap", mailbox=mailbox, place="7.1") == first


def test_the_same_id_with_other_content_is_two(arrive):
    arrive("first\n")
    arrive("second\n")

    assert Message.objects.count() == 2
    assert Envelope.objects.count() == 2


def test_a_known_sender_is_suggested_with_the_reason_and_never_attached(arrive, rosa):
    case = arrive(sender="R. D. <rosa@cust.test>").case

    assert (case.customer, case.account, case.who_name) == (None, None, "R. D.")
    assert case.match[0]["reasons"] == ["email on file"]
    link = ContactAccountLink.objects.get()
    assert (link.customer, link.account.number) == (rosa, "4410227931")
    assert (link.state, link.by) == ("suggested", None)
    assert link.probability >= 0.99
    assert link.evidence["fields"][0]["bits"] == 25.0


def test_an_account_number_from_a_strange_address_is_only_a_candidate(arrive, rosa):
    case = arrive("my account is 4410-2279-31\n", sender="Eve <new@elsewhere.test>").case

    assert (case.customer, case.who_name) == (None, "Eve")
    assert case.match[0]["reasons"] == ["account number in the text"]


def test_a_form_speaks_for_the_person_it_names(arrive, rosa):
    message = arrive(sender="Form <noreply@forms.test>", reply_to="Rosa <rosa@cust.test>")

    assert (message.from_address, message.automatic) == ("rosa@cust.test", False)
    assert message.case.match[0]["customer"] == rosa.pk


def test_whom_the_sender_asks_to_answer_is_kept(arrive):
    message = arrive(reply_to="Rosa at work <rosa@work.test>")

    assert message.from_address == "rosa@cust.test"
    assert message.answer_to == [{"name": "Rosa at work", "address": "rosa@work.test"}]


def test_an_address_that_two_customers_share_makes_neither_likely(arrive, rosa):
    brother = Customer.objects.create(name="Luis Delgado")
    Point.objects.create(customer=brother, kind="email", value="rosa@cust.test")

    case = arrive().case

    assert case.customer is None
    assert {one["name"] for one in case.match} == {"Rosa Delgado", "Luis Delgado"}
    assert all(one["probability"] < 0.5 for one in case.match)
    assert not ContactAccountLink.objects.exists()


@pytest.mark.parametrize("sender", ["Billing@hub.test", "desk@hub.test"])
def test_our_own_addresses_are_nobodys_even_where_a_customers_file_has_them(
    arrive, mailbox, rosa, sender, work_at, now
):
    decide("points.own", value=["Desk@hub.test"], starts_on=now.date(), by=None)
    Point.objects.create(customer=rosa, kind="email", value=sender.lower())
    renew([rosa.pk])

    message = arrive("Handed on for you.\n", sender=f"Rosa Delgado <{sender}>")
    work_at(now)

    message.case.refresh_from_db()
    assert message.case.match == []


def test_the_phones_our_mailboxes_sign_with_are_nobodys(arrive, mailbox, rosa):
    Mailbox.objects.update(signature="Alder Utilities\nCall (206) 555-0100")
    Point.objects.create(customer=rosa, kind="phone", value="+12065550100")

    message = arrive("I called 206-555-0100 and nobody came.\n", sender="new@elsewhere.test")

    assert message.case.match == []


def test_mail_for_nobody_we_know_goes_to_the_first_queue(arrive, billing):
    assert arrive(to="who@hub.test", recipients=("who@hub.test",)).case.queue == billing


def test_every_mail_leaves_a_line_in_the_journal(arrive):
    message = arrive()

    entry = Entry.objects.get(subject=message.case.key)
    assert (entry.verb, entry.seq, entry.particulars["message"]) == ("received", 1, message.pk)
    assert "Why did" not in str(entry.particulars)


@pytest.mark.parametrize("known", [True, False])
def test_a_plain_mail_costs_at_most_fourteen_statements(mail, mailbox, rosa, known, now):
    raw = mail(sender="rosa@cust.test" if known else "new@elsewhere.test")
    own_points()  # what the office decided, and what is its own, is remembered for some seconds

    with CaptureQueriesContext(
        connection,
    ) as statements:
        intake.receive(raw, door="lmtp", recipients=["billing@hub.test"], now=now)

    said = [
        one["sql"]
        for one in statements
        if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]
    assert len(said) <= 14, "\n".join(said)


class Poison(Email):
    """Fails on the mails whose subject says so."""

    def parse(self, raw):
        if b"unreadable" in raw:
            raise Unreadable("no words in it")
        if b"poison" in raw:
            raise ValueError("a bug met by this one mail")
        return super().parse(raw)


def test_a_poison_mail_does_not_stop_the_next(mail, mailbox, now):
    with use("email", Poison()):
        envelopes = [
            intake.receive(mail(subject=subject, message_id=f"<{n}@x.test>"), door="lmtp", now=now)
            for n, subject in enumerate(["good", "poison", "also good"])
        ]

    states = [Envelope.objects.get(pk=one.pk).state for one in envelopes]
    assert states == ["filed", "pending", "filed"]


def test_a_mail_that_keeps_failing_is_put_before_a_lead_who_can_release_it(mail, mailbox, lee, now):
    with use("email", Poison()):
        envelope = intake.receive(mail(subject="poison"), door="lmtp", now=now)
        for day in range(1, 8):
            intake.sweep(now + timedelta(days=day))
    envelope.refresh_from_db()
    assert envelope.state == "quarantined"
    assert "ValueError at test_intake.py" in envelope.error

    message = intake.release(envelope, by=lee)

    assert message is not None
    assert Envelope.objects.get().state == "filed"
    verbs = list(
        Entry.objects.filter(subject=f"envelope.{envelope.pk}").values_list("verb", flat=True)
    )
    assert verbs == ["quarantined", "released"]


@pytest.fixture
def spoil():
    """Let the raw bytes of a kept mail be lost or damaged."""

    def spoil(envelope, how):
        if how == "lost":
            vault.blobs().remove(envelope.blob)
        elif how == "under another key":
            Envelope.objects.filter(pk=envelope.pk).update(raw=Sealer(["gone"]).seal(b"x"))
        elif how == "changed":
            sealed = bytes(Envelope.objects.get(pk=envelope.pk).raw)
            Envelope.objects.filter(pk=envelope.pk).update(raw=sealed[:-1] + b"?")
        else:
            Envelope.objects.filter(pk=envelope.pk).update(raw=b"never sealed")

    return spoil


def two_unfiled(mail, now, *, words="x\n"):
    with use("email", Poison()):
        return [
            intake.receive(
                mail(words, subject="poison", message_id=f"<{n}@x.test>"), door="lmtp", now=now
            )
            for n in (1, 2)
        ]


@pytest.mark.parametrize("how", ["lost", "under another key", "changed", "not sealed"])
def test_raw_mail_that_cannot_be_opened_stops_no_other(mail, mailbox, now, lee, spoil, how):
    words = "long line of words\n" * 9000 if how == "lost" else "x\n"
    first, second = two_unfiled(mail, now, words=words)
    if how == "lost":  # both have the same words, but not the same bytes
        assert first.blob != second.blob
    spoil(first, how)

    assert intake.sweep(now + timedelta(hours=1)) == 1

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("quarantined", "filed")
    assert "cannot be opened" in first.error
    assert intake.release(first, by=lee) is None
    first.refresh_from_db()
    assert first.state == "quarantined"


def test_what_cannot_be_read_at_all_goes_to_quarantine_at_once(mail, mailbox, now):
    with use("email", Poison()):
        envelope = intake.receive(mail(subject="unreadable"), door="lmtp", now=now)

    assert Envelope.objects.get(pk=envelope.pk).state == "quarantined"


def test_only_leads_tend_the_quarantine(mail, mailbox, ana, now):
    with use("email", Poison()):
        envelope = intake.receive(mail(subject="unreadable"), door="lmtp", now=now)

    with pytest.raises(NotAllowed):
        intake.release(envelope, by=ana)
    with pytest.raises(NotAllowed):
        intake.discard(envelope, by=ana, reason="spam")


def test_discarding_twice_is_refused_in_words(mail, mailbox, lee, now):
    with use("email", Poison()):
        envelope = intake.receive(mail(subject="unreadable"), door="lmtp", now=now)
    intake.discard(envelope, by=lee, reason="spam")

    with pytest.raises(NotWaiting):
        intake.discard(envelope, by=lee, reason="spam")


def test_an_envelope_stored_by_a_door_that_died_is_filed_by_the_sweep(arrive, now):
    message = arrive()
    Envelope.objects.update(state="pending", message=None)
    Message.objects.all().delete()
    Case.objects.all().delete()

    assert intake.sweep(now + timedelta(minutes=1)) == 1
    assert Message.objects.get().subject == message.subject


def test_filing_one_envelope_twice_makes_one_message(arrive):
    arrive()
    pk = Envelope.objects.get().pk

    assert intake.take_in(pk) is None
    assert Message.objects.count() == 1


def test_old_raw_mail_is_purged_and_fresh_stays(arrive, now, settings, tmp_path):
    arrive("small\n")
    arrive(("long line of words " * 4 + "\n") * 2000, message_id="<two@cust.test>")

    assert intake.purge(now + timedelta(days=89), keep_days=90) == 0
    assert intake.purge(now + timedelta(days=91), keep_days=90) == 2
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert Message.objects.count() == 2


def test_raw_mail_is_kept_so_long_from_the_day_it_was_filed(mail, mailbox, now, lee):
    with use("email", Poison()):
        waited = intake.receive(mail(subject="unreadable"), door="lmtp", now=now)
        gone = intake.receive(mail(subject="unreadable too"), door="lmtp", now=now)
    released = now + timedelta(days=100)
    intake.release(waited, by=lee, now=released)
    intake.discard(gone, by=lee, reason="spam", now=released)

    assert intake.purge(released + timedelta(days=89), keep_days=90) == 0
    assert intake.purge(released + timedelta(days=91), keep_days=90) == 2


def test_an_attachment_over_the_limit_is_refused_in_words(settings, mailbox, now, tmp_path):
    from contact_hub.carriers.base import File

    settings.BLOB_ROOT, settings.ATTACHMENT_MAX_BYTES = tmp_path, 1024 * 1024

    class Heavy(Email):
        def parse(self, raw):
            file = File(name="big.bin", content_type="x/y", content=b"x" * (1024 * 1024 + 1))
            return Inbound(channel="email", sender=Party("a@b.test"), text="hi", files=(file,))

    with use("email", Heavy()):
        envelope = intake.receive(b"From: a@b.test\r\n\r\nhi", door="lmtp", now=now)

    envelope.refresh_from_db()
    attachment = envelope.message.attachments.get()
    assert "larger than 1 MB" in attachment.refused
    assert attachment.sha256 == ""
