import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.db import SessionStore

from contact_hub.desk import consumers, switchboard
from contact_hub.desk.switchboard import Switchboard
from contact_hub.journal.actions import record
from contact_hub.journal.bus import choosing
from contact_hub.staff.models import RolePolicy
from tests.desk.sockets import (
    SOON,
    Socket,
    headers,
    in_a_loop,
    opened_by,
    screen_of,
    session_of,
    sockets,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet_bus(settings, tmp_path, monkeypatch):
    """The bus of this process alone: these tests speak for it themselves."""
    settings.BUS, settings.VAR = "local", tmp_path
    monkeypatch.setattr(choosing, "_made", {})
    # the consumer shares the test's connection, which must outlive each of its questions
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)


def hear(topics, **message):
    """The bus says something, without a database or a network."""
    switchboard.switchboard().heard(topics, message)


def board() -> Switchboard:
    return switchboard.switchboard()


# --- the door ---------------------------------------------------------------------------------
async def refused(**scope):
    socket = Socket(sockets(), scope.pop("path", "/ws/"), **scope)
    connected, code = await socket.connect(timeout=SOON)
    assert not connected
    await socket.disconnect(timeout=SOON)
    return code


@in_a_loop
async def test_a_stranger_gets_no_socket(db):
    assert await refused(headers=headers("no-such-session")) == 4401


@in_a_loop
async def test_a_page_of_another_site_gets_no_socket(ana):
    session = await sync_to_async(session_of)(ana)

    await refused(headers=headers(session, origin="https://evil.example.com"))
    await refused(headers=headers(session)[1:])  # and a program that names no page neither


@in_a_loop
async def test_there_is_one_door_only(ana):
    await refused(path="/ws/else/", headers=headers(await sync_to_async(session_of)(ana)))


@in_a_loop
async def test_whoever_still_owes_a_second_factor_gets_no_socket(ana):
    await sync_to_async(RolePolicy.objects.create)(role=ana.role, mfa_required=True)

    assert await refused(headers=headers(await sync_to_async(session_of)(ana))) == 4401


# --- watching ---------------------------------------------------------------------------------
@in_a_loop
async def test_a_screen_is_told_what_it_watches_and_then_what_changes(ana, make_case):
    case = await sync_to_async(make_case)()
    await sync_to_async(record)(case.key, "received", by=None)
    queue = f"queue.{case.queue_id}"

    async with opened_by(ana) as screen:
        await screen.ask(watch=[case.key, queue])
        assert await screen.told() == {"watching": {case.key: 1, queue: None}, "live": True}

        hear([case.key, queue], subject=case.key, verb="replied", seq=2)
        assert await screen.told() == {
            "changed": {
                case.key: {"seq": 2, "verbs": ["replied"]},
                queue: {"verbs": ["replied"]},
            },
            "n": 1,
        }


@in_a_loop
async def test_zoe_is_refused_and_hears_nothing(zoe, make_case):
    case = await sync_to_async(make_case)()

    async with opened_by(zoe) as screen:
        await screen.ask(watch=[case.key, "tend", "all", "nonsense"])
        assert await screen.told() == {
            "watching": {"all": None},
            "refused": [case.key, "tend", "nonsense"],
            "live": True,
        }

        hear([case.key, "tend"], subject=case.key, verb="replied", seq=2)
        hear(["all"], subject="all", verb="news", seq=0)
        assert await screen.told() == {"changed": {"all": {"verbs": ["news"]}}, "n": 1}


@in_a_loop
async def test_what_is_no_longer_watched_is_no_longer_told(ana, make_case):
    case = await sync_to_async(make_case)()

    async with opened_by(ana) as screen:
        await screen.ask(watch=[case.key, "all"])
        await screen.told()
        await screen.ask(unwatch=[case.key], ping=7)
        assert await screen.told() == {"pong": 7}

        hear([case.key], subject=case.key, verb="replied", seq=2)
        hear(["all"], subject="all", verb="news", seq=0)
        assert (await screen.told())["changed"].keys() == {"all"}


@in_a_loop
async def test_the_number_of_a_message_counts_only_for_its_own_subject(ana, make_case):
    one, other = await sync_to_async(lambda: [make_case(), make_case()])()

    async with opened_by(ana) as screen:
        await screen.ask(watch=[other.key])
        await screen.told()

        hear([one.key, other.key], subject=one.key, verb="merged", seq=9)
        assert (await screen.told())["changed"] == {other.key: {"verbs": ["merged"]}}


# --- catching up ------------------------------------------------------------------------------
@in_a_loop
async def test_after_a_sleep_a_screen_learns_which_cases_have_moved_on(ana, make_case):
    moved, quiet = await sync_to_async(lambda: [make_case(), make_case()])()
    for case, lines in ((moved, 3), (quiet, 2)):
        for _ in range(lines):
            await sync_to_async(record)(case.key, "noted", by=None)

    async with opened_by(ana) as screen:
        await screen.ask(watch=[moved.key, quiet.key], since={moved.key: 2, quiet.key: 2})

        answer = await screen.told()
        assert answer["watching"] == {moved.key: 3, quiet.key: 2}
        assert answer["stale"] == [moved.key]


