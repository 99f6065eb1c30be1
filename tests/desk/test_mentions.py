"""A note that names somebody stays new to them until they have opened its case."""

import pytest

from contact_hub.inbox.actions import merging, notes
from contact_hub.inbox.models import Mention

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def named(make_case, ana, ben):
    """A case in which Ben has named Ana."""
    case = make_case()
    notes.note(case, by=ben, body="@Ana have a look, please.")
    return case


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


def is_new():
    return Mention.objects.filter(seen_at=None).exists()


@pytest.mark.parametrize(("state", "new"), [("viewing", False), ("editing", False), ("away", True)])
def test_a_mention_is_seen_when_the_person_has_its_case_open(desk, named, state, new):
    answer = desk.post(f"/desk/cases/{named.pk}/presence/", {"state": state})

    assert is_new() is new
    assert ("hub:work" in answer.headers.get("HX-Trigger", "")) is not new
    again = desk.post(f"/desk/cases/{named.pk}/presence/", {"state": state})
    assert "HX-Trigger" not in again.headers


def test_a_mention_stays_new_when_somebody_else_opens_the_case(client, named, lee):
    client.force_login(lee)

    client.post(f"/desk/cases/{named.pk}/presence/", {"state": "viewing"})

    assert is_new()


def test_a_mention_in_a_merged_case_is_seen_where_it_is_shown(desk, named, make_case, ana):
    target = make_case()
    merging.merge(named, into=target, by=ana)

    desk.post(f"/desk/cases/{target.pk}/presence/", {"state": "viewing"})

    assert not is_new()


def test_the_page_of_mentions_is_found_from_the_list_and_from_the_palette(desk, named):
    assert "/desk/mentions/" in desk.get("/desk/?view=mentions", headers=SCRIPT).text
    assert "/desk/mentions/" in desk.get("/desk/palette/", headers=SCRIPT).text
    notes.seen(named, by=named.messages.last().mentions.get().person)
    assert "/desk/mentions/" in desk.get("/desk/?view=mentions", headers=SCRIPT).text
