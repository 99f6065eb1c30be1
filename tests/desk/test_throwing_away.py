"""A draft that was thrown away can be brought back, and nothing throws it away by mistake."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from contact_hub.inbox.actions import drafts
from contact_hub.inbox.models import Attachment, Draft
from contact_hub.inbox.queries.case import drafts_of

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def case(make_case):
    return make_case()


@pytest.fixture
def draft(case, ana):
    """Half an answer with a file beside it."""
    kept = drafts.keep(
        case, by=ana, mode="email", version=0, body="Half an answer", to="rosa@cust.test"
    )
    drafts.attach(kept, by=ana, name="bill.pdf", content_type="application/pdf", content=b"%PDF")
    return kept


def throw_away(desk, case):
    """Throw the answer away; returns where it is brought back."""
    answer = desk.post(f"/desk/cases/{case.pk}/drop/", {"mode": "email"}, headers=SCRIPT)
    assert "Half an answer" not in answer.text
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["text"] == "Draft thrown away."
    assert toast["seconds"] > 0
    return toast["undo"]


def test_a_draft_thrown_away_comes_back_with_its_files(desk, case, draft, ana):
    back = throw_away(desk, case)
    assert drafts_of(case, ana) == {}
    assert "Half an answer" not in desk.get(f"/desk/cases/{case.pk}/").text

    answer = desk.post(back, headers=SCRIPT)
    again = desk.post(back, headers=SCRIPT)

    assert "Half an answer" in answer.text
    assert "bill.pdf" in answer.text
    assert again.status_code == 200
    assert drafts_of(case, ana)["email"].body == "Half an answer"
    assert Attachment.objects.get().draft == draft


def test_what_was_begun_meanwhile_stands_below_what_comes_back(desk, case, draft, ana):
    back = throw_away(desk, case)
    drafts.keep(case, by=ana, mode="email", version=0, body="Begun anew", to="rosa@cust.test")

    desk.post(back, headers=SCRIPT)

    kept = drafts_of(case, ana)["email"]
    assert kept.body == "Half an answer\n\nBegun anew"
    assert kept.attachments.get().name == "bill.pdf"


def test_nobody_brings_back_what_a_colleague_threw_away(desk, client, case, draft, ben):
    back = throw_away(desk, case)
    client.force_login(ben)

    assert client.post(back, headers=SCRIPT).status_code == 404


def test_what_was_thrown_away_is_gone_after_a_day(desk, case, draft):
    throw_away(desk, case)
    now = timezone.now()

    assert drafts.forget(now + timedelta(hours=23)) == 0
    assert drafts.forget(now + timedelta(hours=25)) == 1
    assert not Draft.every.exists()
    assert not Attachment.objects.exists()


def test_a_search_for_drafts_leaves_out_what_was_thrown_away(desk, case, draft):
    assert f"row-{case.pk}" in desk.get("/desk/?q=has:draft", headers=SCRIPT).text
    throw_away(desk, case)

    assert f"row-{case.pk}" not in desk.get("/desk/?q=has:draft", headers=SCRIPT).text


def submits(page):
    """The buttons of the composer that send its form, in order: where to, and their classes."""
    form = page[page.index("data-compose\n") :].partition("</form>")[0]
    buttons = re.findall(r"<button[^>]*>", form)
    return [button for button in buttons if 'type="button"' not in button]


def test_enter_in_a_field_of_the_composer_keeps_the_draft(desk, case, draft):
    """A browser takes the first button that sends a form for the one that Enter means."""
    for page in (
        desk.get(f"/desk/cases/{case.pk}/").text,
        desk.get(f"/desk/cases/{case.pk}/compose/?mode=email", headers=SCRIPT).text,
    ):
        assert f'formaction="/desk/cases/{case.pk}/draft/"' in submits(page)[0]
        assert "<noscript" not in page[page.index("data-compose\n") :].partition("</form>")[0]


def test_buttons_that_throw_away_send_nothing_where_scripts_run(desk, case, draft):
    page = desk.get(f"/desk/cases/{case.pk}/").text

    for name in ("drop", "detach"):
        (scripted,) = re.findall(rf'<button[^>]*hx-post="[^"]*/{name}/[^"]*"[^>]*>', page)
        assert 'type="button"' in scripted
        (plain,) = re.findall(rf'<button[^>]*formaction="[^"]*/{name}/[^"]*"[^>]*>', page)
        assert "scriptless" in plain
