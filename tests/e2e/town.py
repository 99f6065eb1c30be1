"""A running hub with the sample utility in it, and a browser whose people sign in by hand."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.hubs import prepare, serving

PASSWORD = "alder creek demo"  # of everybody in the sample
PATIENCE = 20_000  # ms: for a busy machine; nobody waits for it when all is well
SCENE = """
from django.utils import timezone
from contact_hub.inbox.actions import notes
from contact_hub.inbox.models import Case, Envelope
from contact_hub.jobs.models import Job
from contact_hub.sample.actions.loading import load
from contact_hub.staff.models import Person
from tests.e2e import imports

load()
ana = Person.objects.get(email="ana@aldercreek.test")
lee = Person.objects.get(email="lee@aldercreek.test")
seen = Case.objects.visible_to(ana)
found = {
    state: seen.filter(state=state).order_by("pk").first().pk
    for state in ("open", "closed", "merged")
}
found["returned"] = seen.filter(undelivered__gt=0).first().pk
case = Case.objects.get(pk=found["open"])
for n in range(40):
    notes.note(case, by=lee, body=f"Line {n} of a long story. @Ana have a look, please.")
Job.objects.create(
    task="contact_hub.inbox.tasks.send", queue="mail", state="dead", attempts=12,
    last_error="The mail server refused the connection.", finished_at=timezone.now(),
)
aside = Envelope.objects.get(state="quarantined").pk
looked, refusing, running = imports.stage()
print("SCENE", found["open"], found["closed"], found["merged"], found["returned"], aside,
      looked, refusing, running)
"""


class Town:
    """Where the sample runs, and the numbers of some of its cases and imports."""

    def __init__(self, hub, cases):
        self.origin = f"http://127.0.0.1:{hub.port}"
        self.open, self.closed, self.merged, self.returned, self.aside, *imports = cases
        self.looked, self.refusing, self.running = imports
        self.sessions = {}

    @contextmanager
    def visited_by(self, browser, name, **look):
        """A page in a browser of that person, who has signed in; "": a stranger's."""
        if name and name not in self.sessions:
            self.sessions[name] = self._signed_in(browser, name)
        context = browser.new_context(
            base_url=self.origin,
            reduced_motion="reduce",
            storage_state=self.sessions.get(name),
            **look,
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        yield page
        context.close()

    def _signed_in(self, browser, name):
        context = browser.new_context(base_url=self.origin)
        page = context.new_page()
        page.goto("/account/login/")
        page.get_by_label("Email").fill(f"{name}@aldercreek.test")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator("#live")).to_be_attached(timeout=PATIENCE)
        state = context.storage_state()
        context.close()
        return state


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    printed = prepare(folder, SCENE)
    numbers = next(line for line in printed.splitlines() if line.startswith("SCENE"))
    with serving(folder, "--no-migrate") as hub:
        yield Town(hub, [int(number) for number in numbers.split()[1:]])