@in_a_loop
async def test_a_list_watched_before_is_always_looked_at_again(ana, billing):
    queue = f"queue.{billing.pk}"

    async with opened_by(ana) as screen:
        await screen.ask(watch=[queue, "all"], since={queue: None})
        assert (await screen.told())["stale"] == [queue]


@in_a_loop
async def test_a_change_between_drawing_and_watching_is_not_missed(ana, billing):
    queue = f"queue.{billing.pk}"

    async with opened_by(ana) as screen:
        await screen.ask(watch=["all"])
        await screen.told()
        drawn_at = board().loop.time()
        hear([queue], subject="case.1", verb="received", seq=1)

        age = board().loop.time() - drawn_at
        await screen.ask(watch=[queue], age=age)
        assert (await screen.told())["stale"] == [queue]


@in_a_loop
async def test_nothing_is_stale_when_nothing_happened_since_it_was_drawn(ana, billing):
    queue = f"queue.{billing.pk}"

    async with opened_by(ana) as screen:
        await screen.ask(watch=["all"])
        await screen.told()
        hear([queue], subject="case.1", verb="received", seq=1)
        await asyncio.sleep(0)

        await screen.ask(watch=[queue])
        assert "stale" not in await screen.told()


@in_a_loop
async def test_what_is_older_than_the_board_remembers_counts_as_changed(ana, billing):
    async with opened_by(ana) as screen:
        await screen.ask(watch=[f"queue.{billing.pk}"], age=3600)
        assert (await screen.told())["stale"] == [f"queue.{billing.pk}"]


@in_a_loop
async def test_while_the_bus_is_away_the_screen_says_so_and_then_looks_again(ana, billing):
    queue = f"queue.{billing.pk}"

    async with opened_by(ana) as screen:
        await screen.ask(watch=[queue])
        await screen.told()

        board().lost()
        assert await screen.told() == {"live": False, "n": 1}
        board().afresh()
        assert await screen.told() == {"live": True, "stale": [queue], "n": 2}


# --- rights end -------------------------------------------------------------------------------
@in_a_loop
async def test_a_person_who_leaves_the_team_stops_hearing_of_it(ana, make_case):
    case = await sync_to_async(make_case)()

    async with opened_by(ana) as screen:
        await screen.ask(watch=[case.key, "all"])
        await screen.told()

        await sync_to_async(ana.teams.clear)()
        hear([f"person.{ana.pk}"], subject=f"person.{ana.pk}", verb="access_changed", seq=1)
        assert await screen.told() == {"revoked": [case.key], "n": 1}

        hear([case.key], subject=case.key, verb="replied", seq=2)
        hear(["all"], subject="all", verb="news", seq=0)
        assert (await screen.told())["changed"].keys() == {"all"}


@in_a_loop
async def test_a_case_that_moves_to_another_team_is_lost_at_once(ana, outages, make_case):
    case = await sync_to_async(make_case)()

    async with opened_by(ana) as screen:
        await screen.ask(watch=[case.key])
        await screen.told()

        case.queue = outages
        await sync_to_async(case.save)()
        hear([case.key], subject=case.key, verb="handed_over", seq=2)
        assert (await screen.told())["changed"].keys() == {case.key}
        assert (await screen.told())["revoked"] == [case.key]


@in_a_loop
async def test_signing_out_closes_the_screens_of_that_session_only(ana):
    here, there = await sync_to_async(lambda: [session_of(ana), session_of(ana)])()

    async with screen_of(here) as closed, screen_of(there) as open_:
        await sync_to_async(SessionStore(here).delete)()
        hear([f"person.{ana.pk}"], subject=f"person.{ana.pk}", verb="signed_out", seq=1)

        assert await closed.code() == 4403
        await open_.ask(ping=1)
        assert await open_.told() == {"pong": 1}


@pytest.mark.parametrize("end", ["leaves", "new password", "owes a factor"])
@in_a_loop
async def test_a_session_that_has_lost_its_ground_is_found_by_the_next_look(ana, end):
    async with opened_by(ana) as screen:
        await screen.ask(watch=["all"])
        await screen.told()
        await sync_to_async(lose_ground)(ana, end)

        await board().recheck(board().screens)

        assert await screen.code() == 4403


def lose_ground(person, how):
    if how == "leaves":
        person.is_active = False
    elif how == "new password":
        person.set_password("another long pass phrase")
    else:
        RolePolicy.objects.create(role=person.role, mfa_required=True)
    person.save()


