"""One open screen as the server sees it: what it watches, and what it has still to be told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

PACE = 0.08  # seconds between two frames of news to one screen; the first goes at once
MANY = 16  # verbs a frame lists; beyond that it lists none, which means: anything
COMPACT = (",", ":")
INTERNAL = 1011  # the code of a socket that could not be served

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Change:
    """What happened to one topic, written once for all the screens that are told of it."""

    __slots__ = ("_merged", "seq", "text", "topic", "verbs")

    def __init__(self, topic: str, *, seq: int, verbs: tuple[str, ...]) -> None:
        self.topic = topic
        self.seq = seq  # of the journal; 0 when the topic has no numbers of its own
        self.verbs = verbs if len(verbs) <= MANY else ()
        content = {"seq": seq, "verbs": self.verbs} if seq else {"verbs": self.verbs}
        self.text = f"{json.dumps(topic)}:{json.dumps(content, separators=COMPACT)}"
        self._merged: tuple[Change, Change] | None = None

    @classmethod
    def of(cls, topic: str, message: dict[str, Any]) -> Change:
        """Read a message of the bus; its number counts only for the topic it is the subject of."""
        own = message.get("subject") == topic
        verb = message.get("verb")
        return cls(topic, seq=message.get("seq", 0) if own else 0, verbs=(verb,) if verb else ())

    def then(self, later: Change) -> Change:
        """Both as one; the same two give the same object, so a crowd of screens shares it."""
        if self._merged is None or self._merged[0] is not later:
            told = self.verbs and later.verbs  # none listed means anything, and stays so
            verbs = tuple(dict.fromkeys(self.verbs + later.verbs)) if told else ()
            merged = Change(self.topic, seq=max(self.seq, later.seq), verbs=verbs)
            self._merged = (later, merged)
        return self._merged[1]


class Screen:
    """What one socket watches and what it must still hear: at most one change for each topic.

    One frame is on its way at a time; what happens meanwhile is kept for the next.

    person, session    whose it is, to look again whether they may still watch
    send               hands one ASGI event to the server; waits while the network is slow
    end                closes the socket with a code, whatever `send` is doing
    """

    def __init__(
        self, *, person: int, session: str, send: Send, end: Callable[[int], Awaitable[None]]
    ) -> None:
        self.person = person
        self.session = session
        self.end = end
        self.topics: set[str] = set()
        self.pending: dict[str, Change] = {}
        self.notice: dict[str, Any] = {}  # about the watching itself: live, stale, revoked
        self.count = 0  # frames of news so far; the client sees a gap
        self.next_at = 0.0  # when the next frame of news may leave
        self.check_at = 0.0  # when to look again whether the session may still watch
        self.deaf = False  # it has been told that this process does not hear the bus
        self.sending_since: float | None = None
        self.left: Callable[[Screen], None] = _nobody_waits  # called when a frame has left
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._sending: Any = None  # the frame on its way, as a future
        self._idle: asyncio.Future[None] | None = None

    @property
    def has_news(self) -> bool:
        return bool(self.pending or self.notice)

    @property
    def is_busy(self) -> bool:
        return self.sending_since is not None

    def note(self, change: Change) -> None:
        """Keep a change until the next frame."""
        earlier = self.pending.get(change.topic)
        self.pending[change.topic] = change if earlier is None else earlier.then(change)

    def warn(self, **notice: Any) -> None:
        """Keep a notice until the next frame; a later one of the same name replaces it."""
        self.notice |= notice

    def forget(self, topics: Iterable[str]) -> None:
        self.topics.difference_update(topics)
        for topic in topics:
            self.pending.pop(topic, None)

    def flush(self, now: float) -> None:
        """Send what is pending as one frame."""
        self.next_at = now + PACE
        self.sending_since = now
        event: Any = self._send({"type": "websocket.send", "text": self._frame()})
        # granian's is on its way already and tells when it has left; a coroutine needs a task
        started = hasattr(event, "add_done_callback")
        self._sending = event if started else self._loop.create_task(event)
        self._sending.add_done_callback(self._sent)

    async def say(self, **content: Any) -> None:
        """Send an answer, after whatever is being sent; only the socket's own task answers."""
        while self.is_busy:
            self._idle = self._loop.create_future()
            await self._idle
        self.sending_since = self._loop.time()
        try:
            text = json.dumps(content, separators=COMPACT)
            await self._send({"type": "websocket.send", "text": text})
        finally:
            self.sending_since = None
        self.left(self)

    def close(self) -> None:
        """Stop sending: the socket is gone."""
        if self._sending is not None:
            self._sending.cancel()

    def _frame(self) -> str:
        self.count += 1
        frame = f'"n":{self.count}}}'
        if self.pending:
            changes = ",".join([change.text for change in self.pending.values()])
            frame = f'"changed":{{{changes}}},{frame}'
            self.pending.clear()
        if self.notice:
            frame = json.dumps(self.notice, separators=COMPACT)[1:-1] + "," + frame
            self.notice = {}
        return "{" + frame

    def _sent(self, event: asyncio.Future[None]) -> None:
        self._sending = self.sending_since = None
        if event.cancelled():
            return
        if event.exception() is not None:  # servers differ in what a socket that has gone raises
            self.end(INTERNAL)
        elif self._idle is not None and not self._idle.done():
            self._idle.set_result(None)
        else:
            self.left(self)


def _nobody_waits(screen: Screen) -> None:
    """Until a switchboard holds the screen."""
