"""The switchboard: one for each process, it hands the news of the bus to the screens it holds."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from channels.db import database_sync_to_async

from contact_hub.desk import topics as rights
from contact_hub.desk.screens import Change, Screen
from contact_hub.journal.bus.listening import listen

log = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds a frame may take to leave before the socket is given up
RECHECK = 60.0  # seconds between two looks whether a session may still watch
LINGER = 60.0  # seconds the bus is still heard after the last screen has gone
REMEMBER = 120.0  # seconds a change is remembered for a page that was drawn before it
MEMORY = 20_000  # changed topics remembered at most
TICK = 1.0  # seconds between two rounds through the screens
GRAIN = 0.005  # seconds: screens due this close together are served together

SLOW, REVOKED, RESTART = 4408, 4403, 1012


class Switchboard:
    """Which screens watch which topic; hears the bus for all of them while there are any."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.screens: set[Screen] = set()
        self.linked_at: float | None = None  # since when everything is heard; None: nothing is
        self._watchers: defaultdict[str, set[Screen]] = defaultdict(set)
        self._recent: dict[str, float] = {}  # topic -> when it last changed, oldest first
        self._horizon = self.loop.time()  # what changed before it is not remembered
        self._late: set[Screen] = set()
        self._late_timer: asyncio.TimerHandle | None = None
        self._late_at = 0.0
        self._linked = asyncio.Event()
        self._running: list[asyncio.Task[None]] = []
        self._empty_since = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()

    # --- screens come, watch and go -----------------------------------------------------------
    def add(self, screen: Screen) -> None:
        self.screens.add(screen)
        screen.left = self._left
        screen.check_at = self.loop.time() + RECHECK * random.uniform(0.5, 1)  # noqa: S311  # spread
        if not self._running:
            self._running = [self._start(listen(self)), self._start(self._rounds())]

    def remove(self, screen: Screen) -> None:
        self.unwatch(screen, set(screen.topics))
        self.screens.discard(screen)
        self._late.discard(screen)
        self._empty_since = self.loop.time()
        screen.close()

    def watch(self, screen: Screen, topics: Collection[str]) -> None:
        for topic in topics:
            self._watchers[topic].add(screen)
        screen.topics.update(topics)

    def unwatch(self, screen: Screen, topics: Collection[str]) -> None:
        for topic in topics:
            watching = self._watchers.get(topic, set())
            watching.discard(screen)
            if not watching:
                self._watchers.pop(topic, None)
        screen.forget(topics)

    async def ready(self, seconds: float) -> bool:
        """Wait until the bus is heard; False when it is not within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._linked.wait()
        except TimeoutError:
            return False
        return True

    def missed(self, topic: str, *, since: float) -> bool:
        """Whether `topic` has changed since a time of this loop, or may have unheard."""
        if self.linked_at is None or since < max(self.linked_at, self._horizon):
            return True
        return self._recent.get(topic, since - 1) >= since

    async def stop(self) -> None:
        """Close every screen, which will look for another process, and stop hearing the bus."""
        await asyncio.gather(*(screen.end(RESTART) for screen in list(self.screens)))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._running = []
        self.lost()

    # --- the bus speaks -----------------------------------------------------------------------
    def heard(self, topics: list[str], message: dict[str, Any]) -> None:
        now = self.loop.time()
        touched: set[Screen] = set()
        for topic in topics:
            self._recent.pop(topic, None)
            self._recent[topic] = now
            if watching := self._watchers.get(topic):
                change = Change.of(topic, message)
                for screen in watching:
                    screen.note(change)
                touched |= watching
        for screen in touched:
            self._serve(screen, now)
        self._mind(topics, message)

    def afresh(self) -> None:
        self.linked_at = self.loop.time()
        self._linked.set()
        for screen in self.screens:
            if screen.topics or screen.deaf:
                screen.deaf = False
                self._warn(screen, live=True, stale=sorted(screen.topics))

    def lost(self) -> None:
        if self.linked_at is not None:
            for screen in self.screens:
                screen.deaf = True
                self._warn(screen, live=False)
        self.linked_at = None
        self._linked.clear()

    def _serve(self, screen: Screen, now: float) -> None:
        """Send at once what may go at once; the rest goes when its time has come."""
        if screen.is_busy:
            return  # `_left` comes back to it
        if screen.next_at <= now:
            screen.flush(now)
            return
        self._late.add(screen)
        if self._late_timer is None or self._late_at > screen.next_at:
            if self._late_timer is not None:
                self._late_timer.cancel()
            self._late_at = screen.next_at
            self._late_timer = self.loop.call_at(self._late_at, self._serve_late)

    def _left(self, screen: Screen) -> None:
        if screen.has_news and screen in self.screens:
            self._serve(screen, self.loop.time())

    def _serve_late(self) -> None:
        self._late_timer = None
        now = self.loop.time() + GRAIN
        late, self._late = self._late, set()
        for screen in late:
            if screen.has_news:
                self._serve(screen, now)

    # --- rights may end -----------------------------------------------------------------------
    def _mind(self, topics: Iterable[str], message: dict[str, Any]) -> None:
        """Look again at the rights of those whom a message may have taken some from."""
        verb, subject = message.get("verb"), message.get("subject", "")
        concerned: set[Screen] = set()
        if verb in rights.OF_CASES:
            concerned = self._watchers.get(subject, set()) if subject.startswith("case.") else set()
        elif verb in rights.OF_PEOPLE:
            people = {topic for topic in topics if topic.startswith("person.")}
            concerned = {
                one for one in self.screens if not people or f"person.{one.person}" in people
            }
        if concerned:
            self._start(self.recheck(concerned))

    async def recheck(self, screens: Iterable[Screen]) -> None:
        """Close the screens whose session has ended; take from the others what is not theirs."""
        sessions: defaultdict[str, set[Screen]] = defaultdict(set)
        for screen in screens:
            sessions[screen.session].add(screen)
        for session, open_screens in sessions.items():
            watched = set[str]().union(*(screen.topics for screen in open_screens))
            grant = await database_sync_to_async(rights.grant)(session, watched)
            for screen in open_screens & self.screens:
                if grant is None:
                    screen.end(REVOKED)
                elif lost := (screen.topics & watched) - grant.topics:
                    self.unwatch(screen, lost)
                    lost |= set(screen.notice.get("revoked", ()))
                    self._warn(screen, revoked=sorted(lost))

    # --- rounds -------------------------------------------------------------------------------
    async def _rounds(self) -> None:
        """Once a second: give up the slow, look at rights, forget; end when nobody is left."""
        checking: asyncio.Task[None] | None = None
        while self.screens or self.loop.time() < self._empty_since + LINGER:
            await asyncio.sleep(TICK)
            now = self.loop.time()
            self.give_up_slow(now)
            self._forget_old()
            due = {screen for screen in self.screens if screen.check_at <= now}
            if due and (checking is None or checking.done()):
                for screen in due:
                    screen.check_at = now + RECHECK
                checking = self._start(self.recheck(due))
        self._running[0].cancel()
        self._running = []
        self.lost()

    def give_up_slow(self, now: float) -> None:
        """Close the screens whose last frame has not left for too long."""
        for screen in list(self.screens):
            if screen.sending_since is not None and screen.sending_since < now - PATIENCE:
                screen.end(SLOW)

    def _forget_old(self) -> None:
        old = self.loop.time() - REMEMBER
        while self._recent:
            topic = next(iter(self._recent))
            if self._recent[topic] >= old and len(self._recent) <= MEMORY:
                return
            self._horizon = self._recent.pop(topic)

    def _warn(self, screen: Screen, **notice: Any) -> None:
        screen.warn(**notice)
        self._serve(screen, self.loop.time())

    def _start(self, work: Any) -> asyncio.Task[Any]:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (trouble := task.exception()):
            log.warning("a screen was not served: %s", trouble, exc_info=trouble)


_boards: dict[asyncio.AbstractEventLoop, Switchboard] = {}


def switchboard() -> Switchboard:
    """The switchboard of this process (of the running loop, to be exact)."""
    loop = asyncio.get_running_loop()
    if loop not in _boards:
        _boards.clear()  # a process runs one loop at a time; those before have ended
        _boards[loop] = Switchboard()
    return _boards[loop]
