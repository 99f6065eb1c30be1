"""Two at once: the same mail, the same sender, the same case, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from contact_hub.inbox.actions import casework, closing, intake, merging, replying
from contact_hub.inbox.errors import StaleDraft
from contact_hub.inbox.models import Case, Envelope, Message
from contact_hub.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run the acts in threads that start together; returns what each returned or raised."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=20)
            return act()
        except Exception as error:  # noqa: BLE001  # the test looks at what came out
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_the_same_mail_by_two_doors_at_once_is_one(mail, mailbox):
    raw = mail()

    outcomes = at_once(*[lambda: intake.receive(raw, door="lmtp") for _ in range(4)])

    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert (Envelope.objects.count(), Message.objects.count(), Case.objects.count()) == (1, 1, 1)


def test_two_first_mails_of_one_sender_at_once_open_one_case(mail, mailbox):
    raws = [mail(f"words {n}\n", message_id=f"<{n}@cust.test>") for n in range(4)]

    at_once(*[lambda raw=raw: intake.receive(raw, door="lmtp") for raw in raws])

    assert Message.objects.count() == 4
    assert Case.objects.count() == 1


@pytest.mark.needs("postgresql")
def test_only_the_filing_of_a_kept_mail_need_not_wait_for_the_disk(mail, mailbox):
    waits = []

    def note(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if "inbox_envelope" in sql:
            with connection.connection.cursor() as cursor:
                waits.append(cursor.execute("SHOW synchronous_commit").fetchone()[0])
        return answer

    with connection.execute_wrapper(note):
        intake.receive(mail(), door="lmtp", recipients=[mailbox.address])
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        (after,) = cursor.fetchone()

    assert (waits, after) == (["on", "off"], "on")


def test_one_envelope_filed_by_two_takers_makes_one_message(mail, mailbox):
    envelope = intake.receive(mail(), door="lmtp")
    Message.objects.all().delete()
    Case.objects.all().delete()
    Envelope.objects.update(state="pending")

    at_once(*[lambda: intake.take_in(envelope.pk) for _ in range(4)])

    assert Message.objects.count() == 1


def test_two_people_who_ask_for_the_next_contact_get_different_ones(make_case, ana, ben):
    cases = {make_case(), make_case()}

    taken = at_once(lambda: casework.next_contact(by=ana), lambda: casework.next_contact(by=ben))

    assert set(taken) == cases


def test_a_double_click_on_send_makes_one_answer(make_case, ana):
    from contact_hub.inbox.actions import drafts

    case = make_case()
    draft = drafts.keep(case, by=ana, mode="email", version=0, body="Words")

    outcomes = at_once(
        *[
            lambda: replying.reply(
                case, by=ana, body="Words", to=["rosa@cust.test"], draft_version=draft.version
            )
            for _ in range(2)
        ]
    )

    assert Message.objects.filter(direction="out").count() == 1
    assert sum(isinstance(one, StaleDraft) for one in outcomes) == 1


def test_two_wrap_ups_at_once_are_recorded_once(make_case, ana, lee, code, outcome):
    case = make_case()

    at_once(
        lambda: closing.wrap_up(case, by=ana, code=code, outcome=outcome),
        lambda: closing.wrap_up(case, by=lee, code=code, outcome=outcome),
    )

    assert Entry.objects.filter(subject=case.key, verb="wrapped_up").count() == 1


def test_merging_two_cases_into_each_other_at_once_leaves_one_standing(make_case, ana, lee):
    a, b = make_case(), make_case()

    at_once(
        lambda: merging.merge(a, into=b, by=ana),
        lambda: merging.merge(b, into=a, by=lee),
    )

    assert Case.objects.exclude(state="merged").count() == 1


def test_the_journal_counts_without_gaps_whoever_writes(make_case, ana):
    from contact_hub.inbox.actions import notes

    case = make_case()

    at_once(*[lambda n=n: notes.note(case, by=ana, body=f"note {n}") for n in range(8)])

    seen = list(
        Entry.objects.filter(subject=case.key).order_by("seq").values_list("seq", flat=True)
    )
    assert seen == list(range(1, 9)), connection.vendor
