"""static/js/live.js in a real browser, against a real server, with changes made elsewhere."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

from contact_hub.journal.actions import record
from tests.desk.running import Site
from tests.desk.sockets import session_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.peer]

CHROMIUM = Path("/usr/bin/chromium")
# a page that the test draws itself counts as one from elsewhere, which may not call this machine
ARGUMENTS = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]
PATIENCE = 20_000  # ms
PAGE = """<!doctype html><html lang="en"><title>A page</title>
<script type="module" src="/static/js/live.js"></script>
<p id="live" data-state="still" role="status"></p>
<button id="elsewhere">Elsewhere</button>
{parts}</html>"""
PART = '<div id="{name}" {marks}><p>drawn {times}</p><input id="{name}-box" value=""></div>'


class Desk:
    """A browser with one page whose parts count how often they were drawn."""

    def __init__(self, browser, site, session):
        context = browser.new_context(base_url=site.origin)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.origin}]
        )
        self.session = session
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.marks = {}
        self.drawn = {}
        self.status = 200
        self.leads = {}
        self.held = None  # requests for parts that wait for their answer, while it is a list
        self.page.route("**/a-page/", self._page)
        self.page.route("**/part/*", self._part)

    def open(self, **parts):
        """Show a page with these parts: name = its topics, and further attributes.

        A server that has only just begun to listen cannot say what changed while the page was
        drawn, so every part is drawn once more; the tests count from there.
        """
        for name, marks in parts.items():
            self.marks[name] = f'data-refresh="/part/{name}" data-topic="{marks}"'
            self.drawn[name] = -1
        self.page.goto("/a-page/")
        self.is_in_state("live")
        for name, marks in parts.items():
            if "refresh-own" not in marks and marks != "tend":
                self.shows(name, 1)

    def is_in_state(self, state):
        expect(self.page.locator(f'#live[data-state="{state}"]')).to_be_attached(timeout=PATIENCE)
        expect(self.page.locator(f'html[data-live="{state}"]')).to_be_attached(timeout=PATIENCE)

    def shows(self, part, times):
        expect(self.page.locator(f"#{part} p")).to_have_text(f"drawn {times}", timeout=PATIENCE)

    def draw(self, name):
        self.drawn[name] = self.drawn.get(name, 0) + 1
        return PART.format(name=name, marks=self.marks[name], times=self.drawn[name])

    def _page(self, route, request):
        if request.method == "HEAD":  # the page asks whether it is still signed in
            route.fulfill(status=self.status, headers=self.leads)
            return
        parts = "".join(self.draw(name) for name in self.marks)
        route.fulfill(
            content_type="text/html",
            body=PAGE.format(parts=parts),
            headers={"Content-Security-Policy": "default-src 'self'"},
        )

    def _part(self, route, request):
        if self.held is not None:
            self.held.append((route, request))
        elif self.status != 200:
            route.fulfill(status=self.status, body="")
        else:
            body = self.draw(request.url.rpartition("/")[2])
            route.fulfill(content_type="text/html", body=body)

    def let_go(self):
        """Answer what was held, and what comes at once."""
        held, self.held = self.held, None
        for route, request in held:
            self._part(route, request)


def in_a_browser(test):
    """Run the test in a thread of its own: Playwright's loop must not stay with the others."""

    def run(site, case, session, ana):
        def play():
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
                try:
                    test(Desk(browser, site, session), site, case, ana)
                finally:
                    browser.close()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(play).result()

    run.__name__ = test.__name__
    return run


@pytest.fixture
def case(make_case):
    case = make_case()
    record(case.key, "received", by=None)
    return case


@pytest.fixture
def session(ana):
    return session_of(ana)


@pytest.fixture
def site(case, session, tmp_path):
    return Site(tmp_path, "")


@in_a_browser
def test_a_part_is_drawn_again_when_its_topic_changes_and_only_then(desk, site, case, ana):
    with site.serving(), site.recording() as note:
        desk.open(mine=case.key, office="all", quiet="tend")
        desk.page.evaluate("""() => {
            window.news = [];
            document.addEventListener("hub:changed", (event) => window.news.push(event.detail));
        }""")

        note(case.key, "replied", *case.topics)

        desk.shows("mine", 2)
        desk.shows("office", 1)
        note("all", "news", "all")
        desk.shows("office", 2)
        desk.shows("mine", 2)
        assert desk.page.evaluate("window.news") == [
            {"topic": case.key, "seq": 2, "verbs": ["replied"]},
            {"topic": "all", "seq": 1, "verbs": ["news"]},
        ]


@in_a_browser
def test_nothing_is_taken_away_while_one_writes_in_it(desk, site, case, ana):
    with site.serving(), site.recording() as note:
        desk.open(mine=case.key, other=case.key)
        desk.page.fill("#mine-box", "half a sentence")

        note(case.key, "replied", *case.topics)

        desk.shows("other", 2)
        expect(desk.page.locator("#mine-box")).to_have_value("half a sentence")
        desk.shows("mine", 1)
        desk.page.focus("#elsewhere")
        desk.shows("mine", 2)


