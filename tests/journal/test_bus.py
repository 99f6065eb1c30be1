import asyncio
import os
import subprocess
import sys
import threading
from contextlib import asynccontextmanager
from functools import wraps

import pytest
import redis
from asgiref.sync import async_to_sync, sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from contact_hub.journal.bus import choosing, publish, wire
from contact_hub.journal.bus.listening import listen

SOON = 10  # seconds: long enough for a busy machine, and nobody waits for it when all is well
NEWS = {"subject": "case.1", "verb": "received", "seq": 1}


def where(here):
    """Keep a test where its engine is; elsewhere there is nothing to test, so nothing to skip."""
    return lambda test: test if here else None


class Desk:
    """Hears the bus and remembers, in order."""

    def __init__(self):
        self.events = asyncio.Queue()

    def heard(self, topics, message):
        self.events.put_nowait((topics, message))

    def afresh(self):
        self.events.put_nowait("afresh")

    def lost(self):
        self.events.put_nowait("lost")

    async def next(self):
        return await asyncio.wait_for(self.events.get(), SOON)


@asynccontextmanager
async def listening():
    desk = Desk()
    task = asyncio.create_task(listen(desk))
    assert await desk.next() == "afresh"
    yield desk
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def in_a_loop(test):
    """Run the coroutine in a loop of its own; the database stays with this thread."""

    @wraps(test)
    def run(*args, **kwargs):
        async_to_sync(test)(*args, **kwargs)

    return run


def available():
    yield "local"
    if connection.vendor == "postgresql":
        yield "postgres"
    if os.environ.get("REDIS_URL"):
        yield "redis"


@pytest.fixture(params=available())
def bus(request, settings, tmp_path, monkeypatch):
    """Each transport this machine can use, with nothing left from another test."""
    settings.BUS, settings.VAR = request.param, tmp_path
    monkeypatch.setattr(choosing, "_made", {})
    return request.param


@pytest.fixture
def local(settings, tmp_path, monkeypatch):
    settings.BUS, settings.VAR = "local", tmp_path
    monkeypatch.setattr(choosing, "_made", {})
    return tmp_path / "bus"


@pytest.mark.django_db(transaction=True)
@in_a_loop
async def test_what_is_published_is_heard(bus):
    async with listening() as desk:
        await sync_to_async(publish)(["case.1", "queue.2", "case.1"], NEWS)

        assert await desk.next() == (["case.1", "queue.2"], NEWS)


@pytest.mark.django_db(transaction=True)
@in_a_loop
async def test_nothing_is_heard_before_the_commit_or_of_a_change_taken_back(bus):
    def change():
        with transaction.atomic():
            publish(["case.1"], NEWS | {"verb": "taken back"})
            transaction.set_rollback(True)
        with transaction.atomic():
            publish(["case.1"], NEWS | {"verb": "kept"})
            publish(["case.9"], NEWS)

    async with listening() as desk:
        await sync_to_async(change)()

        assert await desk.next() == (["case.1"], NEWS | {"verb": "kept"})


@pytest.mark.django_db(transaction=True)
@in_a_loop
async def test_a_message_too_long_for_the_bus_still_names_its_topics(bus):
    topics = [f"case.{number}" for number in range(20_000)]
    async with listening() as desk:
        await sync_to_async(publish)(topics, NEWS | {"note": "x" * 9000})

        heard = []
        while len(heard) < len(topics):
            some, message = await desk.next()
            assert message == {}
            heard += some
        assert heard == topics


def test_particulars_are_dropped_before_topics_are_split():
    assert wire.pack(["case.1"], {"note": "x" * 100}, limit=60) == ['[["case.1"],{}]']
    with pytest.raises(ValueError, match="does not fit"):
        wire.pack(["case." + "1" * 100], {}, limit=60)


@pytest.mark.parametrize("line", ["", "[]", "7", '{"a": 1}', '["case.1", {}]', "[[],[]]"])
def test_a_line_that_is_not_ours_is_told_apart(line):
    with pytest.raises(ValueError):
        wire.unpack(line)


@in_a_loop
async def test_every_listener_of_a_process_hears(local):
    async with listening() as one, listening() as other:
        publish_outside_a_transaction()

        assert await one.next() == await other.next() == (["case.1"], NEWS)


def publish_outside_a_transaction():
    for line in wire.pack(["case.1"], NEWS, limit=4000):
        choosing.transport().send(line)


@in_a_loop
async def test_threads_of_the_same_process_are_heard(local):
    async with listening() as desk:
        thread = threading.Thread(target=publish_outside_a_transaction)
        thread.start()

        assert await desk.next() == (["case.1"], NEWS)
        thread.join()


@in_a_loop
async def test_another_process_of_the_machine_is_heard(local):
    async with listening() as desk:
        speak(local, "again")

        assert await desk.next() == (["case.1"], {"verb": "again"})


