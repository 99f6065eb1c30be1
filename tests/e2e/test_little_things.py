"""Menus, the palette, the list and the keys as a browser shows them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from contact_hub.inbox.models import Case

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]
TITLE = "Estimated readings since March, a second letter, and why both bills say Mill Street " * 2


@pytest.fixture
def case(make_case, ana):
    return make_case(subject=TITLE.strip(), who_name="Rosa", owner=ana, state="open")


@pytest.fixture
def desk(page, live_server, sign_in, ana, case, complaints):
    sign_in(ana, page.context)
    page.goto(f"{live_server.url}/desk/cases/{case.pk}/")
    expect(page.locator("#rows .item")).to_have_count(1)
    expect(page.locator(".past")).to_be_visible()
    yield page
    assert complaints == []


def is_whole(page, selector):
    """Whether nothing of the words in a part is cut off."""
    return page.locator(selector).evaluate("(one) => one.scrollWidth <= one.clientWidth")


def test_a_menu_closes_over_what_was_chosen_in_it_and_takes_the_focus_back(desk):
    more = desk.locator(".verbs summary")
    more.click()
    desk.get_by_role("link", name="Priority…").click()

    expect(desk.locator("[data-panel] h2")).to_have_text("Priority")
    expect(desk.locator(".verbs details[open]")).to_have_count(0)
    desk.keyboard.press("Escape")
    expect(more).to_be_focused()


def test_one_escape_leaves_the_palette_and_a_line_says_when_nothing_fits(desk):
    desk.keyboard.press("Control+k")
    expect(desk.locator(".offers li").first).to_be_visible()
    expect(desk.locator("[data-nothing]")).to_be_hidden()
    desk.keyboard.type("zq")  # too short for anybody's name
    expect(desk.locator("[data-nothing]")).to_be_visible()

    desk.keyboard.press("Escape")

    expect(desk.locator("#palette")).to_be_hidden()


def test_enter_in_the_palette_searches_when_nothing_fits(desk):
    desk.keyboard.press("Control+k")
    expect(desk.locator(".offers li").first).to_be_visible()
    desk.keyboard.type("zq")
    expect(desk.locator("[data-nothing]")).to_be_visible()
    desk.keyboard.press("Enter")

    expect(desk.locator(".sought h2")).to_have_text("Search: zq")


def test_the_arrow_goes_from_the_field_down_into_the_list(desk):
    desk.keyboard.press("/")
    expect(desk.locator("#q")).to_be_focused()

    desk.keyboard.press("ArrowDown")

    expect(desk.locator("#rows .item .name")).to_be_focused()


def test_keys_are_named_as_this_machine_has_them(desk):
    send = desk.locator("[data-send] kbd")

    expect(send).to_contain_text("Ctrl")
    assert "⌘" not in send.inner_text()


def test_a_long_title_takes_two_lines_and_leaves_the_buttons_whole(desk):
    desk.set_viewport_size({"width": 1280, "height": 800})

    title = desk.locator("#case h1")
    lines = title.evaluate(
        "(one) => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight)"
    )
    assert lines < 2.5
    assert is_whole(desk, ".verbs")
    assert title.evaluate("(one) => one.getBoundingClientRect().width") > 230


def test_the_views_and_their_counts_are_whole_on_a_small_screen(desk, make_case, ana):
    Case.objects.update(state="waiting")
    make_case(owner=ana, state="open")
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.reload()
    expect(desk.locator("#view-waiting .num")).to_have_text("1")

    assert is_whole(desk, "#view-waiting")
    for view in ("waiting", "unassigned", "undelivered"):
        assert is_whole(desk, f"#view-{view} .clip")


def test_what_is_new_covers_no_row(desk, case, make_case, ana):
    expect(desk.locator("#rows .item")).to_have_count(1)
    desk.locator("#rows .item").hover()
    make_case(subject="Street light out", who_name="Luis", owner=ana, state="open")
    desk.evaluate("document.dispatchEvent(new CustomEvent('hub:work'))")
    pill = desk.locator(".news-pill")
    expect(pill).to_have_text("1 new")

    below = pill.evaluate("(one) => one.getBoundingClientRect().bottom")
    assert below <= desk.locator("#rows").evaluate("(one) => one.getBoundingClientRect().top")


MOVING = """() => {
  for (const name of ["skeleton", "toast", "item fresh", "button"]) {
    document.body.append(Object.assign(document.createElement("p"), { className: name }));
  }
  const times = (said) => said.split(",").map(parseFloat); // seconds
  return [...document.querySelectorAll("body *")].filter((one) => {
    const style = getComputedStyle(one);
    return Math.max(...times(style.transitionDuration)) > 0
      || (style.animationName !== "none" && Math.max(...times(style.animationDuration)) > 0.001);
  }).map((one) => one.outerHTML.slice(0, 80));
}"""


def test_for_who_wants_no_motion_nothing_moves_not_even_a_colour(page, live_server, sign_in, ana):
    sign_in(ana, page.context)
    page.goto(f"{live_server.url}/desk/")

    assert page.evaluate(MOVING) == []
