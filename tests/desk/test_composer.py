import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from contact_hub.carriers.email.tokens import reply_address
from contact_hub.customers.actions import set_secret
from contact_hub.customers.models import Account, Customer, Suppression
from contact_hub.inbox.actions import closing, drafts, replying, verifying
from contact_hub.inbox.models import CannedReply, Draft, Mailbox, Message

SCRIPT = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def case(make_case):
    return make_case()


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def typed(case, mailbox):
    """What the composer posts."""
    return {
        "case": case.pk,
        "mode": "email",
        "version": 0,
        "to": "rosa@cust.test",
        "cc": "",
        "subject": "Re: My bill doubled",
        "mailbox": mailbox.pk,
        "body": "Hello Rosa,\r\nthe reading was estimated.",
    }


def test_an_answer_is_queued_and_can_be_taken_back(desk, case, typed):
    answer = desk.post(f"/desk/cases/{case.pk}/reply/", typed, headers=SCRIPT)

    message = case.messages.get(direction="out")
    assert message.state == "queued"
    assert message.text == "Hello Rosa,\nthe reading was estimated."
    assert f"/desk/messages/{message.pk}/undo/" in answer.headers["HX-Trigger"]
    taken = desk.post(f"/desk/messages/{message.pk}/undo/", headers=SCRIPT)
    assert "the reading was estimated." in taken.text
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert Draft.objects.get().body == message.text


def test_taking_back_too_late_says_so(desk, case, ana):
    message = replying.reply(case, by=ana, body="Answer", to=["rosa@cust.test"])
    Message.objects.filter(pk=message.pk).update(state="accepted")

    answer = desk.post(f"/desk/messages/{message.pk}/undo/", headers=SCRIPT)

    assert answer.status_code == 409
    assert "has left already" in answer.headers["HX-Trigger"]


def test_a_plain_form_sends_and_comes_back(desk, case, typed):
    answer = desk.post(f"/desk/cases/{case.pk}/reply/", typed | {"wait": "on"})

    assert answer.url == f"/desk/cases/{case.pk}/"
    case.refresh_from_db()
    assert case.state == "waiting"


def test_words_written_for_another_case_are_never_sent_here(desk, case, make_case, typed):
    other = make_case()

    answer = desk.post(f"/desk/cases/{other.pk}/reply/", typed, headers=SCRIPT)

    assert answer.status_code == 409
    assert f"This was written for case #{case.pk}" in answer.text
    assert "the reading was estimated" not in answer.text  # nor shown in the other composer
    assert not Message.objects.filter(direction="out").exists()


def test_a_draft_of_another_case_is_never_kept_here(desk, make_case, typed):
    other = make_case()

    answer = desk.post(f"/desk/cases/{other.pk}/draft/", typed, headers=JSON)

    assert answer.status_code == 409
    assert not Draft.objects.exists()


def test_a_draft_is_kept_and_restored_wherever_the_case_is_opened(desk, case, typed):
    kept = desk.post(f"/desk/cases/{case.pk}/draft/", typed, headers=JSON)

    assert kept.json()["version"] == 1
    page = desk.get(f"/desk/cases/{case.pk}/")
    assert "the reading was estimated." in page.text
    assert 'name="version" value="1"' in page.text


def test_a_colleague_does_not_see_my_draft(desk, client, case, typed, ben):
    desk.post(f"/desk/cases/{case.pk}/draft/", typed, headers=JSON)
    client.force_login(ben)

    assert "the reading was estimated." not in client.get(f"/desk/cases/{case.pk}/").text


def test_an_older_version_gets_a_choice_and_overwrites_nothing(desk, case, typed):
    desk.post(f"/desk/cases/{case.pk}/draft/", typed | {"body": "From the other window"})

    stale = desk.post(f"/desk/cases/{case.pk}/draft/", typed, headers=JSON)

    assert stale.status_code == 409
    assert "From the other window" in stale.text
    assert "Keep what I have here" in stale.text
    assert Draft.objects.get().body == "From the other window"
    mine = desk.post(f"/desk/cases/{case.pk}/draft/", typed | {"version": 1}, headers=JSON)
    assert mine.json()["version"] == 2


def test_sending_an_older_version_is_refused_and_loses_no_word(desk, case, typed):
    desk.post(f"/desk/cases/{case.pk}/draft/", typed | {"body": "From the other window"})

    stale = desk.post(f"/desk/cases/{case.pk}/reply/", typed, headers=SCRIPT)

    assert stale.status_code == 409
    assert "From the other window" in stale.text
    assert "the reading was estimated." in stale.text
    assert not Message.objects.filter(direction="out").exists()


