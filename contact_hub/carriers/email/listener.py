"""The hub's own door for mail: LMTP from a mail server beside it, or SMTP.

A message is acknowledged when it is kept, and not before; any trouble of ours is answered "try
again", so that the sender's server keeps what we could not.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

log = logging.getLogger(__name__)
Deliver = Callable[[bytes, str, list[str], str], None]

LONGEST_LINE = 1024 * 1024  # bytes read at a time; lines themselves may be of any length
MOST_RECIPIENTS = 100
IDLE = 300  # seconds without a word from the other side
GRACE = 20.0  # seconds that deliveries may take to finish when the listener stops
END = b"\r\n.\r\n"
TOO_BIG = "552 5.3.4 The message is too big"
TOO_MUCH = "452 4.3.1 Too much mail at a time, please try again later"
TRY_AGAIN = "451 4.3.0 Not kept, please try again later"


class Listener:
    """Listens on one address in a thread of its own until stopped.

    address      "127.0.0.1:8024", "[::1]:8024", or the path of a Unix socket
    deliver      called in a pool of threads with the message, the return address ("" for none),
                 the recipients and the door's name; the message is acknowledged when it returns
    door         "lmtp" or "smtp": the protocol spoken
    accepts      tells whether an address is ours; None takes all
    max_bytes    of one message; announced, and a longer one is refused for good
    budget       bytes of all messages held at a time; the one that would go beyond is put off
    tls          offers STARTTLS with it
    """

    def __init__(
        self,
        address: str,
        deliver: Deliver,
        *,
        door: str = "lmtp",
        accepts: Callable[[str], bool] | None = None,
        max_bytes: int = 35 * 1024 * 1024,
        threads: int = 4,
        connections: int = 50,
        budget: int = 128 * 1024 * 1024,
        tls: ssl.SSLContext | None = None,
        name: str = "contact-hub",
    ) -> None:
        self.address = address
        self.door = door
        self.connections = connections
        self.lines: set[SMTP] = set()  # connections open now
        self.held = 0  # bytes of messages in memory
        self.budget = max(budget, max_bytes)
        self._busy = 0
        self._deliver = deliver
        self._accepts = accepts
        self._options: dict[str, Any] = {
            "hostname": name,
            "ident": "Contact Hub",
            "data_size_limit": max_bytes,
            "enable_SMTPUTF8": True,
            "timeout": IDLE,
            "tls_context": tls,
            "auth_exclude_mechanism": ["LOGIN", "PLAIN"],
        }
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=f"{door}-deliver")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=door, daemon=True)
        self._server: asyncio.Server | None = None

    def start(self) -> None:
        """Begin to listen; raise OSError when the address cannot be had."""
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        except BaseException:
            self._end()
            raise

    def stop(self) -> None:
        """Take no new connections, let running deliveries finish, and hang up."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(GRACE + 10)
        self._end()

    @property
    def port(self) -> int:
        """The port really listened on; for address ":0"."""
        sockets = self._server.sockets if self._server else ()
        return int(sockets[0].getsockname()[1]) if sockets else 0

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _open(self) -> None:
        host, colon, port = self.address.rpartition(":")
        if colon and port.isdigit():
            host = host.strip("[]") or "127.0.0.1"
            self._server = await self._loop.create_server(self._connection, host, int(port))
        else:
            self._server = await self._loop.create_unix_server(self._connection, self.address)
            os.chmod(self.address, 0o660)  # noqa: PTH101  # the mail server is in our group

    async def _close(self) -> None:
        if self._server:
            for door in self._server.sockets:
                self._loop.remove_reader(door.fileno())
            for _turn in range(10):  # what was accepted a moment ago comes up, to be closed well
                await asyncio.sleep(0)
            self._server.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while self._busy:  # noqa: ASYNC110  # counted by the connections themselves
                    await asyncio.sleep(0.02)
        for line in self.lines:
            if line.transport:
                line.transport.close()
        while self.lines:  # noqa: ASYNC110  # each takes itself off the list
            await asyncio.sleep(0)
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.gather(*running, return_exceptions=True)

    def _connection(self) -> SMTP:
        kind = _Lmtp if self.door == "lmtp" else _Smtp
        return kind(self, _Handler(self), loop=self._loop, **self._options)

    async def keep(self, raw: bytes, mail_from: str, recipients: list[str]) -> None:
        """Have the message kept by a thread; raise what that raises."""
        self._busy += 1
        try:
            await self._loop.run_in_executor(
                self._pool, self._deliver, raw, mail_from, recipients, self.door
            )
        finally:
            self._busy -= 1

    async def is_ours(self, address: str) -> bool:
        if self._accepts is None:
            return True
        return await self._loop.run_in_executor(self._pool, self._accepts, address)


