"""The socket of an open screen: it says what changed, never what that looks like."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from contact_hub.desk import topics as rights
from contact_hub.desk.screens import Screen
from contact_hub.desk.switchboard import REVOKED, switchboard

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

    async def connect(self) -> None:
        person, session = self.scope["user"], self.scope["session"].session_key
        if not (person.is_authenticated and session) or person.needs_second_factor:
            await self.close(code=SIGNED_OUT)
            return
        self._task = asyncio.current_task()
        self._ending: asyncio.Task[None] | None = None
        self._gone = asyncio.Event()
        self._tokens, self._filled_at = BURST, asyncio.get_running_loop().time()
        self.board = switchboard()
        self.screen = Screen(person=person.pk, session=session, send=self.base_send, end=self.end)
        await self.accept()
        self.board.add(self.screen)

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "screen"):
            self._gone.set()
            self.board.remove(self.screen)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._ending is not None:
            return
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
        if grant is None or self._ending is not None:
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
        answer["refused"] = [topic for topic in wanted if topic not in grant.topics]
        await self.screen.say(**{name: told for name, told in answer.items() if told}, live=live)

    def end(self, code: int) -> asyncio.Task[None]:
        """Close the socket whatever it is doing; twice is a no-op."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(code))
        return self._ending

    async def _end(self, code: int) -> None:
        self.board.remove(self.screen)
        try:
            async with asyncio.timeout(GRACE):
                await self.close(code=code)
                await self._gone.wait()
        except Exception:  # noqa: BLE001  # it cannot even be told: then it is simply left
            if self._task is not None:
                self._task.cancel()

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
