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
        self._send = send
        self._turn = asyncio.Lock()
        self._busy: asyncio.Task[None] | None = None

    @property
    def has_news(self) -> bool:
        return bool(self.pending or self.notice)

    @property
    def is_busy(self) -> bool:
        return self._busy is not None and not self._busy.done()

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

    def flush(self, now: float, done: Callable[[Screen], None]) -> None:
        """Send what is pending as one frame, and say when it has left."""
        self.next_at = now + PACE
        self._busy = asyncio.get_running_loop().create_task(self._deliver(self._frame()))
        self._busy.add_done_callback(lambda task: None if task.cancelled() else done(self))

    async def say(self, **content: Any) -> None:
        """Send an answer, after whatever is being sent."""
        await self._emit(json.dumps(content, separators=COMPACT))

    def close(self) -> None:
        """Stop sending: the socket is gone."""
        if self._busy is not None:
            self._busy.cancel()

    def _frame(self) -> str:
        self.count += 1
        parts = [f'"n":{self.count}}}']
        if self.pending:
            changes = ",".join(change.text for change in self.pending.values())
            parts.insert(0, f'"changed":{{{changes}}}')
            self.pending.clear()
        if self.notice:
            parts.insert(0, json.dumps(self.notice, separators=COMPACT)[1:-1])
            self.notice = {}
        return "{" + ",".join(parts)

    async def _deliver(self, frame: str) -> None:
        try:
            await self._emit(frame)
        except Exception:  # noqa: BLE001  # servers differ in what a socket that has gone raises
            self.end(INTERNAL)

    async def _emit(self, text: str) -> None:
        async with self._turn:
            self.sending_since = asyncio.get_running_loop().time()
            try:
                await self._send({"type": "websocket.send", "text": text})
            finally:
                self.sending_since = None