def speak(folder, verb, times=1):
    """Send from another process, which needs only the folder."""
    script = f"""
from django.conf import settings
settings.configure(VAR={str(folder.parent)!r})
from contact_hub.journal.bus.local import Local
for _ in range({times}):
    Local().send('[["case.1"],{{"verb":"{verb}"}}]')
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=SOON)


@in_a_loop
async def test_a_pipe_left_by_a_killed_process_is_removed(local):
    local.mkdir()
    os.mkfifo(local / "999-dead")

    async with listening() as desk:
        publish_outside_a_transaction()

        assert await desk.next() == (["case.1"], NEWS)
        assert [pipe.name.split("-")[0] for pipe in local.iterdir()] == [str(os.getpid())]


@in_a_loop
async def test_a_process_that_stops_listening_takes_its_pipe_along(local):
    async with listening():
        assert list(local.iterdir())

    assert not list(local.iterdir())


@in_a_loop
async def test_a_listener_too_busy_to_read_is_told_that_it_missed_something(local):
    async with listening() as desk:
        speak(local, "x" * 3000, times=2000)  # six megabytes, while this loop does not turn

        heard = 0
        while (event := await desk.next()) != "afresh":
            heard += 1
        assert 0 < heard < 2000, event
        speak(local, "later")
        assert await desk.next() == (["case.1"], {"verb": "later"})


@in_a_loop
async def test_where_no_pipe_can_be_made_the_process_still_hears_itself(local):
    local.write_text("a file stands where the folder should be")

    async with listening() as desk:
        publish_outside_a_transaction()

        assert await desk.next() == (["case.1"], NEWS)


@in_a_loop
async def test_a_line_nobody_understands_does_not_end_the_listening(local):
    async with listening() as desk:
        choosing.transport().send("gibberish")
        publish_outside_a_transaction()

        assert await desk.next() == (["case.1"], NEWS)


@pytest.mark.needs("postgresql")
@pytest.mark.django_db(transaction=True)
@in_a_loop
async def test_when_postgresql_ends_the_link_it_is_made_again_and_all_look_afresh(
    settings, monkeypatch
):
    settings.BUS = "postgres"
    monkeypatch.setattr(choosing, "_made", {})

    def cut():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'hub screens' AND datname = current_database()"
            )

    async with listening() as desk:
        await sync_to_async(cut)()

        assert await desk.next() == "lost"
        assert await desk.next() == "afresh"
        await sync_to_async(publish)(["case.1"], NEWS)
        assert await desk.next() == (["case.1"], NEWS)


@pytest.mark.needs("redis")
@pytest.mark.django_db(transaction=True)
@in_a_loop
async def test_when_redis_ends_the_link_it_is_made_again_and_all_look_afresh(settings, monkeypatch):
    settings.BUS = "redis"
    monkeypatch.setattr(choosing, "_made", {})
    server = redis.Redis.from_url(settings.REDIS_URL)

    async with listening() as desk:
        mine = [one for one in server.client_list(_type="pubsub") if one["sub"] == "1"]
        channel = choosing.transport().channel.encode()
        assert server.pubsub_numsub(channel) == [(channel, 1)]
        for one in mine:
            if one["name"] == "hub-screens":
                server.client_kill_filter(_id=one["id"])

        assert await desk.next() == "lost"
        assert await desk.next() == "afresh"
        await sync_to_async(publish)(["case.1"], NEWS)
        assert await desk.next() == (["case.1"], NEWS)


@in_a_loop
async def test_a_redis_that_is_away_is_not_waited_for_by_those_who_publish(
    settings, monkeypatch, caplog
):
    settings.BUS, settings.REDIS_URL = "redis", "redis://127.0.0.1:1/0"
    monkeypatch.setattr(choosing, "_made", {})

    publish_outside_a_transaction()
    publish_outside_a_transaction()

    assert [record.message for record in caplog.records] == [
        record.message for record in caplog.records if "Redis is away" in record.message
    ]
    assert len(caplog.records) == 1  # the second did not even ask


@pytest.mark.parametrize(
    ("configured", "words"),
    [
        ({"BUS": "pigeon"}, "may be local, postgres, redis"),
        ({"BUS": "redis", "REDIS_URL": ""}, "needs REDIS_URL"),
        ({"BUS": "", "REDIS_URL": "redis://127.0.0.1:6379/4"}, "Redis"),
        ({"BUS": "local"}, "Local"),
    ],
)
def test_the_settings_choose_the_transport_and_say_what_they_lack(
    settings, monkeypatch, configured, words
):
    monkeypatch.setattr(choosing, "_made", {})
    for name, value in configured.items():
        setattr(settings, name, value)
    try:
        found = type(choosing.transport()).__name__
    except ImproperlyConfigured as reason:
        found = str(reason)

    assert words in found
