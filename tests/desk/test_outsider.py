"""Every address of the project, asked by people who must not get what lies behind it.

A new address fails here until somebody has said, in RECIPES, what it is bound to.
"""

import pytest
from allauth.usersessions.models import UserSession

from contact_hub.desk.topics import KINDS, OF_LEADS, allowed
from contact_hub.inbox.models import Envelope
from contact_hub.jobs.models import Job
from contact_hub.staff.models import Person
from tests.desk.recipes import RECIPES
from tests.desk.standing import (
    ABOVE,
    OF_CASES,
    OUTSIDERS,
    ROUTES,
    SCRIPT,
    SECRETS,
    SERVING,
    address,
    behind,
    body,
    counts,
    routes,
)


@pytest.mark.parametrize("route", ROUTES)
def test_every_address_says_what_it_is_bound_to(route):
    assert route in RECIPES, f"add {route!r} to RECIPES, so that outsiders are tried on it"


def test_no_recipe_is_for_an_address_that_is_gone():
    assert set(RECIPES) <= set(routes())


@pytest.mark.parametrize("route", behind("case", "lists", "tend", "customers", "self"))
def test_a_stranger_is_sent_to_the_sign_in(client, stage, route):
    path = address(route, stage)

    for answer in (client.get(path), client.post(path, body(route, stage))):
        assert answer.status_code in {301, 302, 405}, path
        if answer.status_code == 302 and path != "/":
            assert answer.url.startswith(("/account/login/", "/me/")), path
        assert not any(secret in answer.content.decode() for secret in SECRETS)


def test_a_stranger_changes_nothing(client, stage):
    before = counts()

    for route in RECIPES:
        client.post(address(route, stage), body(route, stage))

    assert counts() == before


@pytest.mark.parametrize("route", behind("case"))
def test_somebody_of_another_team_meets_nothing(client, stage, zoe, route):
    client.force_login(zoe)
    path = address(route, stage)
    before = counts()

    for headers in ({}, SCRIPT, SCRIPT | {"HX-Target": "case"}):
        looked = client.get(path, headers=headers)
        did = client.post(path, body(route, stage), headers=headers)

        assert looked.status_code in {404, 405}, path
        assert did.status_code in {404, 405}, path
        assert 404 in {looked.status_code, did.status_code}, path
        for answer in (looked, did):
            assert not any(secret in answer.content.decode() for secret in SECRETS)

    assert counts() == before


@pytest.mark.parametrize("route", behind("tend"))
def test_what_leads_tend_is_closed_to_others(client, stage, zoe, ana, route):
    path = address(route, stage)
    before = counts()

    for person in (zoe, ana):
        client.force_login(person)
        assert client.get(path).status_code in {403, 405}
        assert client.post(path, body(route, stage)).status_code in {403, 405}

    assert counts() == before
    assert Envelope.objects.get().state == "quarantined"
    assert Job.objects.filter(state="dead").exists()


@pytest.mark.parametrize("route", behind("lists"))
@pytest.mark.parametrize(
    "query", ["", "?q=bill", "?view=queues", "?view=all", "?view=mentions", "?find=1", "?case=1"]
)
def test_a_list_of_another_team_holds_no_word_of_the_case(client, stage, zoe, route, query):
    client.force_login(zoe)
    path = address(route, stage) + query.replace("1", stage["case"])
    before = counts()

    for headers in ({}, SCRIPT, SCRIPT | {"HX-Target": "list"}):
        for answer in (
            client.get(path, headers=headers),
            client.post(path, body(route, stage), headers=headers),
        ):
            words = answer.content.decode()
            assert not any(secret in words for secret in SECRETS), path

    assert counts() == before


@pytest.mark.parametrize("route", behind("case"))
def test_the_address_is_real_for_whoever_it_belongs_to(client, stage, ana, route):
    client.force_login(ana)
    path = address(route, stage)

    if RECIPES[route].post is None:
        answer = client.get(path)
    else:
        answer = client.post(path, body(route, stage))

    assert answer.status_code in {200, 302, 409}, f"{path}: {answer.status_code}"


@pytest.mark.parametrize("route", behind("tend"))
def test_the_address_is_real_for_a_lead(client, stage, lee, route):
    client.force_login(lee)
    path = address(route, stage)

    if RECIPES[route].post is None:
        answer = client.get(path)
    else:
        answer = client.post(path, body(route, stage))

    assert answer.status_code in {200, 302, 409}, f"{path}: {answer.status_code}"


@pytest.mark.parametrize("route", behind(*OUTSIDERS, posts=True))
def test_an_auditor_does_nothing_at_all(client, stage, make_person, route):
    client.force_login(make_person("Audrey", role="auditor"))
    before = counts()

    for headers in ({}, SCRIPT):
        answer = client.post(address(route, stage), body(route, stage), headers=headers)

        assert answer.status_code in {403, 404}, route

    assert counts() == before
    assert Envelope.objects.get().state == "quarantined"


