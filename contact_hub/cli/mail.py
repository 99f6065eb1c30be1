"""`./hub mail`: the doors for mail. Listens for LMTP and SMTP, and reads IMAP mailboxes."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections

from contact_hub.carriers.email import tokens
from contact_hub.carriers.email.imap import Cursor, Fetcher, Source
from contact_hub.carriers.email.listener import Listener
from contact_hub.cli.certificate import Certificate
from contact_hub.inbox.actions import intake, mailboxes
from contact_hub.inbox.actions.sending import imap_server
from contact_hub.inbox.models import Mailbox

log = logging.getLogger(__name__)
RELOAD = 15.0  # seconds between looks at which mailboxes there are
FAREWELL = 5.0  # seconds for a fetcher to hang up

IMAP_FIELDS = (
    "imap_host",
    "imap_port",
    "imap_encryption",
    "imap_user",
    "imap_secret",
    "imap_folder",
)


def run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./hub mail",
        description="Take in mail by LMTP, SMTP and IMAP until SIGTERM or Ctrl-C.",
    )
    parser.parse_args(arguments)
    try:
        doors = Doors()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: doors.stop())
        doors.run()
    except OSError as error:
        sys.stderr.write(f"hub: cannot listen for mail: {error.strerror or error}\n")
        return 1
    return 0


class Doors:
    """The listeners and fetchers of one process."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self.reading: dict[int, Fetching] = {}
        self._certificate = Certificate()
        self.listeners = [
            Listener(
                address,
                keep,
                door=door,
                accepts=accepts,
                max_bytes=settings.MAIL_MAX_BYTES,
                budget=settings.MAIL_BUFFER_BYTES,
                tls=self._certificate.context,
                name=settings.MAIL_DOMAIN,
            )
            for address, door, accepts in (
                (settings.LMTP_LISTEN, "lmtp", None),  # the server before us has looked already
                (settings.SMTP_LISTEN, "smtp", is_ours),
            )
            if address
        ]

    def stop(self) -> None:
        """Let `run` return; safe in a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Take mail in until stopped; raise OSError when a listener cannot have its address."""
        open_now: list[Listener] = []
        try:
            for listener in self.listeners:
                listener.start()
                open_now.append(listener)
                log.info("listening for %s on %s", listener.door, listener.address)
            self.reload()
            while not self._stopping.wait(RELOAD):
                self.reload()
        finally:
            for fetching in self.reading.values():
                fetching.stop.set()
            for listener in open_now:
                listener.stop()
            for fetching in self.reading.values():
                fetching.thread.join(FAREWELL)

    def reload(self) -> None:
        """Read each active IMAP mailbox, and no other, as it is set up now."""
        self._certificate.look()
        try:
            with borrowed_connection():
                with_imap = Mailbox.objects.filter(active=True).exclude(imap_host="")
                wanted = {mailbox.pk: mailbox for mailbox in with_imap}
        except DatabaseError as error:
            log.warning("the database is away: %s", type(error).__name__)
            return
        for pk, fetching in list(self.reading.items()):
            if not fetching.is_as(wanted.get(pk)):
                fetching.stop.set()
                del self.reading[pk]
        for pk, mailbox in wanted.items():
            if pk not in self.reading:
                self.reading[pk] = Fetching(mailbox)


class Fetching:
    """A thread that reads one mailbox, as it was set up when the thread began."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.stop = threading.Event()
        self._set_up = _set_up(mailbox)
        fetcher = Fetcher(_source(mailbox), Cursor(mailbox.uid_validity, mailbox.last_uid))
        self.thread = threading.Thread(
            target=fetcher.run, args=(self.stop,), name=f"imap-{mailbox.pk}", daemon=True
        )
        self.thread.start()
        log.info("reading %s from %s", mailbox.address, mailbox.imap_host)

    def is_as(self, mailbox: Mailbox | None) -> bool:
        """Whether this thread lives and does what `mailbox` asks for."""
        return mailbox is not None and self.thread.is_alive() and self._set_up == _set_up(mailbox)


def keep(raw: bytes, mail_from: str, recipients: list[str], door: str) -> None:
    """Keep a mail and file it; when this returns it is safe."""
    with borrowed_connection():
        intake.receive(raw, door=door, mail_from=mail_from, recipients=recipients)


def is_ours(address: str) -> bool:
    """Whether mail to `address` is for one of our mailboxes, whatever mark it bears."""
    plain = tokens.without_tag(address.lower())
    with borrowed_connection():
        return Mailbox.objects.filter(address__in={plain, address.lower()}, active=True).exists()


@contextmanager
def borrowed_connection() -> Iterator[None]:
    """Use the database for one thing: threads here idle for minutes, and connections are few."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


def _source(mailbox: Mailbox) -> Source:
    """The mailbox as the fetcher needs it."""

    def deliver(raw: bytes, place: str) -> None:
        with borrowed_connection():
            intake.receive(raw, door="imap", mailbox=mailbox, place=place)

    def too_large(header: bytes, size: int) -> None:
        with borrowed_connection():
            intake.note_large(header, size=size, door="imap", mailbox=mailbox)

    def reached(cursor: Cursor) -> None:
        if cursor.uid_validity is not None:
            mailboxes.fetched(mailbox, uid_validity=cursor.uid_validity, uid=cursor.last_uid)

    return Source(
        server=imap_server(mailbox),
        folder=mailbox.imap_folder,
        deliver=deliver,
        too_large=too_large,
        reached=partial(_if_it_can, reached),
        good=lambda: _if_it_can(partial(mailboxes.good, mailbox)),
        trouble=lambda words: _if_it_can(partial(mailboxes.trouble, mailbox, error=words)),
        all_of_it=mailbox.imap_all,
        since=mailbox.imap_since.date() if mailbox.imap_since else None,
        max_bytes=settings.MAIL_MAX_BYTES,
    )


def _if_it_can(tell: Callable[..., None], *arguments: Cursor) -> None:
    """Note something that may be lost: mail that is read twice is recognised by its content."""
    try:
        with borrowed_connection():
            tell(*arguments)
    except DatabaseError as error:
        log.warning("not noted: %s", type(error).__name__)


def _set_up(mailbox: Mailbox) -> tuple[object, ...]:
    values = (getattr(mailbox, name) for name in IMAP_FIELDS)
    return tuple(bytes(one) if isinstance(one, memoryview) else one for one in values)
