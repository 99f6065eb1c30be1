import pytest

from contact_hub.desk.topics import allowed
from contact_hub.inbox.models import Queue
from contact_hub.staff.models import Person, Team


@pytest.fixture
def every_topic(make_case, ana, lee, billing_team):
    """One topic of each kind that belongs to Ana's team, and those of the whole office."""
    case = make_case()
    mine = [case.key, f"queue.{case.queue_id}", f"person.{ana.pk}", f"team.{billing_team.pk}"]
    return [*mine, "all", "tend", "imports"]


def test_zoe_hears_of_nothing_but_the_office(zoe, every_topic):
    assert allowed(zoe, every_topic) == {"all"}


def test_ana_hears_of_her_cases_queues_team_and_herself(ana, every_topic):
    assert allowed(ana, every_topic) == set(every_topic) - {"tend", "imports"}


def test_a_lead_hears_of_the_quarantine_too_but_not_of_a_colleague(lee, ana, every_topic):
    assert allowed(lee, every_topic) == set(every_topic) - {f"person.{ana.pk}"}


def test_a_manager_hears_of_every_queue_and_team(max_, ana, every_topic):
    assert allowed(max_, every_topic) == set(every_topic) - {f"person.{ana.pk}"}


def test_an_auditor_sees_everything_and_tends_nothing(make_person, ana, every_topic):
    ada = make_person("Ada", role=Person.Role.AUDITOR)

    assert allowed(ada, every_topic) == set(every_topic) - {f"person.{ana.pk}", "tend", "imports"}


def test_whoever_has_left_hears_nothing(ana, every_topic):
    ana.is_active = False

    assert allowed(ana, every_topic) == set()


def test_the_owner_of_a_case_hears_of_it_wherever_it_lies(zoe, make_case):
    case = make_case(owner=zoe)

    assert allowed(zoe, [case.key, f"queue.{case.queue_id}"]) == {case.key}


def test_what_does_not_exist_is_refused(max_, db):
    assert allowed(max_, ["case.4711", "queue.4711"]) == set()


@pytest.mark.parametrize(
    "topic",
    [
        *("", "case", "case.", "case.0", "case.-1", "case.1.2", "case.١", "case.1\n", "Case.1"),
        *("queue.x", "person.", "everything", "all.1", "tend.1", "case." + "9" * 30, "*", "case.%"),
    ],
)
def test_what_is_not_a_topic_is_refused_without_asking_the_database(max_, topic):
    assert allowed(max_, [topic]) == set()


def test_twenty_topics_cost_no_more_statements_than_two(
    ana, make_case, billing_team, django_assert_max_num_queries
):
    cases = [make_case(subject=str(number)) for number in range(8)]
    queues = [Queue.objects.create(name=f"Q{n}", key=f"q{n}") for n in range(8)]
    for queue in queues:
        queue.teams.add(billing_team)
    Team.objects.create(name="Quiet team")
    topics = [case.key for case in cases] + [f"queue.{queue.pk}" for queue in queues]

    with django_assert_max_num_queries(4):
        assert len(allowed(ana, [*topics, f"team.{billing_team.pk}", "all"])) == 18
