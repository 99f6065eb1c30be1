"""Moving cases between people, queues and times; joining and ending them."""

from datetime import timedelta

import pytest

from contact_hub.inbox.actions import casework, closing, merging, notes
from contact_hub.inbox.errors import (
    CannotMerge,
    CaseClosed,
    CaseMerged,
    CodeRequired,
    NotAllowed,
    Refused,
)
from contact_hub.inbox.models import Case, Mention
from contact_hub.journal.models import Entry
from contact_hub.staff.models import Person

pytestmark = pytest.mark.django_db


def verbs(case):
    return list(Entry.objects.filter(subject=case.key).values_list("verb", flat=True))


def test_assigning_twice_is_recorded_once(make_case, ana):
    case = make_case()
    casework.assign(case, by=ana, to=ana)
    casework.assign(case, by=ana, to=ana)

    assert verbs(case) == ["assigned"]
    assert Case.objects.get().state == "open"


def test_nobody_is_given_a_case_they_cannot_see(make_case, ana, zoe):
    with pytest.raises(NotAllowed, match="Zoe does not work in Billing"):
        casework.assign(make_case(), by=ana, to=zoe)


def test_an_auditor_is_given_no_case(make_case, ana, make_person):
    auditor = make_person("Audrey", role=Person.Role.AUDITOR)

    with pytest.raises(NotAllowed):
        casework.assign(make_case(), by=ana, to=auditor)


def test_handing_over_moves_the_case_out_of_sight_with_a_word(make_case, ana, zoe, outages):
    case = make_case(owner=ana)

    casework.hand_over(case, by=ana, queue=outages, note="No power since noon")

    case.refresh_from_db()
    assert (case.queue, case.owner) == (outages, None)
    assert list(Case.objects.visible_to(ana)) == []
    assert list(Case.objects.visible_to(zoe)) == [case]
    assert case.messages.filter(kind="note").get().text == "No power since noon"


def test_a_snoozed_case_comes_back_by_itself_when_its_time_has_come(make_case, ana, now):
    case = make_case()
    casework.snooze(case, by=ana, until=now + timedelta(hours=2), now=now)

    assert casework.wake(now + timedelta(hours=1)) == 0
    assert casework.wake(now + timedelta(hours=2)) == 1
    assert casework.wake(now + timedelta(hours=2)) == 0
    case.refresh_from_db()
    assert (case.state, case.snoozed_until) == ("open", None)


def test_snoozing_into_the_past_is_refused(make_case, ana, now):
    with pytest.raises(Refused):
        casework.snooze(make_case(), by=ana, until=now, now=now)


def test_next_contact_gives_each_asker_another_case_most_urgent_first(make_case, ana, ben, now):
    later = make_case(due_at=now + timedelta(hours=2))
    sooner = make_case(due_at=now + timedelta(hours=1))
    urgent = make_case(due_at=now + timedelta(hours=3), priority=2)

    taken = [casework.next_contact(by=person, now=now) for person in (ana, ben, ana, ben)]

    assert taken == [urgent, sooner, later, None]


def test_next_contact_never_leaves_ones_own_queues(make_case, zoe, now):
    make_case()

    assert casework.next_contact(by=zoe, now=now) is None


def test_a_merge_is_a_pointer_and_its_undoing_is_exact(make_case, ana):
    source, target = make_case(state="waiting"), make_case()

    merging.merge(source, into=target, by=ana)
    merging.merge(source, into=target, by=ana)
    source.refresh_from_db()
    assert (source.state, source.merged_into) == ("merged", target)
    assert sorted(merging.family(target)) == sorted([source.pk, target.pk])

    merging.unmerge(source, by=ana)
    merging.unmerge(source, by=ana)
    source.refresh_from_db()
    assert (source.state, source.merged_into) == ("waiting", None)
    assert verbs(source) == ["merged", "unmerged"]
    assert verbs(target) == ["absorbed", "released"]


