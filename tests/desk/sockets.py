"""What the tests of live screens share: a signed-in socket, and a loop that keeps the database."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import wraps
from importlib import import_module

from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

SOON = 10  # seconds: long enough for a busy machine, and nobody waits for it when all is well


def in_a_loop(test):
    """Run the coroutine in a loop of its own; the database stays with this thread."""

    @wraps(test)
    def run(*args, **kwargs):
        async_to_sync(test)(*args, **kwargs)

    return run


def session_of(person):
    """The key of a session in which `person` is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session.session_key


def headers(session, *, origin="http://testserver"):
    return [
        (b"origin", origin.encode()),
        (b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()),
    ]


def sockets():
    """The application of the site, as a server runs it."""
    return import_module("contact_hub.asgi").application


class Socket(WebsocketCommunicator):
    """A client's end; `ask` sends, `told` receives."""

    async def ask(self, **content):
        await self.send_json_to(content)

    async def told(self):
        return await self.receive_json_from(timeout=SOON)

    async def code(self):
        """The code with which the server closes."""
        event = await self.receive_output(timeout=SOON)
        assert event["type"] == "websocket.close", event
        return event.get("code")


@asynccontextmanager
async def screen_of(session, path="/ws/"):
    """A connected socket with the session's cookie."""
    socket = Socket(sockets(), path, headers=headers(session))
    connected, _ = await socket.connect(timeout=SOON)
    assert connected
    try:
        yield socket
    finally:
        await socket.disconnect(timeout=SOON)


@asynccontextmanager
async def opened_by(person, path="/ws/"):
    """A connected socket with a fresh session of `person`."""
    async with screen_of(await sync_to_async(session_of)(person), path) as socket:
        yield socket
