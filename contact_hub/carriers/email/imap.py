"""Fetching mail from an IMAP mailbox as it arrives, and keeping copies of what was sent in one."""

from __future__ import annotations

import imaplib
import logging
import random
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date

from imap_tools import (
    A,
    BaseMailBox,
    H,
    ImapToolsError,
    MailBox,
    MailBoxStartTls,
    MailBoxUnencrypted,
    MailMessageFlags,
    U,
)

from contact_hub.carriers.base import Server

log = logging.getLogger(__name__)

TIMEOUT = 60.0  # seconds for one command
IDLE = 9 * 60.0  # seconds; servers hang up after 30 minutes, routers after 10
GLANCE = 1.0  # seconds between looks at whether to stop
WHOLE, HEADERS = "[]", "[HEADER]<0.65536>"  # of the headers no more than so many bytes
POLL = 60.0  # seconds between looks at a server that cannot wait with us
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0  # seconds before connecting again
TROUBLE = (ImapToolsError, imaplib.IMAP4.error, OSError, EOFError)

_MESSAGE = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder has been read. UIDs mean nothing under another UIDVALIDITY."""

    uid_validity: int | None = None
    last_uid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One folder to read, and what to do with what is in it.

    deliver   keeps a message, told its place in the mailbox ("UIDVALIDITY.UID"); when it returns
              the message is marked as read, or moved
    too_large keeps the headers and the size, in bytes, of a message larger than max_bytes; the
              message is left as it is
    reached   keeps the cursor; called after `deliver` and before the mark
    good      said after every look, unless a message could not be kept
    trouble   told in words what went wrong
    all_of_it takes in what is there already when a mailbox is read for the first time
    since     the day when it was: when the server numbers anew, older mail is left alone
    move_to   a folder for messages that were taken in; "" leaves them, marked as read
    """

    server: Server
    deliver: Callable[[bytes, str], None]
    too_large: Callable[[bytes, int], None]
    reached: Callable[[Cursor], None]
    good: Callable[[], None]
    trouble: Callable[[str], None]
    folder: str = "INBOX"
    all_of_it: bool = False
    since: date | None = None
    move_to: str = ""
    max_bytes: int = 35 * 1024 * 1024