def test_a_case_is_not_merged_into_itself_nor_into_a_merged_one(make_case, ana):
    a, b, c = make_case(), make_case(), make_case()
    merging.merge(b, into=c, by=ana)

    with pytest.raises(CannotMerge):
        merging.merge(a, into=a, by=ana)
    with pytest.raises(CannotMerge):
        merging.merge(a, into=b, by=ana)
    with pytest.raises(CannotMerge):
        merging.merge(c, into=b, by=ana)


@pytest.mark.parametrize("missing", ["code", "outcome"])
def test_no_case_ends_without_code_and_outcome_whoever_asks(make_case, ana, code, outcome, missing):
    case = make_case()
    for by in (ana, None):
        with pytest.raises(CodeRequired):
            closing.wrap_up(case, by=by, **{"code": code, "outcome": outcome} | {missing: None})

    case.refresh_from_db()
    assert case.state == "new"


def test_wrapping_up_ends_the_contact_and_the_case_once(make_case, ana, code, outcome, now):
    case = make_case()
    closing.wrap_up(case, by=ana, code=code, outcome=outcome, note="cold October", now=now)
    closing.wrap_up(case, by=ana, code=code, outcome=outcome, now=now + timedelta(hours=1))

    case.refresh_from_db()
    contact = case.contacts.get()
    assert (case.state, case.outcome, case.closed_at, case.due_at) == ("closed", outcome, now, None)
    assert (contact.code, contact.wrapped, contact.note) == (code, now, "cold October")
    assert verbs(case) == ["noted", "wrapped_up"]


def test_a_closed_case_says_so_when_another_code_is_tried(make_case, ana, code, outcome, now):
    from contact_hub.inbox.models import WrapUpCode

    case = make_case()
    closing.wrap_up(case, by=ana, code=code, outcome=outcome, now=now)

    other = WrapUpCode.objects.create(key="move", name="Moving")

    with pytest.raises(CaseClosed):
        closing.wrap_up(case, by=ana, code=other, outcome=outcome, now=now)


def test_wrapping_up_ends_the_contacts_of_merged_cases_too(make_case, ana, code, outcome, now):
    source, target = make_case(), make_case()
    merging.merge(source, into=target, by=ana)

    closing.wrap_up(target, by=ana, code=code, outcome=outcome, now=now)

    assert source.contacts.get().code == code
    assert target.contacts.get().wrapped == now


def test_the_hub_itself_can_hand_over_with_a_word(make_case, outages):
    case = casework.hand_over(make_case(), by=None, queue=outages, note="No power")

    assert case.messages.get(kind="note").text == "No power"


def test_a_code_of_another_queue_does_not_fit(make_case, ana, code, outcome, outages):
    code.queues.add(outages)

    with pytest.raises(CodeRequired, match="not a code of Billing"):
        closing.wrap_up(make_case(), by=ana, code=code, outcome=outcome)


def test_reopening_starts_the_clock_again(make_case, ana, code, outcome, now):
    case = make_case()
    closing.wrap_up(case, by=ana, code=code, outcome=outcome, now=now)
    with pytest.raises(CaseClosed):
        casework.snooze(case, by=ana, until=now + timedelta(days=1), now=now)

    closing.reopen(case, by=ana, now=now)
    closing.reopen(case, by=ana, now=now)

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("open", None)
    assert case.due_at > now
    assert verbs(case) == ["wrapped_up", "reopened"]


def test_a_merged_case_takes_no_verbs_and_says_where_to_go(make_case, ana):
    source, target = make_case(), make_case()
    merging.merge(source, into=target, by=ana)

    with pytest.raises(CaseMerged, match=f"#{target.pk}"):
        casework.assign(source, by=ana, to=ana)


def test_a_note_tells_the_colleague_it_names_and_no_outsider(make_case, ana, lee, zoe):
    note = notes.note(make_case(), by=ana, body="@Lee please look, and @Zoe too")

    assert list(Mention.objects.values_list("person", flat=True)) == [lee.pk]
    assert notes.seen(note.case, by=lee) == 1
    assert notes.seen(note.case, by=lee) == 0


def test_a_closed_case_still_takes_notes(make_case, ana, code, outcome):
    case = make_case()
    closing.wrap_up(case, by=ana, code=code, outcome=outcome)

    assert notes.note(case, by=ana, body="for the record").state == "kept"