@in_a_browser
def test_marked_as_safe_it_is_replaced_and_the_cursor_stays(desk, site, case, ana):
    with site.serving(), site.recording() as note:
        desk.open(mine=f'{case.key}" data-refresh-safe="')
        desk.page.focus("#mine-box")

        note(case.key, "replied", *case.topics)

        desk.shows("mine", 2)
        expect(desk.page.locator("#mine-box")).to_be_focused()


@in_a_browser
def test_selected_text_stays_selected(desk, site, case, ana):
    with site.serving(), site.recording() as note:
        desk.open(mine=case.key, other=case.key)
        desk.page.evaluate("getSelection().selectAllChildren(document.querySelector('#mine p'))")

        note(case.key, "replied", *case.topics)

        desk.shows("other", 2)
        assert desk.page.evaluate("getSelection().toString()") == "drawn 1"
        desk.page.evaluate("getSelection().removeAllRanges()")
        desk.shows("mine", 2)


@in_a_browser
def test_a_burst_of_changes_is_fetched_once_or_twice(desk, site, case, ana):
    with site.serving(), site.recording() as note:
        desk.open(mine=case.key)
        desk.page.evaluate("""() => {
            document.addEventListener("hub:changed", ({ detail }) => {
                document.body.dataset.seq = detail.seq;
            });
        }""")

        desk.held = []
        for _ in range(30):
            note(case.key, "noted", *case.topics)
        expect(desk.page.locator("body[data-seq='31']")).to_be_attached(timeout=PATIENCE)
        desk.let_go()
        expect(desk.page.locator("#mine p")).to_have_text(
            re.compile("drawn [23]"), timeout=PATIENCE
        )

        assert desk.drawn["mine"] <= 3


@in_a_browser
def test_who_is_present_redraws_only_what_shows_it(desk, site, case, ana):
    with site.serving(), site.recording() as note:
        desk.open(face=f'{case.key}" data-verbs="presence', mine=case.key, own="all")

        note("all", "presence", case.key)
        note("all", "news", "all")

        desk.shows("face", 2)
        desk.shows("own", 2)
        desk.shows("mine", 1)


@in_a_browser
def test_what_its_own_script_fetches_is_left_alone(desk, site, case, ana):
    with site.serving(), site.recording() as note:
        desk.open(mine=f'{case.key}" data-refresh-own="', other=case.key)

        note(case.key, "replied", *case.topics)

        desk.shows("other", 2)
        desk.shows("mine", 0)


@in_a_browser
def test_after_a_crash_of_the_server_the_page_says_so_and_catches_up(desk, site, case, ana):
    with site.recording() as note:
        with site.serving():
            desk.open(mine=case.key, office="all", quiet="tend")
        desk.is_in_state("reconnecting")
        note(case.key, "replied", *case.topics)  # while nobody listens
        with site.serving():
            desk.is_in_state("live")
            desk.shows("mine", 2)
            desk.shows("office", 2)  # a list cannot be told by a number: it is looked at again
            desk.shows("quiet", 0)  # never hers to see

            note(case.key, "replied", *case.topics)
            desk.shows("mine", 3)


@in_a_browser
def test_a_fetch_that_fails_is_made_again(desk, site, case, ana):
    with site.serving(), site.recording() as note:
        desk.open(mine=case.key)
        desk.status = 503
        with desk.page.expect_response("**/part/mine"):
            note(case.key, "replied", *case.topics)
        desk.status = 200

        desk.shows("mine", 2)


@in_a_browser
def test_signed_out_elsewhere_the_page_stops_pretending(desk, site, case, ana):
    with site.serving(), site.recording() as note:
        desk.open(mine=case.key)

        note(desk.session, "signed_out", f"person.{ana.pk}")

        desk.is_in_state("offline")


@in_a_browser
def test_a_part_that_comes_later_is_watched_and_one_that_goes_is_not(desk, site, case, ana):
    with site.serving(), site.recording() as note:
        desk.open(office="all")
        desk.marks["mine"] = f'data-refresh="/part/mine" data-topic="{case.key}"'
        desk.page.evaluate(
            "(part) => document.body.insertAdjacentHTML('beforeend', part)", desk.draw("mine")
        )
        note(case.key, "replied", *case.topics)

        desk.shows("mine", 2)


@in_a_browser
def test_a_page_that_leads_to_the_sign_in_says_it_is_offline(desk, site, case, ana):
    with site.serving():
        desk.open(mine=case.key)
        desk.page.evaluate("""() => {
            document.addEventListener("hub:live", ({ detail }) => {
                document.body.dataset.reason = detail.reason;
            });
        }""")
        desk.status, desk.leads = 302, {"Location": "/account/login/"}

    expect(desk.page.locator("body[data-reason='signed-out']")).to_be_attached(timeout=PATIENCE)
    desk.is_in_state("offline")
