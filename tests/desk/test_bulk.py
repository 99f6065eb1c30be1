"""One verb on many rows: each row is done, or refused with the reason, by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from contact_hub.inbox.models import Case, Queue


@pytest.fixture
def bulk(client, ana):
    client.force_login(ana)

    def post(verb, *cases, **said):
        numbers = [case.pk for case in cases]
        return client.post(f"/desk/bulk/{verb}/", {"case": numbers, **said})

    return post


def states(*cases):
    return [Case.objects.get(pk=case.pk).state for case in cases]


def test_many_cases_are_assigned_at_once(bulk, make_case, ben):
    cases = make_case(), make_case()

    answer = bulk("assign", *cases, to=ben.pk)

    assert answer.status_code == 200
    assert {Case.objects.get(pk=case.pk).owner for case in cases} == {ben}


def test_one_refusal_does_not_stop_the_others_and_says_why(bulk, make_case, ben):
    good = make_case()
    closed = make_case(state="closed", closed_at=timezone.now())

    page = bulk("assign", good, closed, to=ben.pk).content.decode()

    assert Case.objects.get(pk=good.pk).owner == ben
    assert f"Case #{closed.pk} is closed: reopen it first." in page
    assert "1 was refused" in page


def test_wrapping_up_many_needs_a_code_and_an_outcome(bulk, make_case, code, outcome):
    cases = make_case(), make_case()

    refused = bulk("wrap-up", *cases, code=code.pk)
    assert refused.status_code == 422
    assert "Choose an outcome." in refused.content.decode()
    assert states(*cases) == ["new", "new"]

    bulk("wrap-up", *cases, code=code.pk, outcome=outcome.pk)
    assert states(*cases) == ["closed", "closed"]


def test_many_are_snoozed_until_a_time_to_come(bulk, make_case):
    cases = make_case(), make_case()
    tomorrow = timezone.localtime() + timedelta(days=1)

    late = bulk("snooze", *cases, until="2020-01-01T08:00")
    assert "That time has passed." in late.content.decode()

    bulk("snooze", *cases, until=f"{tomorrow:%Y-%m-%dT%H:%M}")
    assert states(*cases) == ["snoozed", "snoozed"]


def test_many_are_handed_to_another_queue(bulk, make_case):
    other = Queue.objects.create(name="Credit", key="credit")
    cases = make_case(), make_case()

    bulk("hand-over", *cases, queue=other.pk, note="All about the same street")

    assert {Case.objects.get(pk=case.pk).queue for case in cases} == {other}


def test_many_are_merged_into_the_one_that_is_chosen(bulk, make_case):
    first, second, third = make_case(), make_case(), make_case()

    bulk("merge", first, second, third, into=second.pk)

    assert states(first, second, third) == ["merged", "new", "merged"]


def test_one_case_cannot_be_merged_with_nothing(bulk, make_case):
    case = make_case()

    assert "Select at least two cases." in bulk("merge", case, into=case.pk).content.decode()


def test_a_case_one_may_not_see_is_left_alone_and_not_named(bulk, make_case, outages, ben):
    hidden = make_case(queue=outages, subject="Private matter")
    mine = make_case()

    page = bulk("assign", mine, hidden, to=ben.pk).content.decode()

    assert Case.objects.get(pk=hidden.pk).owner is None
    assert "Private matter" not in page
    assert f"#{hidden.pk}" not in page


def test_a_case_cannot_be_merged_into_one_that_is_hidden(bulk, make_case, outages):
    hidden = make_case(queue=outages)
    cases = make_case(), make_case()

    answer = bulk("merge", *cases, into=hidden.pk)

    assert answer.status_code == 422
    assert states(*cases) == ["new", "new"]


def test_an_outsider_changes_nothing(client, zoe, make_case):
    case = make_case()
    client.force_login(zoe)

    client.post("/desk/bulk/assign/", {"case": case.pk, "to": zoe.pk})

    assert Case.objects.get(pk=case.pk).owner is None


def test_an_auditor_may_not(client, make_person, make_case):
    client.force_login(make_person("Ida", role="auditor"))

    assert client.post("/desk/bulk/assign/", {"case": make_case().pk}).status_code == 403


def test_the_form_is_a_page_without_scripts_and_a_part_with_them(client, ana, make_case):
    client.force_login(ana)
    address = f"/desk/bulk/assign/?case={make_case().pk}"

    assert "<html" in client.get(address).content.decode()
    assert "<html" not in client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_nothing_selected_is_told_in_words(client, ana):
    client.force_login(ana)

    for numbers in ("", "?case=x&case=-1&case=99999999999999999999"):
        page = client.get(f"/desk/bulk/assign/{numbers}")
        assert "Select some rows" in page.content.decode()


def test_there_is_no_other_verb(client, ana):
    client.force_login(ana)

    assert client.get("/desk/bulk/delete/").status_code == 404


def test_doing_it_twice_is_doing_it_once(bulk, make_case, ben):
    case = make_case()
    bulk("assign", case, to=ben.pk)

    page = bulk("assign", case, to=ben.pk).content.decode()

    assert "refused" not in page
    assert Case.objects.get(pk=case.pk).owner == ben


def test_the_screen_is_told_to_look_at_the_list_again(bulk, make_case, ben):
    assert "hub:work" in bulk("assign", make_case(), to=ben.pk).headers["HX-Trigger"]
