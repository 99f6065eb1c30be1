"""What every carrier takes and gives: plain values, one way in, one way out, two errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody at an address, as a message names them."""

    address: str  # lower case; "" when the message names nobody
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file inside a message."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What a delivery report says about a message of ours."""

    message_id: str  # of our message, without <>; "" when the report does not say
    recipient: str
    status: str  # RFC 3463: "5.1.1"
    permanent: bool
    reason: str  # in words a person understands
    delayed: bool = False  # still being tried by the provider
    others: tuple[str, ...] = ()  # further recipients that the same report gives up


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One message from outside, understood as far as it can be."""

    channel: str
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: Party = Party("")
    reply_to: tuple[Party, ...] = ()
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    subject: str = ""
    text: str = ""  # what was said, without the quoted history
    quoted: str = ""  # the quoted history and signature
    html: str = ""  # sanitised
    sent_at: datetime | None = None
    files: tuple[File, ...] = ()
    automatic: str = ""  # why it is taken for a machine's mail; "" for a person's
    bounce: Bounce | None = None
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to the outside, complete: the carrier only translates and hands it on."""

    channel: str
    message_id: str  # also the idempotency key: the same id when it is sent again
    sender: Party
    to: tuple[Party, ...]
    cc: tuple[Party, ...] = ()
    reply_to: Party | None = None
    subject: str = ""
    text: str = ""
    html: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    automatic: bool = False  # written by the hub itself: RFC 3834 headers
    headers: tuple[tuple[str, str], ...] = ()
    server: Server | None = None  # the mailbox's own way out; None: the site's
    only: tuple[str, ...] = ()  # who is still to get it; (): everybody in to and cc
    written_at: datetime | None = None  # its date, the same when sent again; None: now

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses it is handed over for."""
        return self.only or tuple(party.address for party in (*self.to, *self.cc))


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server to log in to."""

    host: str
    port: int
    encryption: str = "starttls"  # starttls, tls or none
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""  # certificates of an authority that is believed beside the known ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took it: what it calls the message, and what it answered."""

    external_id: str = ""
    note: str = ""
    refused: tuple[Bounce, ...] = ()  # recipients it did not take, while it took the others


class Unreadable(Exception):
    """The bytes cannot be understood at all; the envelope goes to a person."""


class Undeliverable(Exception):
    """The way out refused: for good (`permanent`), or for now (`retry_after` seconds)."""

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        retry_after: float | None = None,
        refused: tuple[Bounce, ...] = (),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.refused = refused  # each recipient that was named in it


class Unsure(Exception):
    """The line broke after the words had left: only the provider knows whether it took them."""


class Carrier:
    """Moves messages of one channel; a channel without a way out inherits the refusal."""

    name = ""

    def parse(self, raw: bytes) -> Inbound:
        """Understand `raw`; raise Unreadable only when nothing at all can be made of it."""
        raise Unreadable(f"{self.name} takes nothing in")

    def send(self, outbound: Outbound) -> Accepted:
        """Hand `outbound` to the provider; raise Undeliverable, or Unsure when nobody knows."""
        raise Undeliverable(f"{self.name} has no way out", permanent=True)
