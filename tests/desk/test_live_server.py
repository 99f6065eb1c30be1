"""Live screens over a real server, with the changes made by other processes."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from contact_hub.journal.actions import record
from contact_hub.journal.models import Entry
from tests.desk.running import SOON, Site, ask, kill, told
from tests.desk.sockets import session_of
from tests.ports import free_port

pytestmark = pytest.mark.django_db(transaction=True)


def available():
    yield "local"
    if connection.vendor == "postgresql":
        yield "postgres"
    if settings.REDIS_URL:
        yield "redis"


@pytest.fixture
def case(make_case):
    case = make_case()
    record(case.key, "received", by=None)
    return case


@pytest.fixture
def session(ana):
    return session_of(ana)


@pytest.fixture(params=available())
def site(request, case, session, tmp_path):
    """An installation in which one case has been received and Ana is signed in."""
    return Site(tmp_path, request.param)


def test_what_another_process_does_reaches_the_screen(site, case, session):
    queue = f"queue.{case.queue_id}"
    with site.serving(), site.recording() as note, site.screen(session) as screen:
        ask(screen, watch=[case.key, queue])
        assert told(screen) == {"watching": {case.key: 1, queue: None}, "live": True}

        assert note(case.key, "replied", *case.topics) == 2

        assert told(screen) == {
            "changed": {
                case.key: {"seq": 2, "verbs": ["replied"]},
                queue: {"verbs": ["replied"]},
            },
            "n": 1,
        }


def test_after_a_crash_of_the_server_the_screen_catches_up(site, case, session):
    queue = f"queue.{case.queue_id}"
    with site.recording() as note:
        with site.serving() as server, site.screen(session) as screen:
            ask(screen, watch=[case.key, queue])
            told(screen)
            note(case.key, "noted", *case.topics)
            assert told(screen)["changed"][case.key]["seq"] == 2
            kill(server)
            with pytest.raises(ConnectionClosed):
                screen.recv(timeout=SOON)

        note(case.key, "replied", *case.topics)  # while nobody listens

        with site.serving(), site.screen(session) as screen:
            ask(screen, watch=[case.key, queue], since={case.key: 2, queue: None})
            assert told(screen) == {
                "watching": {case.key: 3, queue: None},
                "stale": [case.key, queue],
                "live": True,
            }
            note(case.key, "noted", *case.topics)
            assert told(screen)["changed"][case.key]["seq"] == 4


def test_every_process_that_holds_screens_hears(site, case, session):
    other = free_port()
    with (
        site.serving(),
        site.serving(port=other),
        site.recording() as note,
        site.screen(session) as here,
        site.screen(session, port=other) as there,
    ):
        for screen in (here, there):
            ask(screen, watch=[case.key])
            told(screen)

        note(case.key, "replied", *case.topics)

        assert (
            told(here)
            == told(there)
            == {
                "changed": {case.key: {"seq": 2, "verbs": ["replied"]}},
                "n": 1,
            }
        )


@pytest.mark.parametrize("site", ["local"], indirect=True)
def test_a_server_that_is_asked_to_end_waits_for_no_screen_and_leaves_no_pipe(site, case, session):
    with site.serving() as server, site.screen(session) as screen:
        ask(screen, watch=[case.key])
        told(screen)

        server.send_signal(signal.SIGTERM)

        with pytest.raises(ConnectionClosed):
            screen.recv(timeout=SOON)
        assert server.wait(SOON) == 0
        assert not list((site.folder / "bus").iterdir())


@pytest.mark.parametrize("site", ["local"], indirect=True)
def test_a_stranger_and_a_foreign_page_are_turned_away_at_the_door(site, session):
    with site.serving():
        with pytest.raises(InvalidStatus) as stranger, site.screen("no-such-session"):
            pass
        site.origin = "https://evil.example.com"
        with pytest.raises(InvalidStatus) as foreign, site.screen(session):
            pass

    assert stranger.value.response.status_code == foreign.value.response.status_code == 403


@pytest.mark.parametrize("site", ["local"], indirect=True)
def test_processes_that_record_about_one_subject_leave_neither_gaps_nor_doubles(site, case):
    def write(turn):
        with site.recording() as note:
            return [note(case.key, f"verb{turn}") for _ in range(25)]

    with ThreadPoolExecutor(3) as pool:
        given = sorted(number for numbers in pool.map(write, range(3)) for number in numbers)

    assert given == list(range(2, 77))
    if connection.vendor == "postgresql":  # there the processes write to this very database
        assert Entry.objects.filter(subject=case.key).count() == 76


@pytest.mark.parametrize("site", ["local"], indirect=True)
def test_signing_out_in_another_process_closes_the_screen(site, session, ana):
    with site.serving(), site.recording() as note, site.screen(session) as screen:
        ask(screen, watch=["all"])
        told(screen)

        note(session, "signed_out", f"person.{ana.pk}")

        with pytest.raises(ConnectionClosed) as closed:
            screen.recv(timeout=SOON)
        assert closed.value.rcvd.code == 4403
