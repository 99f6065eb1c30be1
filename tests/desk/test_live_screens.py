"""How news reach a screen whose network is quick, slow or stuck."""

import asyncio
import json

import pytest
import uvloop

from contact_hub.desk.screens import MANY, PACE, Screen
from contact_hub.desk.switchboard import PATIENCE, SLOW, Switchboard
from tests.desk.sockets import SOON, in_a_loop


class Network:
    """A client's line: keeps what has arrived, and can be held up."""

    def __init__(self):
        self.frames = asyncio.Queue()
        self.open = asyncio.Event()
        self.open.set()
        self.offered = 0

    async def send(self, event):
        self.offered += 1
        await self.open.wait()
        self.frames.put_nowait(json.loads(event["text"]))

    async def next(self):
        return await asyncio.wait_for(self.frames.get(), SOON)


class Clock:
    """The loop's time, with a hand that can be moved."""

    def __init__(self, monkeypatch):
        loop = asyncio.get_running_loop()
        self.ahead = 0.0
        true_time = loop.time
        monkeypatch.setattr(loop, "time", lambda: true_time() + self.ahead)


class Room:
    """A switchboard that nobody but the test speaks to."""

    def __init__(self):
        self.board = Switchboard()
        self.ended = {}

    def screen(self, *topics, session="s"):
        network = Network()

        def end(code):
            self.ended[network] = code

        screen = Screen(person=1, session=session, send=network.send, end=end)
        screen.left = self.board._left
        self.board.screens.add(screen)
        self.board.watch(screen, topics)
        return screen, network

    def hear(self, *topics, verb="noted", seq=0):
        self.board.heard(list(topics), {"subject": topics[0], "verb": verb, "seq": seq})


@in_a_loop
async def test_the_first_change_goes_at_once_and_a_burst_after_it_as_one():
    room = Room()
    _, network = room.screen("case.1", "queue.1")

    for seq in range(1, 101):
        room.hear("case.1", "queue.1", seq=seq, verb="noted" if seq % 2 else "replied")

    assert await network.next() == {
        "changed": {"case.1": {"seq": 1, "verbs": ["noted"]}, "queue.1": {"verbs": ["noted"]}},
        "n": 1,
    }
    assert await network.next() == {
        "changed": {
            "case.1": {"seq": 100, "verbs": ["replied", "noted"]},
            "queue.1": {"verbs": ["replied", "noted"]},
        },
        "n": 2,
    }
    assert network.offered == 2


def test_the_loop_of_the_server_knows_no_other_clock():
    """uvloop, which runs in production, differs from asyncio in what a timer can be asked."""

    async def scenario():
        room = Room()
        later, network = room.screen("case.1")
        sooner, other = room.screen("case.2")
        later.next_at = room.board.loop.time() + 0.02
        sooner.next_at = room.board.loop.time() + 0.0001
        room.hear("case.1")
        room.hear("case.2")
        await network.next()
        await other.next()

    uvloop.run(scenario())


@in_a_loop
async def test_a_stuck_screen_keeps_one_change_for_each_topic_and_one_frame_on_its_way():
    room = Room()
    screen, network = room.screen("case.1", "queue.1")
    network.open.clear()

    for seq in range(1, 5001):
        room.hear("case.1", "queue.1", seq=seq, verb=f"verb{seq}")
        if seq % 500 == 0:
            await asyncio.sleep(0)

    assert network.offered == 1
    assert screen.pending.keys() == {"case.1", "queue.1"}
    assert screen.pending["case.1"].verbs == ()  # too many to list: anything may have happened
    network.open.set()
    await network.next()
    assert await network.next() == {
        "changed": {"case.1": {"seq": 5000, "verbs": []}, "queue.1": {"verbs": []}},
        "n": 2,
    }


@in_a_loop
async def test_a_stuck_screen_holds_up_nobody_else():
    room = Room()
    _, stuck = room.screen("case.1")
    _, quick = room.screen("case.1")
    stuck.open.clear()

    room.hear("case.1", seq=1)
    assert (await quick.next())["changed"]["case.1"]["seq"] == 1
    room.hear("case.1", seq=2)
    assert (await quick.next())["changed"]["case.1"]["seq"] == 2
    assert stuck.frames.empty()