class Fetcher:
    """Reads one folder until stopped; connects again whenever it must."""

    def __init__(self, source: Source, cursor: Cursor) -> None:
        self.cursor = cursor
        self._source = source
        self._failed: set[int] = set()  # UIDs that could not be kept, to be tried again

    def run(self, stop: threading.Event) -> None:
        """Take in what is there and what comes, until `stop` is set."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            try:
                with connected(self._source.server, self._source.folder) as box:
                    pause = FIRST_PAUSE
                    self._attend(box, stop)
            except Exception as trouble:  # noqa: BLE001  # a mailbox must never fall silent
                log.warning("imap %s: %s", self._source.server.host, trouble)
                self._source.trouble(in_words(trouble))
                stop.wait(pause * random.uniform(0.8, 1.2))  # noqa: S311  # spreads the load
                pause = min(LONGEST_PAUSE, pause * 2)

    def look(self) -> int:
        """Connect, take in what is new, and hang up; how many were kept. Raises TROUBLE."""
        with connected(self._source.server, self._source.folder) as box:
            return self._take_in(box)

    def _attend(self, box: BaseMailBox, stop: threading.Event) -> None:
        waits = "IDLE" in box.client.capabilities
        while not stop.is_set():
            self._take_in(box)
            if not self._failed:
                self._source.good()
            if waits:
                _idle(box, stop, POLL if self._failed else IDLE)
            else:
                stop.wait(POLL)
                box.client.noop()

    def _take_in(self, box: BaseMailBox) -> int:
        self._check_validity(box)
        return sum(self._take(box, uid, size) for uid, size in self._waiting(box))

    def _check_validity(self, box: BaseMailBox) -> None:
        """Begin anew when the server numbers its messages anew; copies are known by content."""
        said = box.folder.status(self._source.folder, ["UIDVALIDITY", "UIDNEXT"])
        validity = int(said["UIDVALIDITY"])
        if self.cursor.uid_validity != validity:
            from_now_on = self.cursor.uid_validity is None and not self._source.all_of_it
            self.cursor = Cursor(validity, int(said["UIDNEXT"]) - 1 if from_now_on else 0)
            self._failed.clear()
            self._source.reached(self.cursor)

    def _waiting(self, box: BaseMailBox) -> list[tuple[int, int]]:
        """UID and size of each message not yet taken in, in order."""
        newer = U(str(self.cursor.last_uid + 1), "*")
        found = box.uids(A(uid=newer, date_gte=self._source.since))
        uids = {int(uid) for uid in found} | self._failed
        wanted = sorted(u for u in uids if u > self.cursor.last_uid or u in self._failed)
        waiting = []
        for at in range(0, len(wanted), 200):
            chunk = ",".join(map(str, wanted[at : at + 200]))
            for line in _answers(box.client.uid("fetch", chunk, "(UID RFC822.SIZE)")):
                uid, size = _MESSAGE.search(line), _SIZE.search(line)
                if uid and size:
                    waiting.append((int(uid[1]), int(size[1])))
        self._failed &= {uid for uid, _size in waiting}  # the others were deleted meanwhile
        return waiting

    def _take(self, box: BaseMailBox, uid: int, size: int) -> int:
        """Take one message in; its failure is told and does not stop the next."""
        fits = size <= self._source.max_bytes
        raw = _fetched(box, uid, WHOLE if fits else HEADERS)
        if raw is None:
            self._reach(uid)
            return 0
        try:
            if fits:
                self._source.deliver(raw, f"{self.cursor.uid_validity}.{uid}")
            else:
                self._source.too_large(raw, size)
        except Exception as trouble:  # whatever it is, the mailbox keeps the message for us
            log.exception("message %s not kept", uid)
            self._failed.add(uid)
            self._source.trouble(f"message {uid} could not be kept: {in_words(trouble)}")
            self._reach(uid)
            return 0
        self._failed.discard(uid)
        self._reach(uid)
        if fits:
            self._mark(box, uid)
        return int(fits)

    def _reach(self, uid: int) -> None:
        """Move the cursor, in what is kept never past a message that failed."""
        self.cursor = replace(self.cursor, last_uid=max(uid, self.cursor.last_uid))
        safe = min(self._failed) - 1 if self._failed else self.cursor.last_uid
        self._source.reached(replace(self.cursor, last_uid=min(safe, self.cursor.last_uid)))

    def _mark(self, box: BaseMailBox, uid: int) -> None:
        if self._source.move_to:
            box.move(str(uid), self._source.move_to)
        else:
            box.flag(str(uid), MailMessageFlags.SEEN, True)  # noqa: FBT003  # imap-tools' way


def keep_sent(server: Server, folder: str, raw: bytes, message_id: str) -> None:
    """Put a copy of a sent message into `folder`, made when it is missing; twice is a no-op.

    Raises one of TROUBLE.
    """
    with connected(server, None) as box:
        if not box.folder.exists(folder):
            box.folder.create(folder)
        box.folder.set(folder)
        if not box.uids(A(header=H("Message-ID", f"<{message_id}>"))):
            box.append(raw, folder, dt=None, flag_set=[MailMessageFlags.SEEN])


@contextmanager
def connected(server: Server, folder: str | None) -> Iterator[BaseMailBox]:
    """Sign in to `server` and open `folder`; None opens no folder."""
    box = _reached(server)
    try:
        box.login_utf8(server.user, server.password, folder)
        yield box
    finally:
        with suppress(*TROUBLE):
            box.logout()
        with suppress(*TROUBLE):
            box.client.shutdown()


def _reached(server: Server) -> BaseMailBox:
    """Connect to who can show by a certificate to be `server`: nobody else hears a password."""
    if server.encryption == "none":
        return MailBoxUnencrypted(server.host, server.port, timeout=TIMEOUT)
    context = ssl.create_default_context()
    if server.ca_file:
        context.load_verify_locations(server.ca_file)
    kind = MailBox if server.encryption == "tls" else MailBoxStartTls
    return kind(server.host, server.port, timeout=TIMEOUT, ssl_context=context)


def in_words(trouble: BaseException) -> str:
    """Say what went wrong for people, without anything secret in it."""
    if isinstance(trouble, TimeoutError):
        return "the mail server did not answer in time"
    if isinstance(trouble, ConnectionRefusedError):
        return "the mail server refuses connections"
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return f"the mail server's certificate is not to be trusted: {trouble.verify_message}"
    said = re.sub(r"\s+", " ", str(trouble)).strip()[:300]
    if "login" in type(trouble).__name__.lower() or "AUTHENTICATIONFAILED" in said:
        return "the mail server refused our user name or password"
    return said or type(trouble).__name__


def _idle(box: BaseMailBox, stop: threading.Event, longest: float) -> None:
    """Wait until the server has something to say, `longest` seconds are over, or `stop`."""
    box.idle.start()  # type: ignore[no-untyped-call]  # imap-tools leaves it without
    try:
        waited = 0.0
        while not stop.is_set() and waited < longest and not box.idle.poll(timeout=GLANCE):
            waited += GLANCE
    finally:
        box.idle.stop()  # type: ignore[no-untyped-call]


def _answers(result: tuple[str, list[bytes | tuple[bytes, bytes] | None]]) -> Iterator[bytes]:
    """The lines of a FETCH answer that carry no literal."""
    said, lines = result
    if said != "OK":
        raise imaplib.IMAP4.error(f"FETCH answered {said}")
    for line in lines:
        if isinstance(line, bytes):
            yield line
        elif line:
            yield line[0]


def _fetched(box: BaseMailBox, uid: int, part: str) -> bytes | None:
    """A part of a message, left unread; None when somebody deleted it meanwhile."""
    said, lines = box.client.uid("fetch", str(uid), f"(UID BODY.PEEK{part})")
    if said != "OK":
        raise imaplib.IMAP4.error(f"FETCH answered {said}")
    return next((line[1] for line in lines if isinstance(line, tuple)), None)
