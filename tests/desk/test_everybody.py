"""Every role, at home and in a foreign team, at every address and every export there is."""

import pytest
from django.db import transaction

from contact_hub.staff.models import Person
from contact_hub.staff.rules import CUSTOMERS, SEE_ALL, TEND, WORK, allows
from tests.desk.recipes import RECIPES
from tests.desk.standing import (
    OF_CASES,
    OUTSIDERS,
    SCRIPT,
    SECRETS,
    address,
    behind,
    body,
    counts,
)

OPEN, CLOSED = {200, 204, 302, 409, 422}, {403, 404}
ANAS_OWN = {"dropped", "drafted"}  # half an answer is for nobody but who writes it
EXPORTS = {  # what leaves the hub as a file
    "customers/<int:pk>/facts.csv",
    "desk/attachments/<int:pk>/<str:name>",
    "tend/quarantine/<int:pk>/mail.eml",
    "tend/import/<int:pk>/rejects/<int:file_pk>/",
}


def is_open(route, *, role, at_home):
    """Whether an address is for that role, in the team whose case it is or in another."""
    recipe = RECIPES[route]
    if recipe.post is not None and not allows(role, WORK):
        return False
    if recipe.behind == "customers":
        return allows(role, CUSTOMERS) or route == ""  # who serves nobody is led to the desk
    if ANAS_OWN & set(recipe.names.values()):
        return False
    sees = at_home or allows(role, SEE_ALL)
    if recipe.behind == "tend":
        of_case = recipe.names.get("pk") == "case"
        return allows(role, TEND) and (sees or not of_case)
    return recipe.behind == "lists" or sees


def ask(client, route, stage, headers):
    if RECIPES[route].post is None:
        return client.get(address(route, stage), headers=headers)
    return client.post(address(route, stage), body(route, stage), headers=headers)


@pytest.fixture
def robin(make_person, billing_team, other_team, client):
    """Somebody of that role, in the team of the stage's case or in another."""

    def make(role, *, at_home):
        person = make_person("Robin", billing_team if at_home else other_team, role=role)
        client.force_login(person)
        return person

    return make


@pytest.mark.parametrize("team", ["at home", "foreign"])
@pytest.mark.parametrize("role", Person.Role.values)
def test_every_address_is_open_to_whom_it_is_for_and_to_nobody_else(
    client, stage, robin, role, team
):
    at_home = team == "at home"
    robin(role, at_home=at_home)
    before = counts()
    wrong = []

    for route in behind(*OUTSIDERS):
        is_for = is_open(route, role=role, at_home=at_home)
        for headers in ({}, SCRIPT):
            with transaction.atomic():
                answer = ask(client, route, stage, headers)
                if answer.status_code not in (OPEN if is_for else CLOSED):
                    wrong.append((route, answer.status_code))
                if not is_for and any(secret in answer.content.decode() for secret in SECRETS):
                    wrong.append((route, "words"))
                if not is_for and RECIPES[route].post is not None and counts() != before:
                    wrong.append((route, "changes"))
                transaction.set_rollback(True)

    assert wrong == []


def test_whatever_is_handed_out_as_a_file_is_known(client, stage, robin):
    robin("manager", at_home=True)

    files = {
        route
        for route in behind(*OUTSIDERS, posts=False)
        if "attachment" in ask(client, route, stage, {}).headers.get("Content-Disposition", "")
    }

    assert files == EXPORTS


@pytest.mark.parametrize("team", ["at home", "foreign"])
@pytest.mark.parametrize("role", Person.Role.values)
@pytest.mark.parametrize("route", sorted(EXPORTS))
def test_a_file_holds_nothing_that_its_reader_may_not_see(
    client,
    stage,
    robin,
    role,
    team,
    route,
):
    robin(role, at_home=team == "at home")

    answer = ask(client, route, stage, {})

    if not is_open(route, role=role, at_home=team == "at home"):
        assert answer.status_code in CLOSED
        return
    assert answer.status_code == 200
    words = b"".join(answer).decode()
    if route.startswith("customers/"):  # nobody has proven who they are
        assert not any(fact in words for fact in ("987.65", "1204 Oak", "(206) 555-0134"))
        assert not any(secret in words for secret in OF_CASES)