class _Handler:
    """Answers what the protocol asks of the hub."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not await self._listener.is_ours(address):
            return "550 5.1.1 There is no such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.original_content or b""
        try:
            await self._listener.keep(raw, return_address(envelope), list(envelope.rcpt_tos))
        except Exception:  # whatever it is, the sender's server keeps the mail for us
            log.exception("mail not kept")
            return TRY_AGAIN
        return "250 2.0.0 Kept"

    async def handle_exception(self, error: Exception) -> str:
        log.error("trouble in a mail session", exc_info=error)
        return TRY_AGAIN


def return_address(envelope: Envelope) -> str:
    return (envelope.mail_from or "").removeprefix("<").removesuffix(">")


class _Counted(SMTP):
    """A connection that counts against the limit and reads messages in large pieces."""

    line_length_limit = LONGEST_LINE

    def __init__(self, listener: Listener, handler: _Handler, **options: Any) -> None:
        super().__init__(handler, **options)
        self._listener = listener
        self._turned_away = False
        self._held = 0  # bytes of its message in memory
        self._heard_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        lines = self._listener.lines
        if self not in lines and len(lines) >= self._listener.connections:
            self._turned_away = True
            assert isinstance(transport, asyncio.Transport)  # noqa: S101  # for the types
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
            transport.close()
            return
        lines.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._turned_away:
            return
        self._listener.lines.discard(self)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        if not self._turned_away:
            super().eof_received()
        return None  # hang up as well: a half-open connection would hold its place for minutes

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        """Read a message up to its lone dot: in large pieces, with lines of any length.

        aiosmtpd itself goes line by line, which takes seconds for a large attachment, and refuses
        for good what broken programs send with long lines.
        """
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        assert self.envelope is not None  # noqa: S101  # for the types: set with the connection
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            self.envelope.original_content, refusal = await self._content(self.envelope)
            await self.answer(refusal or await self._call_handler_hook("DATA"))
        finally:
            self._let_go()
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd has few types

    async def answer(self, status: str) -> None:
        """Tell what became of a message."""
        await self.push(status)

    async def _content(self, envelope: Envelope) -> tuple[bytes, str]:
        """The message without its dots under its Return-Path, or why it is not taken.

        What is not taken is read to its end all the same, and not held.
        """
        limit = self.data_size_limit
        pieces: list[bytes] = [f"Return-Path: <{return_address(envelope)}>\r\n".encode()]
        size = 0
        refusal = ""
        tail = b"\r\n"  # a dot on the very first line ends the message too
        while tail != END:
            self._stay()
            piece = await self._piece(b".\r\n")
            tail = (tail + piece[-len(END) :])[-len(END) :]
            size += len(piece)
            if limit and size > limit + len(END):
                refusal = TOO_BIG
            elif not refusal and not self._hold(len(piece)):
                refusal = TOO_MUCH
            if refusal:
                pieces.clear()
                self._let_go()
            else:
                pieces.append(piece)
        return (b"", refusal) if refusal else (_undotted(pieces), "")

    def _hold(self, size: int) -> bool:
        """Count what is held in memory; False when it would be too much."""
        if self._listener.held + size > self._listener.budget:
            return False
        self._listener.held += size
        self._held += size
        return True

    def _let_go(self) -> None:
        self._listener.held -= self._held
        self._held = 0

    def _stay(self) -> None:
        """Put off the hanging up, once a second at most: a timer for every piece costs too much."""
        now = self.loop.time()
        if now - self._heard_at > 1:
            self._heard_at = now
            self._reset_timeout()

    async def _piece(self, end: bytes) -> bytes:
        """Read up to `end`, or as much as the buffer holds."""
        try:
            return await self._reader.readuntil(end)
        except asyncio.LimitOverrunError as much:
            return await self._reader.readexactly(much.consumed)


class _Smtp(_Counted):
    pass


class _Lmtp(_Counted, LMTP):
    """LMTP answers once for every recipient (RFC 2033), whatever the answer is."""

    async def answer(self, status: str) -> None:
        assert self.envelope is not None  # noqa: S101  # for the types: set with the connection
        for _recipient in self.envelope.rcpt_tos:
            await self.push(status)


def _undotted(pieces: list[bytes]) -> bytes:
    """Join the pieces without the final dot, nor the dots that hid others (RFC 5321 §4.5.2).

    The pieces are let go before the next copy is made: a message may be large.
    """
    pieces[-1] = pieces[-1].removesuffix(b".\r\n")
    content = b"".join(pieces)
    pieces.clear()
    return content.replace(b"\r\n.", b"\r\n")
