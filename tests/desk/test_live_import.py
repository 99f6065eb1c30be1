"""An import is followed on an open screen while another process carries it out."""

import re
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from tests.customers.extracts import EVERYTHING, extract
from tests.desk.running import SOON, Site, ask, told
from tests.desk.sockets import session_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(lee):
    return session_of(lee)


@pytest.fixture
def site(session, tmp_path):
    return Site(tmp_path, "")


def heard(screen, verb):
    """Wait until the screen is told that an import did that."""
    while verb not in told(screen)["changed"]["imports"]["verbs"]:
        pass


def page(site, session, address):
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    with urlopen(Request(site.origin + address, headers=cookie), timeout=SOON) as answer:
        return answer.read().decode()


def test_whoever_watches_sees_how_far_it_is_and_that_it_is_done(site, session, tmp_path):
    place = extract(tmp_path / "monday", EVERYTHING)
    with site.serving(), site.screen(session) as screen:
        ask(screen, watch=["imports"])
        assert told(screen) == {"watching": {"imports": None}, "live": True}

        with site.importing(place) as go_on:
            heard(screen, "progressed")
            address = re.search(r"/tend/import/\d+/", page(site, session, "/tend/import/"))[0]
            halfway = page(site, session, address)
            while go_on():
                pass
            heard(screen, "imported")

        done = page(site, session, address)
    assert '<progress max="100" value="50" aria-label="customers.csv">' in halfway
    assert "Reading" not in done
    assert "<progress" not in done
    assert done.count("Done") == len(EVERYTHING) + 1  # every file, and the whole
