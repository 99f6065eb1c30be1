"""axe finds nothing to complain about on any screen, and neither does the browser itself.

Each screen is opened once and looked at in light and dark, wide and narrow.
"""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.peer
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
LOOKS = [  # at night only the colours are others
    ("light", 1280, RULES),
    ("light", 390, RULES),
    ("dark", 390, COLOURS),
    ("dark", 1280, COLOURS),
]
SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const drawn = async () => { await frame(); await frame(); };
  await drawn();
  await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)));
  await drawn();
}"""
TALL = 900


def at(address):
    """Open that page; {open} and the like are numbers of cases and imports."""
    return lambda page, town: page.goto(address.format(**vars(town)))


def pressing(address, *keys, then):
    """Open that page and press keys; `then` is what shows up."""

    def walk(page, town):
        at(address)(page, town)
        expect(page.locator('html[data-live="live"]')).to_be_attached()
        for key in keys:
            page.keyboard.press(key)
        expect(page.locator(then).first).to_be_visible()

    return walk


def picking(verb):
    """Select every row and ask for that verb."""

    def walk(page, town):
        page.goto("/desk/?view=queues")
        page.locator("[data-all]").check()
        page.get_by_role("button", name=verb, exact=True).first.click()
        expect(page.locator("#dialog .body")).to_be_visible()

    return walk


def wrong_password(page, town):
    page.goto("/account/login/")
    page.get_by_label("Email").fill("nobody@aldercreek.test")
    page.get_by_label("Password").fill("a wrong pass phrase")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".error, .errorlist").first).to_be_visible()


def unfolded(page, town):
    """Every fold of a case and of the list is open."""
    page.goto(f"/desk/cases/{town.returned}/")
    expect(page.locator("#rows .item").first).to_be_visible()
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")


CASE = "/desk/cases/{open}/"
SCREENS = {
    "sign-in": ("", at("/account/login/")),
    "sign-in refused": ("", wrong_password),
    "password forgotten": ("", at("/account/password/reset/")),
    "nothing there, for a stranger": ("", at("/no-such-page/")),
    "settings": ("ana", at("/me/")),
    "sessions": ("ana", at("/me/sessions/")),
    "password": ("ana", at("/account/password/")),
    "second factor": ("ana", at("/account/second-factor/")),
    "authenticator app": ("ana", at("/account/second-factor/totp/activate/")),
    "passkey": ("ana", at("/account/second-factor/webauthn/add/")),
    "sign-out": ("ana", at("/account/logout/")),
    "list": ("ana", at("/desk/?view=queues")),
    "empty list": ("grace", at("/desk/?view=mine")),
    "search": ("ana", at("/desk/?q=bill")),
    "search without hits": ("ana", at("/desk/?q=zeppelin")),
    "a long case": ("ana", at(CASE)),
    "closed case": ("ana", at("/desk/cases/{closed}/")),
    "merged case": ("ana", at("/desk/cases/{merged}/")),
    "case with a returned mail": ("ana", at("/desk/cases/{returned}/")),
    "everything unfolded": ("ana", unfolded),
    "note": ("ana", pressing(CASE, "i", then='[data-mode="note"] textarea')),
    "saved replies": ("ana", pressing(CASE, "r", ";", then=".picker [role=option]")),
    "wrap-up": ("ana", pressing(CASE, "w", then=".case-panel select")),
    "snooze": ("ana", pressing(CASE, "s", then=".case-panel .choice")),
    "hand over": ("ana", pressing(CASE, "e", then=".case-panel select")),
    "palette": ("ana", pressing(CASE, "Control+k", then="#palette [role=option]")),
    "keys": ("ana", pressing(CASE, "?", then="#keys dl")),
    "many rows": ("ana", picking("Assign")),
    "undelivered": ("lee", at("/desk/undelivered/")),
    "mentions": ("ana", at("/desk/mentions/")),
    "quarantine": ("lee", at("/tend/quarantine/")),
    "raw mail": ("lee", at("/tend/quarantine/{aside}/")),
    "jobs": ("lee", at("/tend/jobs/")),
    "imports": ("lee", at("/tend/import/")),
    "import only looked at": ("lee", at("/tend/import/{looked}/")),
    "import with refused rows": ("lee", at("/tend/import/{refusing}/")),
    "import under way": ("lee", at("/tend/import/{running}/")),
    "forbidden": ("ana", at("/tend/jobs/")),
    "not there": ("ana", at("/desk/cases/99999/")),
    "read only": ("otto", at(CASE)),
    "admin": ("ada", at("/admin/")),
    "admin, a list": ("ada", at("/admin/inbox/mailbox/")),
    "admin, a form": ("ada", at("/admin/inbox/queue/add/")),
}
EXPECTED = {  # what a browser notes on its console although all is as it should be
    "nothing there, for a stranger": "404",
    "not there": "404",
    "forbidden": "403",
}


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_accessible_in_every_look(browser, town, screen):
    name, walk = SCREENS[screen]
    with town.visited_by(browser, name, viewport={"width": 1280, "height": TALL}) as page:
        complaints = listen(page, EXPECTED.get(screen, "nothing"))
        walk(page, town)
        page.wait_for_load_state("networkidle")
        assert complaints == []
        page.evaluate(AXE)
        found = [wrong for look in LOOKS for wrong in violations(page, *look)]

    assert not found, "\n".join(found)


def violations(page, theme, width, rules):
    """What is wrong in that look, a line each."""
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": TALL})
    page.evaluate(SETTLED)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield f"{theme} {width}: scrolls sideways"
    answer = page.evaluate("(rules) => axe.run(document, rules)", rules)
    for rule in answer["violations"]:
        for node in rule["nodes"]:
            yield f"{theme} {width}: {rule['id']} {node['target']} {node['failureSummary']}"


def listen(page, expected):
    """What the browser complains about from now on: broken scripts, refused styles."""
    heard: list[str] = []
    page.on("pageerror", lambda trouble: heard.append(str(trouble)))

    def note(said):
        if said.type in ("error", "warning") and expected not in said.text:
            heard.append(said.text)

    page.on("console", note)
    return heard