def test_a_draft_that_was_sent_elsewhere_says_so(desk, case, typed, ana):
    desk.post(f"/desk/cases/{case.pk}/draft/", typed, headers=JSON)
    desk.post(f"/desk/cases/{case.pk}/draft/", typed | {"version": 1}, headers=JSON)
    desk.post(f"/desk/cases/{case.pk}/reply/", typed | {"version": 2})

    assert not Draft.objects.exists()
    late = desk.post(f"/desk/cases/{case.pk}/draft/", typed | {"version": 2}, headers=JSON)
    assert late.status_code in {200, 409}
    assert case.messages.filter(direction="out").count() == 1


def test_a_draft_is_thrown_away(desk, case, typed):
    desk.post(f"/desk/cases/{case.pk}/draft/", typed, headers=JSON)

    desk.post(f"/desk/cases/{case.pk}/drop/", {"mode": "email"})

    assert not Draft.objects.exists()


def test_an_address_that_must_not_be_written_to_is_shown_before_sending(desk, case, typed):
    Suppression.objects.create(kind="email", value="rosa@cust.test", reason="the mailbox is gone")

    page = desk.get(f"/desk/cases/{case.pk}/")
    kept = desk.post(f"/desk/cases/{case.pk}/draft/", typed, headers=JSON)
    sent = desk.post(f"/desk/cases/{case.pk}/reply/", typed, headers=SCRIPT)

    assert "the mailbox is gone" in page.text
    assert kept.json()["refused"] == {"rosa@cust.test": "the mailbox is gone"}
    assert sent.status_code == 409
    assert not Message.objects.filter(direction="out").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to": ""}, "Say whom this goes to."),
        ({"to": "not an address"}, "is not an email address"),
        ({"cc": "rosa@cust.test, nobody@"}, "is not an email address"),
        ({"body": "  \n"}, "Write something first."),
        ({"body": "Due {account.due_date}."}, "Fill in {account.due_date} before sending."),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words_and_kept(desk, case, typed, change, words):
    answer = desk.post(f"/desk/cases/{case.pk}/reply/", typed | change, headers=SCRIPT)

    assert answer.status_code == 409
    assert words in answer.text
    if change.get("body", "x").strip():
        assert (change.get("body") or "the reading was estimated.") in answer.text
    assert not Message.objects.filter(direction="out").exists()


def test_names_around_addresses_are_understood(desk, case, typed):
    to = 'Rosa Delgado <Rosa@Cust.test>; "Doe, Jane" <jane@cust.test>'

    desk.post(f"/desk/cases/{case.pk}/reply/", typed | {"to": to})

    message = case.messages.get(direction="out")
    assert [party["address"] for party in message.to] == ["rosa@cust.test", "jane@cust.test"]


def test_the_answer_comes_from_the_mailbox_that_was_chosen(desk, case, typed, billing):
    other = Mailbox.objects.create(address="second@hub.test", name="Second", queue=billing)
    page = desk.get(f"/desk/cases/{case.pk}/")
    assert "second@hub.test" in page.text

    desk.post(f"/desk/cases/{case.pk}/reply/", typed | {"mailbox": other.pk})

    assert case.messages.get(direction="out").mailbox == other


def test_a_mailbox_of_another_queue_cannot_be_used(desk, case, typed, outages):
    foreign = Mailbox.objects.create(address="outages@hub.test", name="Outages", queue=outages)

    answer = desk.post(
        f"/desk/cases/{case.pk}/reply/", typed | {"mailbox": foreign.pk}, headers=SCRIPT
    )

    assert answer.status_code == 409
    assert not Message.objects.filter(direction="out").exists()


def test_whoever_else_was_on_the_mail_is_offered_for_cc_and_we_are_not(
    desk, case, mailbox, settings
):
    message = case.messages.get()
    message.cc = [{"name": "Luis", "address": "luis@cust.test"}]
    tagged = reply_address(mailbox.address, case.pk, settings.SECRET_KEY)
    message.to = [{"name": "", "address": tagged}, *message.to]
    message.save()

    page = desk.get(f"/desk/cases/{case.pk}/")

    assert 'data-add-cc="Luis &lt;luis@cust.test&gt;"' in page.text
    assert page.text.count("data-add-cc=") == 1


