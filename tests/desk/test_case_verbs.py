from datetime import timedelta

import pytest
from django.utils import timezone

from contact_hub.customers.models import Customer
from contact_hub.inbox.actions import closing, merging
from contact_hub.inbox.models import Case, ContactAccountLink, WrapUpCode
from contact_hub.journal.models import Entry

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def case(make_case):
    return make_case()


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


def test_a_plain_form_assigns_and_comes_back_to_the_case(desk, case, ben):
    answer = desk.post(f"/desk/cases/{case.pk}/assign/", {"to": ben.pk})

    assert answer.status_code == 302
    assert answer.url == f"/desk/cases/{case.pk}/"
    case.refresh_from_db()
    assert case.owner == ben


def test_a_script_gets_the_changed_parts_and_the_words_of_a_toast(desk, case, ana):
    answer = desk.post(f"/desk/cases/{case.pk}/assign/", {"to": ana.pk}, headers=SCRIPT)

    assert answer.status_code == 200
    assert f'id="case-head-{case.pk}"' in answer.text
    assert f'id="case-timeline-{case.pk}"' in answer.text
    assert "took it" in answer.text
    assert "Assigned." in answer.headers["HX-Trigger"]
    assert "<html" not in answer.text


def test_nobody_gives_the_case_back_to_the_queue(desk, case, ana):
    Case.objects.update(owner=ana)

    desk.post(f"/desk/cases/{case.pk}/assign/", {"to": ""})

    case.refresh_from_db()
    assert case.owner is None


def test_a_case_cannot_be_assigned_to_somebody_of_another_team(desk, case, zoe):
    answer = desk.post(f"/desk/cases/{case.pk}/assign/", {"to": zoe.pk}, headers=SCRIPT)

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    case.refresh_from_db()
    assert case.owner is None


def test_handing_over_to_a_queue_one_does_not_see_leads_to_the_work_list(desk, case, outages):
    handed = desk.post(
        f"/desk/cases/{case.pk}/hand-over/",
        {"queue": outages.pk, "note": "A pole is down"},
        headers=SCRIPT,
    )

    assert handed.headers["HX-Redirect"] == "/desk/"
    assert desk.get(f"/desk/cases/{case.pk}/").status_code == 404
    case.refresh_from_db()
    assert case.queue == outages
    assert case.messages.filter(text="A pole is down", kind="note").exists()


def test_a_verb_shows_its_form_in_a_panel_and_on_a_page_of_its_own(desk, case):
    for verb in ("assign", "hand-over", "snooze", "priority", "merge", "wrap-up"):
        address = f"/desk/cases/{case.pk}/{verb}/"
        panel, page = desk.get(address, headers=SCRIPT), desk.get(address)

        assert "<html" not in panel.text
        assert "<html" in page.text
        assert f'action="{address}"' in panel.text
        assert f'action="{address}"' in page.text


def test_snoozing_until_an_offered_time_or_another_one(desk, case):
    soon = timezone.localtime() + timedelta(days=2)

    desk.post(f"/desk/cases/{case.pk}/snooze/", {"until": "", "at": f"{soon:%Y-%m-%dT%H:%M}"})

    case.refresh_from_db()
    assert case.state == "snoozed"
    assert case.snoozed_until == soon.replace(second=0, microsecond=0)
    desk.post(f"/desk/cases/{case.pk}/wake/")
    case.refresh_from_db()
    assert case.state == "open"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"until": ""}, "Say when it should come back."),
        ({"until": "2001-01-01T08:00"}, "That time has passed."),
        ({"at": "next spring"}, "Give a date and a time"),
    ],
)
def test_a_snooze_without_a_usable_time_says_so(desk, case, fields, words):
    answer = desk.post(f"/desk/cases/{case.pk}/snooze/", fields, headers=SCRIPT)

    assert answer.status_code == 409
    assert words in answer.text
    case.refresh_from_db()
    assert case.state == "new"


def test_wrapping_up_without_code_and_outcome_is_refused_in_words(desk, case, code):
    answer = desk.post(f"/desk/cases/{case.pk}/wrap-up/", {"code": code.pk}, headers=SCRIPT)

    assert answer.status_code == 409
    assert "Choose a wrap-up code and an outcome." in answer.text
    assert f'<option value="{code.pk}" selected>' in answer.text
    case.refresh_from_db()
    assert case.state == "new"


def test_a_plain_form_that_is_refused_is_a_page_with_the_reason(desk, case):
    answer = desk.post(f"/desk/cases/{case.pk}/wrap-up/", {})

    assert answer.status_code == 409
    assert "<html" in answer.text
    assert "Choose a wrap-up code and an outcome." in answer.text


def test_the_wrap_up_is_filled_in_as_last_time_so_that_one_key_confirms_it(
    desk, case, make_case, ana, code, outcome
):
    WrapUpCode.objects.create(key="other", name="Other")
    closing.wrap_up(make_case(), by=ana, code=code, outcome=outcome)

    panel = desk.get(f"/desk/cases/{case.pk}/wrap-up/", headers=SCRIPT)

    assert f'<option value="{code.pk}" selected>' in panel.text
    assert f'<option value="{outcome.pk}" selected>' in panel.text
    assert '<button class="button main push" autofocus>' in panel.text


