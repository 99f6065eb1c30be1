"""Handing mail to a server: kept connections, plain answers, callable from any thread."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib

from contact_hub.carriers.base import Accepted, Bounce, Server, Undeliverable, Unsure
from contact_hub.carriers.email import status
from contact_hub.carriers.email.encoding import ascii_domain
from contact_hub.carriers.email.words import one_line

TIMEOUT = 60.0  # seconds for one command
WHOLE = 600.0  # seconds for one message, however large
IDLE = 60.0  # seconds a connection is kept without work
MOST_CONNECTIONS = 4  # to one server at a time
MOST_MESSAGES = 100  # over one connection; servers limit it too
SCHEMES = {"smtp": ("starttls", 587), "smtps": ("tls", 465), "smtp+plain": ("none", 25)}


def server_of(url: str) -> Server | None:
    """Read smtp://user:password@host:587 (STARTTLS), smtps:// (TLS), smtp+plain:// (neither).

    smtp:// to this very machine goes without encryption.
    None for an empty url; raises ValueError for one that is no such address.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ValueError("an SMTP address begins with smtp://, smtps:// or smtp+plain://")
    encryption, port = SCHEMES[parts.scheme]
    if parts.scheme == "smtp" and parts.hostname in ("localhost", "127.0.0.1", "::1"):
        encryption = "none"
    return Server(
        host=parts.hostname,
        port=parts.port or port,
        encryption=encryption,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def send(
    raw: bytes,
    *,
    sender: str,
    recipients: Sequence[str],
    server: Server,
    message_id: str = "",
    fallback_sender: str = "",
    greeting: str = "localhost",
) -> Accepted:
    """Give one composed message to `server`; raise Undeliverable or Unsure in words.

    sender           the return address of the envelope; "" for mail that must not bounce
    fallback_sender  used when the server refuses an empty return address
    greeting         our own name in EHLO

    Blocks the calling thread only. Recipients refused while others were taken stand in the
    result's `refused`.
    """
    letter = _Letter(
        raw=raw,
        sender=ascii_domain(sender),
        fallback=ascii_domain(fallback_sender),
        recipients=tuple(dict.fromkeys(map(ascii_domain, recipients))),
        message_id=message_id,
    )
    pool = _pools.of(server, greeting)
    future = asyncio.run_coroutine_threadsafe(pool.send(letter), _pools.loop())
    try:
        return future.result(WHOLE + TIMEOUT)
    except TimeoutError:
        future.cancel()
        raise _broken(letter, "the mail server did not finish in time") from None


def close() -> None:
    """Say goodbye to every server; the next `send` connects anew."""
    _pools.close()


@dataclass(slots=True)
class _Letter:
    raw: bytes
    sender: str
    fallback: str
    recipients: tuple[str, ...]
    message_id: str
    on_its_way: bool = False  # its words have begun to leave, and no answer to them has come

    @property
    def needs_utf8(self) -> bool:
        return not all(address.isascii() for address in (self.sender, *self.recipients))


class _Client(aiosmtplib.SMTP):
    """A connection that notes on the letter it carries whether the server may have taken it."""

    letter: _Letter

    async def data(self, *arguments: Any, **options: Any) -> aiosmtplib.SMTPResponse:
        self.letter.on_its_way = True
        try:
            answer = await super().data(*arguments, **options)
        except aiosmtplib.SMTPResponseException:
            self.letter.on_its_way = False
            raise
        self.letter.on_its_way = False
        return answer


@dataclass(slots=True)
class _Line:
    """One connection that stands ready."""

    client: _Client
    used_at: float = field(default_factory=time.monotonic)
    messages: int = 0


class _Pool:
    """The connections to one server, used by the loop's thread only."""

    def __init__(self, server: Server, greeting: str) -> None:
        self._server = server
        self._greeting = greeting
        self._free: list[_Line] = []
        self._turns = asyncio.Semaphore(MOST_CONNECTIONS)
        self._sweeper: asyncio.TimerHandle | None = None

    async def send(self, letter: _Letter) -> Accepted:
        async with self._turns:
            try:
                async with asyncio.timeout(WHOLE):
                    return await self._send(letter)
            except TimeoutError as late:
                raise _broken(letter, "the mail server did not answer in time") from late

    async def _send(self, letter: _Letter) -> Accepted:
        try:
            line = await self._line()
        except (aiosmtplib.SMTPException, OSError, ValueError) as trouble:
            raise _refusal(trouble, "could not connect") from trouble
        try:
            accepted = await _hand_over(line.client, letter)
        except aiosmtplib.SMTPServerDisconnected as trouble:
            line.client.close()
            if letter.on_its_way:
                raise _broken(letter, "the connection broke") from trouble
            raise _refusal(trouble, "the connection broke") from trouble
        except (aiosmtplib.SMTPException, OSError, ValueError) as trouble:
            if letter.on_its_way:
                line.client.close()
                raise _broken(letter, "the connection broke") from trouble
            await self._back(line)
            raise _refusal(trouble, "it was refused") from trouble
        except BaseException:  # cancelled in the middle: the connection is of no use any more
            line.client.close()
            raise
        await self._back(line)
        return accepted

    async def _line(self) -> _Line:
        """A connection that answers: one that stands ready, or a new one."""
        while self._free:
            line = self._free.pop()
            if time.monotonic() - line.used_at < IDLE:
                with suppress(aiosmtplib.SMTPException, OSError):
                    await line.client.noop()
                    return line
            line.client.close()
        client = _Client(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user or None,
            password=self._server.password or None,
            local_hostname=self._greeting,
            use_tls=self._server.encryption == "tls",
            start_tls=self._server.encryption == "starttls",
            timeout=TIMEOUT,
            cert_bundle=self._server.ca_file or None,
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return _Line(client)

    async def _back(self, line: _Line) -> None:
        """Put a connection back, or hang up when it has done enough."""
        line.messages += 1
        line.used_at = time.monotonic()
        if not line.client.is_connected:
            return
        if line.messages >= MOST_MESSAGES:
            await _goodbye(line)
            return
        self._free.append(line)
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().call_later(IDLE, self._sweep)

    def _sweep(self) -> None:
        """Hang up connections that have stood idle too long."""
        self._sweeper = None
        before = time.monotonic() - IDLE
        for line in [line for line in self._free if line.used_at <= before]:
            self._free.remove(line)
            line.client.close()
        if self._free:
            self._sweeper = asyncio.get_running_loop().call_later(IDLE, self._sweep)

    async def close(self) -> None:
        if self._sweeper:
            self._sweeper.cancel()
            self._sweeper = None
        while self._free:
            await _goodbye(self._free.pop())


async def _goodbye(line: _Line) -> None:
    with suppress(aiosmtplib.SMTPException, OSError):
        await line.client.quit(timeout=5)
    line.client.close()


async def _hand_over(client: _Client, letter: _Letter) -> Accepted:
    client.letter = letter
    options = []
    if letter.needs_utf8:
        if not client.supports_extension("smtputf8"):
            reason = "the mail server cannot write to addresses with such letters"
            raise Undeliverable(reason, permanent=True)
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    recipients = list(letter.recipients)
    try:
        errors, said = await client.sendmail(
            letter.sender, recipients, letter.raw, mail_options=options
        )
    except aiosmtplib.SMTPSenderRefused as refused:
        if letter.sender or not letter.fallback or refused.code < 500:
            raise
        errors, said = await client.sendmail(
            letter.fallback, recipients, letter.raw, mail_options=options
        )
    refusals = tuple(
        _refused(address, code, words, letter.message_id)
        for address, (code, words) in errors.items()
    )
    note = "; ".join(f"{one.recipient}: {one.reason}" for one in refusals)
    return Accepted(external_id=one_line(said)[:300], note=note, refused=refusals)


def _refused(address: str, code: int, words: str, message_id: str) -> Bounce:
    said = one_line(words)[:200]
    enhanced = status.find(f"{code} {said}") or f"{code // 100}.0.0"
    return Bounce(
        message_id=message_id,
        recipient=address,
        status=enhanced,
        permanent=code >= 500,  # RFC 5321: 5yz is for good
        reason=f"{status.words(enhanced, said)} ({code} {said})",
    )


def _broken(letter: _Letter, what: str) -> Undeliverable | Unsure:
    """What it means that no answer came: as long as the words have not left, nothing."""
    if letter.on_its_way:
        return Unsure(f"{what}: it may have been taken")
    return Undeliverable(what, permanent=False)


def _refusal(trouble: Exception, doing: str) -> Undeliverable:
    """Say in words why it did not work, and whether trying again makes sense."""
    if isinstance(trouble, aiosmtplib.SMTPAuthenticationError):
        said = one_line(trouble.message)[:200]
        reason = f"our sign-in to the mail server was refused ({trouble.code} {said})"
        return Undeliverable(reason, permanent=False)  # somebody must set it right; mail waits
    if isinstance(trouble, aiosmtplib.SMTPRecipientsRefused):
        refusals = tuple(
            _refused(one.recipient, one.code, one.message, "") for one in trouble.recipients
        )
        reason = "; ".join(f"{one.recipient}: {one.reason}" for one in refusals)
        permanent = all(one.permanent for one in refusals)
        return Undeliverable(reason, permanent=permanent, refused=refusals)
    if isinstance(trouble, aiosmtplib.SMTPConnectError) or not isinstance(
        trouble, aiosmtplib.SMTPResponseException
    ):
        said = one_line(str(trouble))[:200] or type(trouble).__name__
        permanent = isinstance(trouble, ValueError) and not isinstance(trouble, OSError)
        return Undeliverable(f"{doing}: {said}", permanent=permanent)
    one = _refused("", trouble.code, trouble.message, "")
    return Undeliverable(one.reason, permanent=one.permanent)


class _Pools:
    """The pools by server, and the thread whose loop they live on; made anew after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._pid = os.getpid()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._by_server: dict[tuple[Server, str], _Pool] = {}

    def loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._pid != os.getpid():
                self._forget()
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="smtp", daemon=True).start()
            return self._loop

    def of(self, server: Server, greeting: str) -> _Pool:
        self.loop()
        with self._lock:
            key = (server, greeting)
            if key not in self._by_server:
                self._by_server[key] = _Pool(server, greeting)
            return self._by_server[key]

    def close(self) -> None:
        with self._lock:
            pools, self._by_server = list(self._by_server.values()), {}
        for pool in pools:
            asyncio.run_coroutine_threadsafe(pool.close(), self.loop()).result(TIMEOUT)


_pools = _Pools()