@in_a_loop
async def test_the_rounds_look_at_everybody_in_time(ana, monkeypatch):
    monkeypatch.setattr(switchboard, "RECHECK", 0.0)
    monkeypatch.setattr(switchboard, "TICK", 0.01)
    session = await sync_to_async(session_of)(ana)

    async with screen_of(session) as screen:
        await sync_to_async(SessionStore(session).delete)()

        assert await screen.code() == 4403


@in_a_loop
async def test_a_session_that_has_ended_may_not_watch_anything_more(ana):
    session = await sync_to_async(session_of)(ana)

    async with screen_of(session) as screen:
        await sync_to_async(SessionStore(session).delete)()
        await screen.ask(watch=["all"])

        assert await screen.code() == 4403


# --- limits -----------------------------------------------------------------------------------
@in_a_loop
async def test_a_screen_watches_a_limited_number_of_topics(max_, make_case, monkeypatch):
    monkeypatch.setattr(consumers, "TOPICS", 3)
    cases = await sync_to_async(lambda: [make_case(subject=str(n)).key for n in range(4)])()

    async with opened_by(max_) as screen:
        await screen.ask(watch=cases[:2])
        assert len((await screen.told())["watching"]) == 2

        await screen.ask(watch=cases)
        answer = await screen.told()
        assert list(answer["watching"]) == cases[:3]
        assert answer["refused"] == cases[3:]


@pytest.mark.parametrize(
    "text",
    [
        *("", "gibberish", "[]", "7", "null", '{"watch": "all"}', '{"watch": [1]}', "[" * 5000),
        *('{"watch": [], "since": []}', '{"watch": [], "age": "x"}', '{"watch": [], "age": -1}'),
        *('{"watch": [], "age": NaN}', '{"ping": "x"}', '{"ping": 1.5}', '{"unwatch": {}}'),
    ],
)
@in_a_loop
async def test_what_is_not_the_protocol_ends_the_screen(ana, text):
    async with opened_by(ana) as screen:
        await screen.send_input({"type": "websocket.receive", "text": text})

        assert await screen.code() == 4400


@pytest.mark.parametrize("event", [{"text": json.dumps({"watch": ["x" * 9000]})}, {"bytes": b"x"}])
@in_a_loop
async def test_what_is_too_long_or_no_text_ends_the_screen(ana, event):
    async with opened_by(ana) as screen:
        await screen.send_input({"type": "websocket.receive"} | event)

        assert await screen.code() == 4413


@in_a_loop
async def test_a_screen_that_speaks_without_a_pause_is_ended(ana, monkeypatch):
    monkeypatch.setattr(consumers, "PER_SECOND", 0.0)
    async with opened_by(ana) as screen:
        for number in range(int(consumers.BURST)):
            await screen.ask(ping=number)
            assert await screen.told() == {"pong": number}
        await screen.ask(ping=99)

        assert await screen.code() == 4429


# --- coming and going -------------------------------------------------------------------------
@in_a_loop
async def test_a_server_that_ends_sends_its_screens_elsewhere(ana):
    async with opened_by(ana) as screen:
        await screen.ask(watch=["all"])
        await screen.told()
        stopping = asyncio.create_task(board().stop())

        assert await screen.code() == 1012
        await screen.send_input({"type": "websocket.disconnect", "code": 1012})
        await asyncio.wait_for(stopping, SOON)
        assert not board().screens


@in_a_loop
async def test_a_process_without_screens_stops_hearing_the_bus(ana, monkeypatch, tmp_path):
    monkeypatch.setattr(switchboard, "LINGER", 0.0)
    monkeypatch.setattr(switchboard, "TICK", 0.01)
    async with opened_by(ana) as screen:
        await screen.ask(watch=["all"])
        await screen.told()
        assert list((tmp_path / "bus").iterdir())
        running = list(board()._running)

    await asyncio.wait_for(asyncio.gather(*running, return_exceptions=True), SOON)
    assert not list((tmp_path / "bus").iterdir())
    assert not board()._watchers


@in_a_loop
async def test_a_socket_stuck_even_in_its_answer_is_left_without_a_goodbye(ana, monkeypatch):
    monkeypatch.setattr(consumers, "GRACE", 0.05)
    session = SessionStore(await sync_to_async(session_of)(ana))
    scope = {"type": "websocket", "user": ana, "session": session}
    said, stuck = asyncio.Queue(), asyncio.Event()

    async def send(event):
        if event["type"] != "websocket.accept":
            stuck.set()
            await asyncio.Event().wait()

    socket = asyncio.create_task(consumers.LiveConsumer.as_asgi()(scope, said.get, send))
    said.put_nowait({"type": "websocket.connect"})
    said.put_nowait({"type": "websocket.receive", "text": '{"ping": 1}'})
    await asyncio.wait_for(stuck.wait(), SOON)

    board().give_up_slow(board().loop.time() + switchboard.PATIENCE + 1)

    await asyncio.wait_for(socket, SOON)
    assert not board().screens