def test_wrapping_up_offers_only_the_codes_of_the_queue(desk, case, code, outages):
    elsewhere = WrapUpCode.objects.create(key="pole", name="Pole down")
    elsewhere.queues.add(outages)

    panel = desk.get(f"/desk/cases/{case.pk}/wrap-up/", headers=SCRIPT)

    assert "High bill" in panel.text
    assert "Pole down" not in panel.text


def test_wrapping_up_and_reopening(desk, case, code, outcome):
    fields = {"code": code.pk, "outcome": outcome.pk, "note": "Explained"}

    wrapped = desk.post(f"/desk/cases/{case.pk}/wrap-up/", fields, headers=SCRIPT)

    case.refresh_from_db()
    assert case.state == "closed"
    assert "Reopen to write" in wrapped.text  # the composer gives way
    opened = desk.post(f"/desk/cases/{case.pk}/reopen/", headers=SCRIPT)
    assert "data-composer" in opened.text
    case.refresh_from_db()
    assert case.state == "open"


def test_a_verb_on_a_closed_case_says_what_to_do_first(desk, case, ana, code, outcome):
    closing.wrap_up(case, by=ana, code=code, outcome=outcome)

    answer = desk.post(f"/desk/cases/{case.pk}/priority/", {"priority": 2}, headers=SCRIPT)

    assert answer.status_code == 409
    assert "reopen it first" in answer.text


def test_merging_goes_to_the_case_that_stays_and_can_be_undone(desk, make_case):
    case, source = make_case(), make_case()

    merged = desk.post(f"/desk/cases/{source.pk}/merge/", {"into": f"#{case.pk}"})

    assert merged.url == f"/desk/cases/{case.pk}/"
    source.refresh_from_db()
    assert source.merged_into == case
    desk.post(f"/desk/cases/{source.pk}/unmerge/")
    source.refresh_from_db()
    assert source.merged_into is None


@pytest.mark.parametrize("into", ["", "abc", "99999", "²", "9" * 40])
def test_merging_into_what_is_no_case_is_refused_in_words(desk, case, into):
    answer = desk.post(f"/desk/cases/{case.pk}/merge/", {"into": into}, headers=SCRIPT)

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


def test_merging_into_a_case_one_cannot_see_says_nothing_about_it(desk, case, make_case, outages):
    hidden = make_case(queue=outages, subject="Secret")

    answer = desk.post(f"/desk/cases/{case.pk}/merge/", {"into": hidden.pk}, headers=SCRIPT)

    assert answer.status_code == 409
    assert "no such case among those you can see" in answer.text
    assert "Secret" not in answer.text


def test_a_merge_from_the_context_column_is_refused_in_a_toast(desk, make_case, ana):
    case, middle, other = make_case(), make_case(), make_case()
    merging.merge(case, into=middle, by=ana)

    answer = desk.post(
        f"/desk/cases/{other.pk}/merge/", {"into": case.pk, "quick": "1"}, headers=SCRIPT
    )

    assert answer.status_code == 409
    assert "was merged itself" in answer.headers["HX-Trigger"]


@pytest.fixture
def candidates(make_case):
    people = [Customer.objects.create(name=name) for name in ("Luis Delgado", "Maria Delgado")]
    rows = [
        {"customer": one.pk, "name": one.name, "account": None, "reasons": ["email on file"]}
        for one in people
    ]
    return make_case(match=rows), *people


def test_one_key_confirms_a_candidate(desk, candidates):
    case, _luis, maria = candidates
    page = desk.get(f"/desk/cases/{case.pk}/")
    assert 'data-key="y"' in page.text

    answer = desk.post(f"/desk/cases/{case.pk}/confirm/", {"customer": maria.pk}, headers=SCRIPT)

    assert answer.status_code == 200
    case.refresh_from_db()
    assert case.customer == maria
    assert "It could also be" in answer.text
    assert "L. Delgado" in answer.text
    link = ContactAccountLink.objects.get(customer=maria)
    assert (link.state, link.by.name) == ("confirmed", "Ana")


def test_a_ruled_out_candidate_is_gone_and_ruling_out_twice_is_once(desk, candidates):
    case, luis, _maria = candidates

    for _time in range(2):
        desk.post(f"/desk/cases/{case.pk}/reject/", {"customer": luis.pk})

    case.refresh_from_db()
    assert [row["customer"] for row in case.match] != [luis.pk]
    assert len(case.match) == 1
    assert Entry.objects.filter(verb="ruled_out", subject=case.key).count() == 1
    assert ContactAccountLink.objects.get(customer=luis).state == "rejected"


def test_a_wrong_match_is_taken_off_the_case(desk, candidates):
    case, luis, maria = candidates
    desk.post(f"/desk/cases/{case.pk}/confirm/", {"customer": luis.pk})

    desk.post(f"/desk/cases/{case.pk}/reject/", {"customer": luis.pk})

    case.refresh_from_db()
    assert case.customer is None
    assert [row["customer"] for row in case.match] == [maria.pk]


def test_somebody_who_was_never_a_candidate_cannot_be_confirmed(desk, candidates):
    case = candidates[0]
    stranger = Customer.objects.create(name="Stranger")

    answer = desk.post(f"/desk/cases/{case.pk}/confirm/", {"customer": stranger.pk}, headers=SCRIPT)

    assert answer.status_code == 409
    assert "no longer among the candidates" in answer.headers["HX-Trigger"]
    case.refresh_from_db()
    assert case.customer is None
