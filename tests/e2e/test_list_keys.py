"""The work list by keyboard in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from contact_hub.inbox.models import Case, Viewing

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cases(make_case):
    """Three cases, in the order in which they are due."""
    now = timezone.now()
    return [
        make_case(subject=f"Matter {n}", who_name=name, due_at=now + timedelta(hours=n + 1))
        for n, name in enumerate(["Rosa", "Omar", "Mei"])
    ]


@pytest.fixture
def desk(page, live_server, sign_in, ana, cases, complaints):
    sign_in(ana, page.context)
    page.goto(f"{live_server.url}/desk/?view=queues")
    expect(page.locator("#rows .item")).to_have_count(3)
    yield page
    assert complaints == []


def row(page, case):
    return page.locator(f"#row-{case.pk}")


def test_j_and_k_move_and_enter_opens(desk, cases):
    desk.keyboard.press("j")
    expect(row(desk, cases[0]).locator(".name")).to_be_focused()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("k")
    expect(row(desk, cases[1]).locator(".name")).to_be_focused()

    desk.keyboard.press("Enter")

    expect(desk.locator("#case")).to_contain_text("Matter 1")
    expect(desk).to_have_url(f"{desk.url.split('/desk/')[0]}/desk/cases/{cases[1].pk}/")
    expect(row(desk, cases[1]).locator(".name")).to_have_attribute("aria-current", "true")


def test_x_selects_and_escape_clears(desk, cases):
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    desk.keyboard.press("j")
    desk.keyboard.press("x")
    expect(desk.locator("[data-count]")).to_have_text("2")
    expect(desk.get_by_role("group", name="Do to all selected")).to_be_visible()

    desk.keyboard.press("Escape")

    expect(desk.get_by_role("group", name="Do to all selected")).to_be_hidden()


def test_shift_and_click_selects_a_range(desk, cases):
    boxes = desk.locator("#rows .pick input")
    boxes.nth(0).click(force=True)
    boxes.nth(2).click(force=True, modifiers=["Shift"])

    expect(desk.locator("[data-count]")).to_have_text("3")


def test_many_rows_are_assigned_without_a_page_load(desk, cases, ben):
    desk.evaluate("window.same = true")
    desk.locator("[data-all]").check()
    desk.get_by_role("button", name="Assign").click()
    desk.get_by_label("To", exact=True).select_option(label="Ben")
    desk.locator("#dialog [data-send]").click()

    expect(desk.locator("#dialog")).to_contain_text("All done")
    desk.keyboard.press("Escape")
    expect(desk.locator("#rows .face")).to_have_count(3)
    assert desk.evaluate("window.same") is True
    assert set(Case.objects.values_list("owner__name", flat=True)) == {"Ben"}


def test_n_takes_the_most_urgent_and_opens_it(desk, cases, ana):
    desk.keyboard.press("n")

    expect(desk.locator("#case")).to_contain_text("Matter 0")
    assert Case.objects.get(pk=cases[0].pk).owner == ana


def test_slash_searches_and_keys_typed_there_are_only_letters(desk, cases):
    desk.keyboard.press("/")
    expect(desk.locator("#q")).to_be_focused()

    desk.keyboard.type("nxjz?")

    expect(desk.locator("#q")).to_have_value("nxjz?")
    expect(desk.locator("#keys")).to_be_hidden()
    assert not Case.objects.filter(owner__isnull=False).exists()


def test_a_search_shows_what_was_found(desk, cases):
    desk.keyboard.press("/")
    desk.keyboard.type("matter from:ros")
    desk.keyboard.press("Enter")

    expect(desk.locator("#rows mark").first).to_be_visible()


def test_the_question_mark_shows_the_keys(desk):
    desk.keyboard.press("?")

    expect(desk.get_by_role("dialog", name="Keyboard")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_g_and_a_letter_go_to_a_view(desk, make_case):
    waiting = make_case(state="waiting")
    desk.keyboard.press("g")
    desk.keyboard.press("w")

    expect(row(desk, waiting)).to_be_visible()
    expect(desk.locator("#rows .item")).to_have_count(1)


def test_the_palette_goes_to_a_case_by_its_number(desk, cases):
    desk.keyboard.press("Control+k")
    expect(desk.locator("#palette")).to_be_visible()
    desk.keyboard.type(f"#{cases[2].pk}")
    expect(desk.locator("#palette [data-case]")).to_contain_text("Matter 2")
    desk.keyboard.press("Enter")

    expect(desk.locator("#case")).to_contain_text("Matter 2")


def test_the_palette_does_what_a_button_does(desk, cases, ana):
    desk.keyboard.press("Control+k")
    desk.keyboard.type("next cont")
    desk.keyboard.press("Enter")

    expect(desk.locator("#case")).to_contain_text("Matter 0")


def test_single_keys_can_be_switched_off(page, live_server, sign_in, ana, cases, complaints):
    ana.single_keys = False
    ana.save()
    sign_in(ana, page.context)
    page.goto(f"{live_server.url}/desk/?view=queues")

    page.keyboard.press("n")
    page.keyboard.press("?")
    page.keyboard.press("Control+k")

    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("kbd.single").first).to_be_hidden()
    assert not Case.objects.filter(owner__isnull=False).exists()
    assert complaints == []


def test_new_rows_come_in_by_themselves_when_nobody_is_in_the_list(desk, make_case):
    new = make_case(subject="Just came in", due_at=timezone.now())

    desk.evaluate("document.dispatchEvent(new CustomEvent('hub:work'))")

    expect(row(desk, new)).to_be_visible()
    expect(desk.locator("#rows .item").first).to_contain_text("Just came in")


def test_rows_wait_while_one_is_in_the_list_and_say_how_many(desk, cases, make_case):
    desk.keyboard.press("j")
    new = make_case(subject="Just came in", due_at=timezone.now())

    desk.evaluate("document.dispatchEvent(new CustomEvent('hub:work'))")

    pill = desk.get_by_role("button", name="1 new")
    expect(pill).to_be_visible()
    expect(row(desk, new)).to_have_count(0)
    expect(row(desk, cases[0]).locator(".name")).to_be_focused()
    pill.click()
    expect(row(desk, new)).to_be_visible()


def test_a_row_changes_in_its_place_while_one_stands_on_it(desk, cases, ben):
    desk.keyboard.press("j")
    Viewing.objects.create(case=cases[0], person=ben, state="editing")

    desk.evaluate("document.dispatchEvent(new CustomEvent('hub:work'))")

    expect(row(desk, cases[0])).to_contain_text("Ben is replying")
    expect(row(desk, cases[0]).locator(".name")).to_be_focused()


def test_nothing_moves_while_one_is_typing(desk, make_case):
    desk.keyboard.press("/")
    desk.keyboard.type("half a wo")
    new = make_case(subject="Just came in", due_at=timezone.now())

    desk.evaluate("document.dispatchEvent(new CustomEvent('hub:work'))")

    expect(desk.get_by_role("button", name="1 new")).to_be_visible()
    expect(row(desk, new)).to_have_count(0)
    expect(desk.locator("#q")).to_have_value("half a wo")


def test_what_came_while_one_was_elsewhere_is_counted_in_the_title(desk, make_case):
    desk.evaluate("document.hasFocus = () => false")
    make_case(subject="Just came in")

    desk.evaluate("document.dispatchEvent(new CustomEvent('hub:work'))")

    expect(desk).to_have_title("(1) My queues · Contact Hub")
    desk.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(desk).to_have_title("My queues · Contact Hub")


def test_a_phone_shows_the_list_then_the_case_and_leads_back(desk, cases):
    desk.set_viewport_size({"width": 390, "height": 844})
    expect(desk.locator("#case")).to_be_hidden()

    row(desk, cases[0]).locator(".name").click()
    expect(desk.locator("#case")).to_contain_text("Matter 0")
    expect(desk.locator("#list")).to_be_hidden()

    desk.get_by_role("link", name="Back to the work list").click()
    expect(row(desk, cases[0])).to_be_visible()


def test_everything_is_there_without_scripts(browser, live_server, sign_in, ana, cases):
    context = browser.new_context(java_script_enabled=False)
    sign_in(ana, context)
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/?view=queues")

    page.locator("#rows .pick input").first.check(force=True)
    page.get_by_role("button", name="Assign").click()
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("All done")).to_be_visible()
    page.goto(f"{live_server.url}/desk/?view=queues")
    row(page, cases[1]).locator(".name").click()
    expect(page.locator("#case")).to_contain_text("Matter 1")
    context.close()


def test_the_address_of_a_case_shows_the_list_beside_it(desk, cases, live_server):
    desk.goto(f"{live_server.url}/desk/cases/{cases[1].pk}/")

    expect(desk.locator("#case")).to_contain_text("Matter 1")
    expect(row(desk, cases[1]).locator(".name")).to_have_attribute("aria-current", "true")