@in_a_loop
async def test_a_screen_stuck_for_too_long_is_given_up(monkeypatch):
    room = Room()
    _, stuck = room.screen("case.1")
    _, quick = room.screen("case.1")
    stuck.open.clear()
    room.hear("case.1", seq=1)
    await quick.next()
    now = room.board.loop.time()

    room.board.give_up_slow(now + PATIENCE - 1)
    assert room.ended == {}
    room.board.give_up_slow(now + PATIENCE + 1)
    assert room.ended == {stuck: SLOW}


@in_a_loop
async def test_the_pace_is_kept_between_frames_not_changes(monkeypatch):
    clock, room = Clock(monkeypatch), Room()
    _, network = room.screen("case.1")

    room.hear("case.1", seq=1)
    await network.next()
    clock.ahead += PACE + 0.01
    room.hear("case.1", seq=2)

    assert network.offered == 1  # the task has not had its turn …
    await asyncio.sleep(0)
    assert network.offered == 2  # … and needs no timer


@in_a_loop
async def test_the_screen_that_may_hear_soonest_is_not_kept_waiting_for_another(monkeypatch):
    room = Room()
    waits, later = room.screen("case.1")
    other, sooner = room.screen("case.2")
    now = room.board.loop.time()
    waits.next_at, other.next_at = now + 3600, now + 0.01

    room.hear("case.1", seq=1)
    room.hear("case.2", seq=1)

    assert (await sooner.next())["changed"] == {"case.2": {"seq": 1, "verbs": ["noted"]}}
    assert later.frames.empty()


@in_a_loop
async def test_screens_of_one_topic_share_what_is_written_for_them():
    room = Room()
    screens = [room.screen("queue.1")[0] for _ in range(50)]
    for screen in screens:
        screen.next_at = room.board.loop.time() + 3600

    for verb in ("received", "assigned", "replied"):
        room.hear("queue.1", verb=verb)

    assert len({id(screen.pending["queue.1"]) for screen in screens}) == 1
    assert screens[0].pending["queue.1"].verbs == ("received", "assigned", "replied")


@in_a_loop
async def test_no_topic_or_verb_can_break_the_frame():
    room = Room()
    _, network = room.screen('case."1"')

    room.hear('case."1"', verb='a "quoted" verb\n', seq=1)

    assert (await network.next())["changed"] == {
        'case."1"': {"seq": 1, "verbs": ['a "quoted" verb\n']}
    }


@in_a_loop
async def test_a_message_reduced_to_its_topics_still_moves_the_screen():
    room = Room()
    _, network = room.screen("case.1")

    room.board.heard(["case.1"], {})

    assert await network.next() == {"changed": {"case.1": {"verbs": []}}, "n": 1}


@in_a_loop
async def test_many_verbs_in_one_frame_become_anything():
    room = Room()
    screen, network = room.screen("case.1")
    screen.next_at = room.board.loop.time() + 0.05
    for number in range(MANY + 1):
        room.hear("case.1", verb=f"verb{number}")
    room.hear("case.1", verb="one more")

    assert (await network.next())["changed"]["case.1"] == {"verbs": []}


@in_a_loop
async def test_a_screen_whose_line_is_broken_is_ended_and_the_rest_is_served():
    room = Room()
    broken, network = room.screen("case.1")
    _, well = room.screen("case.1")

    async def fail(event):
        raise ConnectionError

    broken._send = fail
    room.hear("case.1", seq=1)
    assert (await well.next())["n"] == 1
    await asyncio.sleep(0)

    assert room.ended == {network: 1011}


@in_a_loop
async def test_notices_about_the_watching_are_not_queued_either():
    room = Room()
    _, network = room.screen("case.1")
    network.open.clear()
    room.board.afresh()
    await asyncio.sleep(0)
    for _ in range(100):
        room.board.lost()
        room.board.afresh()

    network.open.set()
    assert await network.next() == {"live": True, "stale": ["case.1"], "n": 1}
    assert await network.next() == {"live": True, "stale": ["case.1"], "n": 2}
    assert network.offered == 2


@pytest.mark.parametrize("topics", [["case.1"], ["case.1", "case.2"]])
@in_a_loop
async def test_a_screen_that_leaves_leaves_nothing_behind(topics):
    room = Room()
    screen, network = room.screen(*topics)
    room.hear(*topics)

    room.board.remove(screen)
    room.hear(*topics)
    await asyncio.sleep(0)

    assert network.offered == 0
    assert not room.board._watchers
