"""The bus over Redis: PUBLISH after commit, one SUBSCRIBE for each process."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis
import redis.asyncio
from django.conf import settings
from django.db import connection
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from contact_hub.journal.bus.transport import Lines, Transport

log = logging.getLogger(__name__)

WAIT = 1.0  # seconds a request may be held up by a Redis that does not answer
REST = 5.0  # seconds in which it is then not asked again
QUIET = 30.0  # seconds without a line after which the link is tried
ANSWER = 10.0  # seconds in which the server must answer then


class Redis(Transport):
    LIMIT = 64_000

    def __init__(self) -> None:
        self.sender = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=WAIT, socket_connect_timeout=WAIT
        )
        self.asleep_until = 0.0

    @property
    def channel(self) -> str:
        """Subscriptions span all databases of a Redis, so the name says whose they are."""
        number = self.sender.connection_pool.connection_kwargs.get("db", 0)
        return f"hub.{number}.{connection.settings_dict['NAME']}"

    def send(self, line: str) -> None:
        if time.monotonic() < self.asleep_until:
            return
        try:
            self.sender.publish(self.channel, line)
        except redis.RedisError as trouble:
            self.asleep_until = time.monotonic() + REST
            log.warning("screens are not told, Redis is away: %s", trouble)

    @asynccontextmanager
    async def lines(self) -> AsyncIterator[Lines]:
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL,
            client_name="hub-screens",
            decode_responses=True,
            socket_connect_timeout=ANSWER,
            retry=Retry(NoBackoff(), 0),  # a link made again in silence would hide what it missed
        )
        async with client, client.pubsub() as subscription:
            await subscription.subscribe(self.channel)
            async with asyncio.timeout(ANSWER):
                await _until(subscription, "subscribe")
            yield _lines(subscription)


async def _lines(subscription: PubSub) -> Lines:
    while True:
        heard = await subscription.get_message(timeout=QUIET)
        if heard is None:
            await subscription.ping()
            heard = await subscription.get_message(timeout=ANSWER)
            if heard is None:
                raise TimeoutError("Redis does not answer")
        if heard["type"] == "message":
            yield heard["data"]


async def _until(subscription: PubSub, kind: str) -> None:
    while (await subscription.get_message(timeout=ANSWER) or {}).get("type") != kind:
        pass
