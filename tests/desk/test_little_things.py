"""Small words and marks that people look at all day."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from contact_hub.cli.demo import WELCOME
from contact_hub.desk.forms import mornings
from contact_hub.inbox.rules.search import excerpt, parse
from contact_hub.sample.rules.data import office

SCRIPT = {"HX-Request": "true"}
ZONE = ZoneInfo("America/Los_Angeles")
README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


@pytest.mark.parametrize("day", range(23, 30))  # a Monday to a Sunday
def test_no_two_times_to_come_back_are_the_same(day):
    times = [at for _words, at in mornings(datetime(2026, 11, day, 4, 0, tzinfo=ZONE))]

    assert len(set(times)) == len(times)
    assert times == sorted(times)


def test_the_times_to_come_back_say_their_date(desk, make_case):
    case = make_case()

    with time_machine.travel(datetime(2026, 11, 23, 18, 0, tzinfo=ZONE), tick=False):
        panel = desk.get(f"/desk/cases/{case.pk}/snooze/", headers=SCRIPT).text

    assert "Mon, Nov 30" in panel
    assert "In a week" not in panel  # it is that Monday


def test_a_hit_stands_near_the_beginning_of_what_is_shown():
    pieces = excerpt(
        "Some words that say little before the needle and thread", parse("needle").words
    )

    assert len("".join(piece for piece, _hit in pieces).partition("needle")[0]) <= 16


def test_a_search_with_more_than_a_page_says_so(desk, make_case):
    for _n in range(26):
        make_case(text="transformer")

    assert "25+ cases" in desk.get("/desk/?q=transformer", headers=SCRIPT).text


def test_a_panel_of_the_right_column_puts_one_space_between_its_words(desk, make_case):
    case, other = make_case(), make_case()

    past = desk.get(f"/desk/cases/{case.pk}/panel/", headers=SCRIPT).text

    assert re.search(rf'<p class="small quiet">#{other.pk} · Billing · ', past)


def test_the_hub_bears_one_mark_everywhere(client, max_, settings):
    settings.SITE_NAME = "Alder Creek Utilities"
    door = client.get("/account/login/").text
    max_.is_superuser = True
    max_.role = "administrator"
    max_.save()
    client.force_login(max_)

    for page in (door, client.get("/desk/").text, client.get("/admin/").text):
        assert re.search(r'class="logo"[^>]*>AC<', page)


def test_the_palette_can_be_left_with_one_key_and_says_when_nothing_fits(desk):
    page = desk.get("/desk/").text
    palette = page[page.index('id="palette"') :]

    assert 'type="text"' in palette.partition("</form>")[0]
    assert "Nothing fits: Enter searches." in palette


def test_what_needs_a_decision_comes_before_the_health_of_the_hub(client, lee):
    client.force_login(lee)

    page = client.get("/tend/jobs/").text

    assert page.index("Waiting for a decision") < page.index('class="vitals"')


def test_everybody_of_the_demo_is_named_where_one_reads_how_to_sign_in():
    for name in ("ana", "ben", "carla", "lee", "max", "ada", "otto", "zoe"):
        assert f"{name}@aldercreek.test" in WELCOME
    assert "ben@aldercreek.test" in README.read_text(encoding="utf-8")
    assert "zoe@aldercreek.test" in README.read_text(encoding="utf-8")
    known = {person["name"].split()[0].lower() for person in office()["staff"]}
    assert set(re.findall(r"(\w+)@aldercreek\.test", WELCOME)) <= known
