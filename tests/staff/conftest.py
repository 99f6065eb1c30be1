"""Visitors at the door: each from an address of their own, so that tests share no limits."""

import secrets

import pytest
from django.core.cache import caches
from django.test import Client

from contact_hub.staff.models import Person
from tests.conftest import PASSWORD


@pytest.fixture(autouse=True)
def _own_shelf(monkeypatch):
    """What one test counts in the shared cache, no other finds, not even that of a run before."""
    monkeypatch.setattr(caches["default"], "key_prefix", secrets.token_hex(8))


@pytest.fixture
def make_visitor(db):
    """A browser at an address nobody has used; an `agent` line says which browser."""

    def make(agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0", **fields):
        address = "10." + ".".join(str(secrets.randbelow(250) + 1) for _ in range(3))
        return Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent, **fields)

    return make


@pytest.fixture
def visitor(make_visitor):
    return make_visitor()


@pytest.fixture
def sign_in():
    """Go through the door as people do."""

    def walk(client, person, password=PASSWORD, **fields):
        email = getattr(person, "email", person)
        return client.post("/account/login/", {"login": email, "password": password} | fields)

    return walk


@pytest.fixture
def somebody(make_person, billing_team):
    """A person whose address nobody else has ever tried."""
    return make_person(f"Somebody{secrets.token_hex(4)}", billing_team)


@pytest.fixture
def ada(make_person):
    """Administers the hub."""
    return make_person("Ada", role=Person.Role.ADMINISTRATOR)


@pytest.fixture
def auditor(make_person):
    """Reads only."""
    return make_person("Audrey", role=Person.Role.AUDITOR)
