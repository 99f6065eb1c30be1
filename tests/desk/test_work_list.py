"""The work list: which rows a view shows, to whom, in what order, and at what cost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contact_hub.customers.models import Customer
from contact_hub.inbox.models import Case, Mention, Viewing
from contact_hub.inbox.queries import work


def rows(page):
    return [int(pk) for pk in re.findall(r'data-row="(\d+)"', page.content.decode())]


def count_of(page, view):
    found = re.search(rf'data-view="{view}".*?</a>', page.content.decode(), re.DOTALL).group()
    return re.search(r'class="num">([^<]*)<', found).group(1)


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)

    def get(query="", **headers):
        return client.get(f"/desk/{query}", headers=headers)

    return get


def test_mine_shows_what_i_own_and_must_answer(desk, make_case, ana, ben):
    mine = make_case(owner=ana, state="open")
    make_case(owner=ben, state="open")
    make_case(owner=ana, state="closed", closed_at=timezone.now())
    make_case(owner=ana, state="waiting")

    assert rows(desk("?view=mine")) == [mine.pk]


def test_my_queues_are_those_of_my_teams(desk, make_case, outages):
    case = make_case()
    make_case(queue=outages)

    assert rows(desk("?view=queues")) == [case.pk]


def test_a_case_i_own_in_another_teams_queue_is_mine_all_the_same(desk, make_case, outages, ana):
    case = make_case(queue=outages, owner=ana, state="open")

    page = desk("?view=mine")

    assert rows(page) == [case.pk]
    assert "Outages" in page.content.decode()


def test_each_queue_has_its_view(desk, make_case, billing, outages, billing_team):
    outages.teams.add(billing_team)
    make_case()
    other = make_case(queue=outages)

    assert rows(desk("?view=queue-outages")) == [other.pk]


@pytest.mark.parametrize(
    ("view", "fields"),
    [
        ("unassigned", {}),
        ("waiting", {"state": "waiting"}),
        ("snoozed", {"state": "snoozed"}),
        ("undelivered", {"state": "waiting", "undelivered": True}),
        ("closed", {"state": "closed", "closed_at": timezone.now()}),
        ("all", {"state": "waiting"}),
    ],
)
def test_a_view_shows_its_cases_and_no_others(desk, make_case, ana, view, fields):
    case = make_case(**fields)
    make_case(state="open", owner=ana) if view != "all" else None

    assert rows(desk(f"?view={view}")) == [case.pk]


def test_mentions_show_the_cases_of_notes_i_have_not_seen(desk, make_case, ana, ben):
    case, seen = make_case(), make_case()
    Mention.objects.create(message=case.messages.get(), person=ana)
    Mention.objects.create(message=seen.messages.get(), person=ana, seen_at=timezone.now())
    Mention.objects.create(message=make_case().messages.get(), person=ben)

    assert rows(desk("?view=mentions")) == [case.pk]


def test_what_is_due_comes_first_and_what_has_no_time_last(desk, make_case):
    now = timezone.now()
    later = make_case(due_at=now + timedelta(hours=5))
    never = make_case(due_at=None)
    late = make_case(due_at=now - timedelta(hours=1))

    assert rows(desk("?view=queues")) == [late.pk, later.pk, never.pk]


def test_the_newest_can_come_first_instead(desk, make_case):
    now = timezone.now()
    old = make_case(last_at=now - timedelta(days=2))
    new = make_case(last_at=now)

    assert rows(desk("?view=queues&order=newest")) == [new.pk, old.pk]


def test_counts_tell_what_waits(desk, make_case, ana, outages):
    make_case()
    make_case(owner=ana, state="open")
    make_case(state="waiting")
    make_case(queue=outages)

    page = desk()

    assert [count_of(page, view) for view in ("mine", "queues", "unassigned", "waiting")] == list(
        "1211"
    )
    assert count_of(page, "queue-billing") == "2"


def test_counting_stops_at_a_thousand(desk, make_case, monkeypatch):
    monkeypatch.setattr(work, "COUNTED", 3)
    for _n in range(5):
        make_case()

    assert count_of(desk(), "queues") == "3"


def test_a_person_of_another_team_sees_no_row_and_no_count(client, zoe, make_case):
    make_case(subject="Private matter", undelivered=True)
    make_case(state="closed", closed_at=timezone.now())
    client.force_login(zoe)

    for view in (*(view.key for view in work.VIEWS), "queue-billing"):
        page = client.get(f"/desk/?view={view}")
        assert rows(page) == []
        assert "Private matter" not in page.content.decode()
        assert count_of(page, "queues") == "0"


def test_a_manager_sees_every_queue(client, max_, make_case, outages):
    cases = {make_case().pk, make_case(queue=outages).pk}
    client.force_login(max_)

    assert set(rows(client.get("/desk/?view=queues"))) == cases


def test_a_stranger_is_asked_to_sign_in(client, db):
    assert client.get("/desk/").headers["Location"].startswith("/account/")


def test_pages_of_rows_follow_each_other_without_gap_or_double(desk, make_case, monkeypatch):
    monkeypatch.setattr(work, "PAGE", 3)
    now = timezone.now()
    same = now + timedelta(hours=1)
    cases = [make_case(due_at=due).pk for due in (now, same, same, same, same, None, None, None)]

    seen, query = [], "?view=queues"
    while query:
        page = desk(query, hx_request="true", hx_target="rows").content.decode()
        seen += [int(pk) for pk in re.findall(r'data-row="(\d+)"', page)]
        after = re.search(r"after=([^&\"]*)", page)
        query = f"?view=queues&after={after.group(1)}" if after else ""

    assert seen == cases


@pytest.mark.parametrize("after", ["x", "~", "2026", "2026-13-40T00:00~1", "-", "-x", "~~5", "٣~٤"])
def test_a_cursor_that_makes_no_sense_starts_at_the_top(desk, make_case, after):
    case = make_case()

    assert rows(desk(f"?view=queues&after={after}")) in ([case.pk], [])


def test_an_unknown_view_or_order_is_the_usual_one(desk, make_case, ana):
    case = make_case(owner=ana, state="open")

    assert rows(desk("?view=nonsense&order=nonsense")) == [case.pk]


def test_the_desk_opens_with_the_view_one_looked_at_last(desk, make_case):
    case = make_case(state="waiting")
    desk("?view=waiting")

    assert rows(desk()) == [case.pk]


def test_a_row_says_who_is_replying(desk, make_case, ben, ana):
    case = make_case()
    Viewing.objects.create(case=case, person=ben, state="editing")
    Viewing.objects.create(case=case, person=ana, state="editing")

    page = desk("?view=queues").content.decode()

    assert "Ben is replying" in page
    assert "Ana is replying" not in page


def test_a_colleague_who_left_is_not_shown(desk, make_case, ben):
    Viewing.objects.create(
        case=make_case(), person=ben, state="editing", seen_at=timezone.now() - timedelta(minutes=2)
    )

    assert "Ben is replying" not in desk("?view=queues").content.decode()


def test_time_is_told_in_words_and_not_by_colour_alone(desk, make_case):
    make_case(due_at=timezone.now() - timedelta(minutes=90, seconds=5))
    make_case(due_at=timezone.now() + timedelta(minutes=40, seconds=5))

    page = desk("?view=queues").content.decode()

    assert "overdue by" in page
    assert "−1 h 30" in page
    assert "40 min" in page


def test_what_a_customer_wrote_is_never_markup(desk, make_case):
    make_case(subject="<script>alert(1)</script>", text="<img src=x>", who_name="<b>Eve</b>")

    page = desk("?view=queues").content.decode()

    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "<b>Eve" not in page


def test_muted_and_undelivered_cases_are_marked_in_words(desk, make_case):
    make_case(muted_at=timezone.now(), undelivered=True)

    page = desk("?view=queues").content.decode()

    assert "muted" in page
    assert ">undelivered</span>" in page


def test_an_empty_view_says_so(desk):
    assert "All yours is done" in desk("?view=mine").content.decode()


def test_only_the_list_is_drawn_for_a_script_that_asks_for_it(desk, make_case):
    make_case()

    page = desk("?view=queues", hx_request="true", hx_target="list").content.decode()

    assert "<html" not in page
    assert 'id="list"' in page


def probable(pk, page):
    row = re.search(rf'id="row-{pk}".*?</li>', page.content.decode(), re.DOTALL).group()
    found = re.search(r'class="probable[^>]*>([^<]*)<', row)
    return found.group(1) if found else ""


@pytest.mark.parametrize("query", ["?view=queues", "?q=doubled", "?q=%23{pk}"])
@pytest.mark.parametrize(
    ("match", "said"),
    [
        ([{"name": "Rosa Delgado", "probability": 0.996}, {"name": "X"}], "probably R. Delgado"),
        ([{"name": "Rosa Delgado", "probability": 0.98}], ""),
        ([{"name": "Rosa Delgado"}], ""),
        ([], ""),
    ],
)
def test_a_row_says_whose_it_probably_is(desk, make_case, query, match, said):
    case = make_case(match=[{"customer": n} | row for n, row in enumerate(match)])

    assert probable(case.pk, desk(query.format(pk=case.pk))) == said


def test_a_row_whose_customer_is_known_says_no_more_who_it_might_be(desk, make_case):
    rosa = Customer.objects.create(name="Rosa Delgado")
    match = [{"customer": rosa.pk, "name": rosa.name, "probability": 0.999}]
    case = make_case(customer=rosa, match=match)

    assert probable(case.pk, desk("?view=queues")) == ""


@pytest.mark.parametrize("number", [5, 200])
def test_the_desk_takes_the_same_few_statements_at_any_size(
    client, max_, ana, billing, number, make_case
):
    Case.objects.bulk_create(
        Case(
            queue=billing,
            subject=f"Case {n}",
            state="open",
            owner=ana if n % 2 else None,
            due_at=timezone.now() if n % 3 else None,
            match=[{"customer": n, "name": f"Rosa {n}", "probability": 0.999}],
        )
        for n in range(number)
    )
    client.force_login(max_)
    client.get("/desk/")  # the first request of a session notes that it was used

    with CaptureQueriesContext(connection) as statements:
        page = client.get("/desk/?view=queues&rows=200")

    assert len(rows(page)) == number
    assert len(statements) <= 9


def test_taking_the_next_contact_opens_it(client, ana, make_case):
    case = make_case()
    client.force_login(ana)

    answer = client.post("/desk/next/")

    assert answer.headers["Location"] == f"/desk/cases/{case.pk}/"
    case.refresh_from_db()
    assert case.owner == ana


def test_taking_the_next_contact_by_script_names_the_case_to_fetch(client, ana, make_case):
    case = make_case()
    client.force_login(ana)

    answer = client.post("/desk/next/", headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert f"/desk/cases/{case.pk}/" in answer.headers["HX-Location"]


def test_an_empty_queue_is_told_in_words(client, ana):
    client.force_login(ana)

    answer = client.post("/desk/next/", headers={"HX-Request": "true"})

    assert "Nothing is waiting" in answer.headers["HX-Trigger"]


def test_an_auditor_reads_the_list_but_takes_nothing(client, make_person, make_case):
    auditor = make_person("Ida", role="auditor")
    case = make_case()
    client.force_login(auditor)

    page = client.get("/desk/?view=queues")

    assert rows(page) == [case.pk]
    assert 'data-key="n"' not in page.content.decode()
    assert client.post("/desk/next/").status_code == 403


def test_the_palette_finds_a_case_by_its_number_only_for_who_may_see_it(
    client, ana, zoe, make_case
):
    case = make_case(subject="Private matter")
    client.force_login(ana)
    assert "Private matter" in client.get(f"/desk/palette/?find=%23{case.pk}").content.decode()

    client.force_login(zoe)
    assert "Private matter" not in client.get(f"/desk/palette/?find={case.pk}").content.decode()


def test_a_screen_may_ask_whether_its_session_still_holds(client, ana, make_case):
    """live.js asks with HEAD; a refusal would look like trouble in the browser's log."""
    client.force_login(ana)

    assert client.head("/desk/").status_code == 200
    assert client.head(f"/desk/cases/{make_case().pk}/").status_code == 200