@pytest.mark.parametrize(("cc", "shown"), [("", False), ("luis@cust.test", True)])
def test_cc_and_what_is_seldom_changed_are_folded_away_until_there_is_a_cc(
    desk, case, ana, cc, shown
):
    message = case.messages.get()
    message.cc = [{"name": "Eva", "address": "eva@cust.test"}]
    message.save()
    Draft.objects.create(case=case, person=ana, mode="email", body="x", cc=cc, version=1)

    page = desk.get(f"/desk/cases/{case.pk}/")

    assert ('<details class="to-more" open>' in page.text) is shown
    assert "others were on this mail" in page.text


def test_a_note_is_kept_and_its_draft_is_gone(desk, case, lee):
    fields = {"case": case.pk, "mode": "note", "version": 0, "body": "@Lee please look"}
    desk.post(f"/desk/cases/{case.pk}/draft/", fields, headers=JSON)

    answer = desk.post(f"/desk/cases/{case.pk}/note/", fields | {"version": 1}, headers=SCRIPT)

    assert '<b class="at">@Lee</b>' in answer.text
    assert case.messages.filter(kind="note", mentions__person=lee).exists()
    assert not Draft.objects.exists()


def test_both_drafts_wait_side_by_side(desk, case, typed):
    desk.post(f"/desk/cases/{case.pk}/draft/", typed, headers=JSON)
    note = typed | {"mode": "note", "body": "Half a note"}
    desk.post(f"/desk/cases/{case.pk}/draft/", note, headers=JSON)

    email = desk.get(f"/desk/cases/{case.pk}/compose/?mode=email")

    assert "the reading was estimated." in email.text
    assert "Half a note" not in email.text
    assert "holds a draft" in email.text


def test_a_note_names_only_those_who_can_see_the_case(desk, case, ana, ben, zoe):
    people = desk.get(f"/desk/cases/{case.pk}/names/").json()["people"]

    assert [one["name"] for one in people] == ["Ben"]


@pytest.fixture
def canned(db, outages):
    fits = CannedReply.objects.create(
        title="Estimated reading",
        body="Hello {customer.first_name}, account {account.number}.",
        body_es="Hola {customer.first_name}, cuenta {account.number}.",
    )
    CannedReply.objects.create(title="Power is out", body="…").queues.add(outages)
    return fits


def test_the_picker_offers_what_fits_the_queue(desk, case, canned, zoe):
    CannedReply.objects.create(title="Zoe's own", body="…", owner=zoe)

    found = desk.get(f"/desk/cases/{case.pk}/canned/")

    assert "Estimated reading" in found.text
    assert "Power is out" not in found.text
    assert "Zoe" not in found.text


def test_a_saved_reply_is_filled_in_and_says_what_is_missing(desk, make_case, canned):
    case = make_case(customer=Customer.objects.create(name="Rosa Delgado"))

    filled = desk.post(f"/desk/cases/{case.pk}/canned/{canned.pk}/", {"language": "es"}).json()

    assert filled == {
        "text": "Hola Rosa, cuenta {account.number}.",
        "missing": ["account.number"],
    }


def test_another_persons_saved_reply_cannot_be_used(desk, case, zoe):
    theirs = CannedReply.objects.create(title="Own", body="Secret", owner=zoe)

    assert desk.post(f"/desk/cases/{case.pk}/canned/{theirs.pk}/").status_code == 404


