"""The bus over PostgreSQL: NOTIFY inside the transaction, one LISTEN for each process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.db import connection
from psycopg import AsyncConnection

from contact_hub.journal.bus.transport import Lines, Transport

CHANNEL = "hub"
QUIET = 30.0  # seconds without a line after which the link is tried
ANSWER = 10.0  # seconds in which the server must answer then


class Postgres(Transport):
    LIMIT = 7999  # PostgreSQL refuses 8000 bytes, and with them the transaction
    COMMITS = True

    def send(self, line: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, line])

    @asynccontextmanager
    async def lines(self) -> AsyncIterator[Lines]:
        parameters = {
            name: value
            for name, value in connection.get_connection_params().items()
            if name not in {"cursor_factory", "context", "prepare_threshold"}  # those are Django's
        }
        parameters |= {"application_name": "hub screens", "connect_timeout": ANSWER}
        parameters |= {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
        async with await AsyncConnection.connect(**parameters, autocommit=True) as link:
            await link.execute(f"LISTEN {CHANNEL}")
            yield _lines(link)


async def _lines(link: AsyncConnection) -> Lines:
    while True:
        async for notification in link.notifies(timeout=QUIET):
            yield notification.payload
        async with asyncio.timeout(ANSWER):
            await link.execute("SELECT 1")
