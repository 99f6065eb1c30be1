"""The socket of an open screen: it says what changed, never what that looks like."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any, cast

from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from contact_hub.desk import topics as rights
from contact_hub.desk.screens import Screen
from contact_hub.desk.switchboard import REVOKED, switchboard
from contact_hub.lib.meters import SOCKETS

DIRECT = "hub.send"  # the server's own way to send, past what middleware does for answers
TOPICS = 50  # one screen may watch
LONGEST = 8_000  # characters of one message from a screen
BURST, PER_SECOND = 40.0, 8.0  # messages from one screen
TRANSIT = 2.0  # seconds a message from a screen may have been on its way
LINK = 3.0  # seconds an answer waits for the bus to be heard
GRACE = 2.0  # seconds a closed socket has to go by itself
SIGNED_OUT, MALFORMED, TOO_LONG, TOO_FAST = 4401, 4400, 4413, 4429


class Malformed(ValueError):
    """A message is not one of the protocol."""


class LiveConsumer(AsyncWebsocketConsumer):
    """One screen: it names topics, and is told when they change.

    client    {"watch": ["case.42", "queue.3"], "since": {"case.42": 17}, "age": 1.5}
              {"unwatch": ["case.42"]}   {"ping": 1}; one message may carry several of these
    server    {"watching": {"case.42": 19, "queue.3": null}, "stale": ["case.42"],
               "refused": ["case.9"], "live": true}
              {"changed": {"case.42": {"seq": 20, "verbs": ["received"]}}, "n": 7}
              {"revoked": ["case.42"], "n": 8}   {"live": false, "n": 9}
              {"live": true, "stale": ["case.42", "queue.3"], "n": 10}   {"pong": 1}

    since     what the screen has seen: the number of a case; anything for a list it has watched
              before. `stale` names what has moved on since, or may have.
    age       seconds since the server drew what is shown; a change of that time makes it stale
    verbs     none listed: anything may have happened
    n         counts the frames of news; a gap means that one was missed
    live      whether this process hears the bus
    """

    screen: Screen
    _let_in = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[int] = loop.create_future()  # with which code
        self._over: asyncio.Future[None] = loop.create_future()
        self._task = asyncio.current_task()
        try:
            await super().__call__(scope, self._or_end(receive), send)
        except asyncio.CancelledError:
            if not self._ended.done():
                raise
        finally:
            self._over.set_result(None)
            if self._let_in:
                self.board.remove(self.screen)
                SOCKETS.dec()

    async def connect(self) -> None:
        person, session = self.scope["user"], self.scope["session"].session_key
        if not (person.is_authenticated and session) or person.needs_second_factor:
            await self.close(code=SIGNED_OUT)
            return
        self._tokens, self._filled_at = BURST, asyncio.get_running_loop().time()
        self.board = switchboard()
        send = self.scope.get(DIRECT, self.base_send)
        self.screen = Screen(person=person.pk, session=session, send=send, end=self.end)
        self._let_in = True
        SOCKETS.inc()
        await self.accept()
        self.board.add(self.screen)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self._may_speak():
            self.end(TOO_FAST)
        elif text_data is None or len(text_data) > LONGEST:
            self.end(TOO_LONG)
        else:
            try:
                await self._answer(_read(text_data))
            except Malformed:
                self.end(MALFORMED)

    async def _answer(self, asked: dict[str, Any]) -> None:
        if "unwatch" in asked:
            self.board.unwatch(self.screen, _names(asked["unwatch"]))
        if "watch" in asked:
            drawn_at = _drawn_at(asked, now=self.board.loop.time())
            await self._watch(_names(asked["watch"]), _seen(asked), drawn_at)
        if "ping" in asked:
            await self.screen.say(pong=_number(asked["ping"]))

    async def _watch(self, wanted: list[str], seen: dict[str, Any], drawn_at: float | None) -> None:
        live = await self.board.ready(LINK)
        began = self.board.loop.time()
        room = TOPICS - len(self.screen.topics.difference(wanted))
        grant = await database_sync_to_async(rights.grant)(self.screen.session, wanted[:room])
        if grant is None:
            self.end(REVOKED)
        if grant is None or self._ended.done():
            return
        self.board.watch(self.screen, grant.topics)
        watching = {topic: grant.heads.get(topic) for topic in sorted(grant.topics)}
        stale = [
            topic
            for topic, head in watching.items()
            if (topic in seen and (head is None or seen[topic] != head))
            or self.board.missed(topic, since=began if topic in seen else drawn_at or began)
        ]
        answer = {"watching": watching, "stale": stale}
        self.screen.deaf = not live
        answer["refused"] = [topic for topic in wanted if topic not in grant.topics]
        await self.screen.say(**{name: told for name, told in answer.items() if told}, live=live)

    def end(self, code: int) -> asyncio.Future[None]:
        """Close the socket whatever it is doing; twice is a no-op. Returns when it is over."""
        if not self._ended.done():
            self._ended.set_result(code)
            if self._let_in:
                self.board.remove(self.screen)
            asyncio.get_running_loop().call_later(2 * GRACE, self._force)
        return self._over

    async def live_end(self, event: dict[str, Any]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self.close(code=event["code"])
        raise StopConsumer

    def _force(self) -> None:
        """Leave a socket that is stuck in a send, without a goodbye."""
        if not self._over.done() and self._task is not None:
            self._task.cancel()

    def _or_end(self, receive: Any) -> Any:
        """What the client says next; or, once this socket is to end, that."""

        async def event() -> dict[str, Any]:
            asking = asyncio.ensure_future(receive())
            try:
                await asyncio.wait({asking, self._ended}, return_when=asyncio.FIRST_COMPLETED)
                if asking.done():
                    return cast(dict[str, Any], asking.result())
            finally:
                asking.cancel()  # granian closes a socket only when nobody waits for its next word
            await asyncio.wait({asking})
            return {"type": "live.end", "code": self._ended.result()}

        return event

    def _may_speak(self) -> bool:
        now = asyncio.get_running_loop().time()
        self._tokens = min(BURST, self._tokens + (now - self._filled_at) * PER_SECOND)
        self._filled_at = now
        self._tokens -= 1
        return self._tokens >= 0


def _read(text: str) -> dict[str, Any]:
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError) as trouble:
        raise Malformed(str(trouble)) from trouble
    if not isinstance(asked, dict):
        raise Malformed("not an object")
    return asked


def _names(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise Malformed("topics are a list of names")
    return list(dict.fromkeys(value))


def _seen(asked: dict[str, Any]) -> dict[str, Any]:
    seen = asked.get("since", {})
    if not isinstance(seen, dict):
        raise Malformed("since is an object")
    return seen


def _drawn_at(asked: dict[str, Any], *, now: float) -> float | None:
    """When the server drew what the screen shows, at the earliest; None: it does not say."""
    age = asked.get("age")
    if age is None:
        return None
    if isinstance(age, bool) or not isinstance(age, int | float) or not 0 <= age < float("inf"):
        raise Malformed("age is a number of seconds")
    return now - age - TRANSIT


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed("ping carries a whole number")
    return value