def upload(name="bill.pdf", content=b"%PDF-1.4"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_a_file_joins_the_draft_and_leaves_with_the_answer(desk, case, typed):
    attached = desk.post(
        f"/desk/cases/{case.pk}/attach/", {"mode": "email", "file": upload()}, headers=SCRIPT
    )
    assert 'data-version="1"' in attached.text  # the file began the draft

    desk.post(f"/desk/cases/{case.pk}/reply/", typed | {"version": 1})

    message = case.messages.get(direction="out")
    assert [file.name for file in message.attachments.all()] == ["bill.pdf"]


def test_a_plain_form_that_attaches_keeps_the_words_too(desk, case, typed):
    answer = desk.post(f"/desk/cases/{case.pk}/attach/", typed | {"file": upload()})

    assert answer.url == f"/desk/cases/{case.pk}/?mode=email"
    draft = Draft.objects.get()
    assert "estimated" in draft.body
    assert draft.attachments.get().name == "bill.pdf"


def test_a_file_over_the_limit_is_refused_by_name_and_the_other_stays(desk, case, settings):
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    files = [upload("small.pdf"), upload("large.pdf", b"x" * (1024 * 1024 + 1))]

    answer = desk.post(
        f"/desk/cases/{case.pk}/attach/", {"mode": "email", "file": files}, headers=SCRIPT
    )

    assert answer.status_code == 409
    assert "large.pdf: The files of one message may be 1 MB together." in answer.text
    assert Draft.objects.get().attachments.get().name == "small.pdf"


def test_a_file_is_taken_off_again_but_only_from_ones_own_draft(desk, client, case, ana, ben):
    draft = drafts.keep(case, by=ana, mode="email", version=0, body="x")
    file = drafts.attach(draft, by=ana, name="a.pdf", content_type="", content=b"x")
    address = f"/desk/cases/{case.pk}/detach/{file.pk}/"

    client.force_login(ben)
    assert client.post(address).status_code == 404
    client.force_login(ana)
    client.post(address, headers=SCRIPT)

    assert not draft.attachments.exists()


def test_a_closed_case_takes_no_draft_and_says_why(desk, case, typed, ana, code, outcome):
    closing.wrap_up(case, by=ana, code=code, outcome=outcome)

    answer = desk.post(f"/desk/cases/{case.pk}/draft/", typed, headers=JSON)

    assert answer.status_code == 409
    assert "reopen it first" in answer.json()["error"]


def test_the_signature_shown_is_the_one_that_will_be_sent(desk, make_case, ana, mailbox):
    mailbox.signature, mailbox.signature_es = "Alder Utilities", "Alder, su servicio"
    mailbox.save()
    ana.signature = "Ana, Billing"
    ana.save()
    case = make_case(customer=Customer.objects.create(name="Rosa", language="es"))

    page = desk.get(f"/desk/cases/{case.pk}/")

    assert "Ana, Billing\nAlder, su servicio" in page.text


def test_a_returned_message_is_sent_again_with_one_click(desk, case, ana):
    message = replying.reply(
        case, by=ana, body="Answer", to=["rosa@cust.test"], now=timezone.now() - timedelta(hours=1)
    )
    Message.objects.filter(pk=message.pk).update(state="bounced", trouble="full")

    desk.post(f"/desk/messages/{message.pk}/resend/", headers=SCRIPT)

    assert case.messages.get(resend_of=message).state == "queued"
    again = desk.post(f"/desk/messages/{message.pk}/resend/", headers=SCRIPT)
    assert again.status_code == 409
    assert case.messages.filter(resend_of=message).count() == 1


def test_a_spanish_reply_gives_its_dates_in_spanish(desk, make_case, ana):
    rosa = Customer.objects.create(name="Rosa", language="es")
    account = Account.objects.create(
        number="1", line="water", customer=rosa, due_on=date(2030, 11, 28)
    )
    case = make_case(customer=rosa, account=account)
    reply = CannedReply.objects.create(
        title="Due", body="Due {account.due_date}", body_es="Vence el {account.due_date}"
    )
    address = f"/desk/cases/{case.pk}/canned/{reply.pk}/"
    assert desk.post(address, {"language": "en"}).json()["missing"] == ["account.due_date"]

    set_secret(rosa, kind="pin", value="4821", by=ana)
    verifying.check(case, by=ana, said={"pin": "4821"})

    assert desk.post(address, {"language": "es"}).json()["text"] == (
        "Vence el 28 de noviembre de 2030"
    )
    assert desk.post(address, {"language": "en"}).json()["text"] == "Due Nov. 28, 2030"


def answer_to(page):
    return re.search(r'name="to" value="([^"]*)"', page.text)[1]


def test_going_to_a_note_and_back_keeps_whom_the_answer_goes_to(desk, case):
    case.messages.update(answer_to=[{"name": "", "address": "rosa@work.test"}])
    desk.get(f"/desk/cases/{case.pk}/compose/?mode=note", headers=SCRIPT)

    back = desk.get(f"/desk/cases/{case.pk}/compose/?mode=email", headers=SCRIPT)

    assert answer_to(back) == "rosa@work.test"
    assert answer_to(desk.get(f"/desk/cases/{case.pk}/")) == "rosa@work.test"


def test_whoever_kept_a_note_goes_on_with_notes(desk, case, typed):
    answer = desk.post(f"/desk/cases/{case.pk}/note/", typed | {"mode": "note"}, headers=SCRIPT)

    assert 'data-mode="note"' in answer.text
    assert 'data-mode="email"' not in answer.text
