"""Words that somebody has typed stay theirs, whatever key is pressed and wherever the case goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from contact_hub.customers.models import Customer
from contact_hub.inbox.actions import presence
from contact_hub.inbox.models import Draft, Message

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]
LONG = "All that happened since March. " * 4000  # 124 KB


@pytest.fixture
def case(make_case, db):
    return make_case(customer=Customer.objects.create(name="Rosa Delgado"))


@pytest.fixture
def desk(page, live_server, sign_in, ana, case, complaints):
    sign_in(ana, page.context)
    page.goto(f"{live_server.url}/desk/cases/{case.pk}/")
    expect(page.locator(".past")).to_be_visible()
    yield page
    assert [one for one in complaints if "Failed to load resource" not in one] == []


def paper(page):
    return page.locator("[data-composer] textarea")


def kept(page):
    expect(page.locator(".kept")).to_contain_text("Draft kept")


def with_a_file(desk):
    """An answer with a file beside it, drawn anew as after a change of tabs."""
    paper(desk).fill("Half an answer")
    kept(desk)
    file = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    desk.locator("[type=file]").set_input_files([file])
    expect(desk.locator(".files-of-draft .file")).to_contain_text("bill.pdf")
    desk.keyboard.press("Escape")
    desk.locator("[data-tab=note]").click()
    expect(desk.locator("[data-composer][data-mode=note]")).to_be_visible()
    desk.locator("[data-tab=email]").click()
    expect(paper(desk)).to_have_value("Half an answer")


@pytest.mark.parametrize("field", ["to", "cc", "subject"])
def test_enter_in_a_field_goes_on_to_the_words_and_takes_nothing_away(desk, field):
    with_a_file(desk)
    asked = []
    desk.on("request", lambda request: asked.append(request.url.rpartition("/cases/")[2]))
    desk.locator(".to-more").evaluate("(fold) => { fold.open = true; }")
    typed = desk.locator(f"[name={field}]")
    with desk.expect_response(lambda answer: "luis" in (answer.request.post_data or "")):
        typed.fill("luis@cust.test")
        typed.press("Enter")

    expect(paper(desk)).to_be_focused()
    kept(desk)
    desk.reload()
    expect(paper(desk)).to_have_value("Half an answer")
    expect(desk.locator(".files-of-draft .file")).to_contain_text("bill.pdf")
    assert not [one for one in asked if any(end in one for end in ("drop", "attach", "detach"))]
    assert getattr(Draft.objects.get(), field) == "luis@cust.test"
    assert not Message.objects.filter(direction="out").exists()


def test_a_draft_thrown_away_is_brought_back_with_a_key(desk):
    with_a_file(desk)
    desk.get_by_role("button", name="Throw the draft away").click()
    expect(desk.locator(".toast")).to_contain_text("Draft thrown away.")
    expect(paper(desk)).to_have_value("")

    desk.keyboard.press("z")

    expect(paper(desk)).to_have_value("Half an answer")
    expect(desk.locator(".files-of-draft .file")).to_contain_text("bill.pdf")


def test_bringing_back_loses_no_word_typed_since(desk):
    paper(desk).fill("Half an answer")
    kept(desk)
    desk.reload()
    desk.get_by_role("button", name="Throw the draft away").click()
    expect(desk.locator(".toast")).to_contain_text("Draft thrown away.")
    paper(desk).fill("Begun anew")

    desk.locator(".toast button").click()

    expect(paper(desk)).to_have_value("Half an answer\n\nBegun anew")


def test_a_long_answer_is_kept_like_a_short_one(desk):
    paper(desk).fill(LONG)

    kept(desk)
    assert Draft.objects.get().body == LONG


def test_a_long_answer_left_in_a_hurry_is_there_again(desk, live_server, case):
    paper(desk).fill(LONG)
    desk.goto(f"{live_server.url}/me/")
    desk.goto(f"{live_server.url}/desk/cases/{case.pk}/")

    expect(paper(desk)).to_have_value(LONG)
    kept(desk)
    assert Draft.objects.get().body == LONG


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("offline", "Not kept yet: no connection"),
        ("trouble", "Not kept yet: the hub is in trouble and is asked again"),
        ("too long", "Not kept: the text is too long"),
    ],
)
def test_why_words_are_not_kept_is_said_truly(desk, way, words):
    def answer(route):
        if way == "offline":
            route.abort()
        else:
            route.fulfill(status=500 if way == "trouble" else 413, body="")

    desk.route("**/draft/", answer)
    paper(desk).fill("Half an answer")

    expect(desk.locator(".kept")).to_have_text(words)


def test_whoever_begins_to_write_is_warned_of_when_the_head_is_fetched_anew(desk, case, ben):
    """The head is what an open screen fetches again when it hears of a writer."""
    expect(desk.locator("[data-writing]")).to_be_hidden()
    presence.here(case, by=ben, state="editing")

    desk.evaluate(
        """async () => {
            const head = document.querySelector(".case-head");
            const text = await (await fetch(head.dataset.refresh)).text();
            const page = new DOMParser().parseFromString(text, "text/html");
            const fresh = page.querySelector(".case-head");
            head.replaceWith(fresh);
            fresh.dispatchEvent(new CustomEvent("hub:refreshed", { bubbles: true }));
        }"""
    )

    expect(desk.locator("[data-writing]")).to_contain_text("Ben is writing an answer")


def test_a_case_that_is_no_longer_theirs_leaves_the_screen_and_their_words_stay(desk, case):
    paper(desk).fill("Words for Rosa")
    kept(desk)

    desk.evaluate(
        """document.querySelector(".case-head")
            .dispatchEvent(new CustomEvent("hub:gone", { bubbles: true }))"""
    )

    expect(desk.locator("#case h2")).to_have_text("This case is with another team now")
    expect(desk.locator("#case textarea")).to_have_value("Words for Rosa")
    expect(desk.locator("body")).not_to_contain_text("My bill doubled")
    expect(desk.locator("#side")).to_be_empty()
