"""The composer in a real browser: drafts, saved replies, names, undo, and who else is writing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from contact_hub.customers.models import Customer, Suppression
from contact_hub.inbox.actions import presence
from contact_hub.inbox.models import Attachment, CannedReply, Case, Draft, Message, WrapUpCode

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(make_case, db):
    return make_case(customer=Customer.objects.create(name="Rosa Delgado"))


@pytest.fixture
def desk(page, live_server, sign_in, ana, case, complaints):
    sign_in(ana, page.context)
    page.goto(f"{live_server.url}/desk/cases/{case.pk}/")
    expect(page.get_by_role("button", name="Next contact")).to_be_visible()
    expect(page.locator(".past")).to_be_visible()
    yield page
    assert [one for one in complaints if "409" not in one] == []


def paper(page):
    return page.locator("[data-composer] textarea")


def kept(page):
    expect(page.locator(".kept")).to_contain_text("Draft kept")


def test_what_is_typed_is_kept_without_being_asked(desk, case):
    desk.keyboard.press("r")
    expect(paper(desk)).to_be_focused()
    paper(desk).fill("Half an answer")

    kept(desk)
    desk.reload()

    expect(paper(desk)).to_have_value("Half an answer")


def test_sending_by_keyboard_and_taking_it_back(desk, case):
    paper(desk).fill("The reading was estimated.")
    kept(desk)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".message.ours")).to_contain_text("The reading was estimated.")
    expect(desk.locator("[data-countdown]")).to_contain_text("Leaves in")
    expect(paper(desk)).to_have_value("")

    desk.keyboard.press("z")

    expect(paper(desk)).to_have_value("The reading was estimated.")
    expect(desk.locator(".message.cancelled")).to_be_visible()
    assert Message.objects.get(direction="out").state == "cancelled"


def test_words_typed_right_before_sending_are_sent_once_and_leave_no_draft(desk, case):
    paper(desk).fill("Half")
    kept(desk)
    paper(desk).fill("Whole answer")
    desk.keyboard.press("Control+Enter")

    expect(desk.locator(".message.ours")).to_contain_text("Whole answer")
    assert [one.text for one in Message.objects.filter(direction="out")] == ["Whole answer"]
    assert not Draft.objects.exists()


def test_two_windows_with_one_draft_are_offered_a_choice(desk, case, context):
    other = context.new_page()
    other.goto(desk.url)
    paper(desk).fill("From the first window")
    kept(desk)
    paper(other).fill("From the second window")
    expect(other.locator(".conflict")).to_contain_text("From the first window")

    other.get_by_role("button", name="Keep what I have here").click()

    kept(other)
    assert Draft.objects.get().body == "From the second window"


def test_a_saved_reply_is_found_filled_and_held_back_until_it_is_whole(desk, case):
    CannedReply.objects.create(title="Payment plan", body="…")
    CannedReply.objects.create(
        title="Estimated reading", body="Hello {customer.first_name}, due {account.due_date}."
    )
    paper(desk).focus()
    desk.keyboard.press(";")
    expect(desk.locator("[data-filter]")).to_be_focused()
    desk.keyboard.type("estrd")
    expect(desk.locator(".picker [role=option]:visible")).to_have_count(1)
    desk.keyboard.press("Enter")

    expect(paper(desk)).to_have_value("Hello Rosa, due {account.due_date}.")
    expect(desk.locator(".paper-marks mark")).to_have_text("{account.due_date}")
    kept(desk)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".trouble")).to_contain_text("Fill in {account.due_date} before sending.")
    assert not Message.objects.filter(direction="out").exists()


def test_a_semicolon_inside_a_sentence_is_a_semicolon(desk):
    paper(desk).focus()
    desk.keyboard.type("first; second")

    expect(paper(desk)).to_have_value("first; second")


def test_a_colleague_is_named_with_two_keys(desk, ben):
    desk.keyboard.press("i")
    expect(paper(desk)).to_be_focused()
    desk.keyboard.type("Please look, @be")
    expect(desk.locator(".picker [role=option]")).to_have_text("BBen")
    desk.keyboard.press("Enter")
    desk.keyboard.type("thanks")

    expect(paper(desk)).to_have_value("Please look, @Ben thanks")
    kept(desk)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".message.inside .at")).to_have_text("@Ben")


def test_a_file_is_attached_with_a_warning_for_one_that_is_too_large(desk, case, settings):
    paper(desk).fill("See the file")
    kept(desk)
    file = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    desk.locator("[type=file]").set_input_files([file])
    expect(desk.locator(".files-of-draft .file")).to_contain_text("bill.pdf")
    desk.evaluate("document.querySelector('[data-composer]').dataset.limit = 3")

    desk.locator("[type=file]").set_input_files([file | {"name": "huge.pdf"}])

    expect(desk.locator(".files-of-draft .error")).to_contain_text("huge.pdf is too large")
    assert Attachment.objects.get().name == "bill.pdf"


def test_an_address_that_must_not_be_written_to_is_shown_while_typing(desk):
    Suppression.objects.create(kind="email", value="gone@cust.test", reason="the mailbox is gone")

    desk.locator("[name=to]").fill("gone@cust.test")

    expect(desk.locator(".refused")).to_contain_text("the mailbox is gone")


def test_whoever_writes_is_shown_before_one_types(desk, case, ben):
    expect(desk.locator("[data-writing]")).to_be_hidden()
    presence.here(case, by=ben, state="editing")

    paper(desk).fill("x")  # the next sign of life brings the news

    expect(desk.locator("[data-writing]")).to_contain_text("Ben is writing an answer")


def test_the_draft_of_one_case_never_follows_into_another(desk, case, make_case, live_server):
    other = make_case(subject="Another matter")
    paper(desk).fill("Words for Rosa")
    desk.goto(f"{live_server.url}/desk/cases/{other.pk}/")
    expect(paper(desk)).to_have_value("")

    desk.goto(f"{live_server.url}/desk/cases/{case.pk}/")

    expect(paper(desk)).to_have_value("Words for Rosa")
    assert Draft.objects.get().case == case


@pytest.mark.parametrize("way", ["page", "list"])
def test_words_that_leave_the_screen_before_they_are_kept_come_back(
    desk, case, make_case, ana, live_server, way
):
    other = make_case(subject="Another matter")
    Case.objects.update(owner=ana)
    desk.reload()
    slow = True
    desk.route("**/draft/", lambda route: None if slow else route.continue_())

    def go(to):
        if way == "page":
            desk.goto(f"{live_server.url}/desk/cases/{to.pk}/")
        else:
            desk.locator(f"#row-{to.pk} a.name").click()
        expect(desk.locator(f"[data-composer][data-case='{to.pk}']")).to_be_visible()

    paper(desk).fill("Words for Rosa")
    go(other)
    expect(paper(desk)).to_have_value("")
    slow = False
    go(case)

    expect(paper(desk)).to_have_value("Words for Rosa")
    kept(desk)
    assert Draft.objects.get().body == "Words for Rosa"


def test_a_panel_opens_by_key_and_escape_gives_the_focus_back(desk):
    desk.keyboard.press("w")
    expect(desk.locator("[data-panel] select").first).to_be_focused()

    desk.keyboard.press("Escape")

    expect(desk.locator("[data-panel]")).to_have_count(0)
    expect(desk.locator("a[data-key=w]")).to_be_focused()


@pytest.mark.parametrize("way", ["key", "button"])
def test_the_offer_to_undo_goes_when_it_was_taken_up_in_the_timeline(desk, case, way):
    paper(desk).fill("The reading was estimated.")
    kept(desk)
    desk.keyboard.press("Control+Enter")
    offer = desk.locator(".toast").filter(has_text="On its way.")
    expect(offer).to_be_visible()

    if way == "key":
        desk.keyboard.press("z")
    else:
        desk.locator("form[data-undo] button").click()

    expect(desk.locator(".message.cancelled")).to_be_visible()
    expect(offer).to_have_count(0)


def test_the_offer_to_undo_goes_when_the_message_leaves(desk, case, ana):
    desk.clock.install()
    paper(desk).fill("The reading was estimated.")
    desk.keyboard.press("Control+Enter")
    offer = desk.locator(".toast").filter(has_text="On its way.")
    expect(offer).to_be_visible()

    desk.clock.run_for(ana.undo_seconds * 1000)

    expect(offer).to_have_count(0)


@pytest.mark.parametrize("open_", ["s", "e", "w"])
@pytest.mark.parametrize(("key", "title"), [("s", "Snooze"), ("e", "Hand over"), ("w", "Wrap up")])
def test_a_key_changes_from_one_panel_to_another(desk, open_, key, title):
    desk.keyboard.press(open_)
    expect(desk.locator("[data-panel]")).to_be_visible()

    desk.keyboard.press(key)

    expect(desk.locator("[data-panel] h2")).to_have_text(title)


def test_a_list_of_choices_still_takes_the_letters_of_their_names(desk):
    WrapUpCode.objects.create(key="wires", name="Wires down")
    WrapUpCode.objects.create(key="high-bill", name="High bill")
    desk.keyboard.press("w")
    choice = desk.locator("[data-panel] select").first
    expect(choice).to_be_focused()

    desk.keyboard.type("wi")
    expect(choice.locator("option:checked")).to_have_text("Wires down")
    expect(desk.locator("[data-panel] h2")).to_have_text("Wrap up")
    assert desk.locator("[data-composer]").get_attribute("data-mode") == "email"


@pytest.mark.parametrize(("key", "mode"), [("r", "email"), ("i", "note")])
def test_a_key_changes_from_a_panel_to_writing(desk, key, mode):
    desk.keyboard.press("s")
    expect(desk.locator("[data-panel] button").first).to_be_visible()

    desk.keyboard.press(key)

    expect(desk.locator(f"[data-composer][data-mode={mode}] textarea")).to_be_focused()
    expect(desk.locator("[data-panel]")).to_have_count(0)