@pytest.mark.parametrize("route", behind("case", posts=False))
def test_an_auditor_reads_every_case(client, stage, make_person, route):
    client.force_login(make_person("Audrey", role="auditor"))

    assert client.get(address(route, stage)).status_code == 200


@pytest.mark.parametrize("route", behind(*OUTSIDERS, posts=True))
def test_nothing_is_done_by_following_a_link(client, stage, ana, lee, route):
    client.force_login(lee)
    before = counts()

    answer = client.get(address(route, stage))

    assert answer.status_code in {200, 405}
    assert counts() == before


@pytest.mark.parametrize("role", Person.Role.values)
@pytest.mark.parametrize("route", behind("customers"))
def test_roles_that_serve_customers_see_them_and_others_do_not(
    client, stage, make_person, other_team, role, route
):
    client.force_login(make_person("Robin", other_team, role=role))
    path = address(route, stage)

    if RECIPES[route].post is None:
        answer = client.get(path)
    else:
        answer = client.post(path, body(route, stage))

    serves, does = SERVING[role], role != "auditor" or RECIPES[route].post is None
    at_home = not serves and route == ""  # who serves nobody is led to the desk
    assert answer.status_code in ({200, 302} if at_home or (serves and does) else {403}), route


@pytest.mark.parametrize("role", [role for role, serves in SERVING.items() if serves])
@pytest.mark.parametrize("route", behind("customers", posts=False))
@pytest.mark.parametrize("query", ["", "?q=rosa+delgado", "?q=4410227931", "?case=1", "?page=2"])
def test_nothing_unproven_and_nothing_of_another_teams_cases_is_told(
    client, stage, make_person, other_team, role, route, query
):
    client.force_login(make_person("Robin", other_team, role=role))
    sees_all = role in {"manager", "auditor"}

    answer = client.get(address(route, stage) + query.replace("=1", f"={stage['case']}"))

    words = answer.content.decode()
    assert answer.status_code == (404 if "case" in query and route and not sees_all else 200)
    assert not any(secret in words for secret in ABOVE)
    assert sees_all or not any(secret in words for secret in OF_CASES)


TOPICS = {  # kind of topic: who may watch one of another team
    "case": {"manager", "administrator", "auditor"},
    "queue": {"manager", "administrator", "auditor"},
    "team": {"manager", "administrator", "auditor"},
    "person": set(),
    "customer": {role for role, serves in SERVING.items() if serves},
    "all": set(SERVING),
    "tend": {"lead", "manager", "administrator"},
    "imports": {"lead", "manager", "administrator"},
}


@pytest.mark.parametrize("role", Person.Role.values)
@pytest.mark.parametrize("kind", [*KINDS, "all", *sorted(OF_LEADS)])
def test_every_topic_is_heard_only_by_whom_it_is_for(
    stage, make_person, outages, billing, billing_team, role, kind
):
    robin = make_person("Robin", *outages.teams.all(), role=role)
    numbers = {
        "case": stage["case"],
        "queue": billing.pk,
        "team": billing_team.pk,
        "person": stage["ana"],
        "customer": stage["rosa"],
    }
    topic = f"{kind}.{numbers[kind]}" if kind in numbers else kind

    assert (allowed(robin, [topic]) == {topic}) == (role in TOPICS[kind])


def test_nobody_ends_the_session_of_somebody_else(client, stage, zoe):
    client.force_login(zoe)

    client.post(f"/me/sessions/{stage['session']}/end/")

    assert UserSession.objects.filter(pk=stage["session"]).exists()
    assert "Rosa" not in client.get("/me/sessions/").content.decode()


def test_whoever_left_sees_nothing_any_more(client, stage, ana):
    client.force_login(ana)
    ana.is_active = False
    ana.save()

    for route in behind("case", "lists", "customers"):
        answer = client.get(address(route, stage))
        assert answer.status_code in {301, 302, 403, 404, 405}, route
        assert not any(secret in answer.content.decode() for secret in SECRETS), route


def test_the_admin_is_closed_to_everybody_who_does_not_configure(client, stage, zoe, lee, max_):
    lists = sorted(
        route
        for route in routes()
        if route.startswith("admin/") and "<" not in route and "(" not in route
    )
    assert len(lists) > 20
    for person in (zoe, lee, max_):
        client.force_login(person)
        for route in lists:
            answer = client.get("/" + route)
            words = answer.content.decode()
            assert answer.status_code != 200 or route == "admin/login/", route
            assert not any(secret in words for secret in SECRETS), route
