"""Which case a mail belongs to, decided on what is known of it and of the cases."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

TOKEN = "reply token"  # noqa: S105  # the name of a reason, not a secret
REFERENCES = "references"
IN_REPLY_TO = "in-reply-to"
AWAITED = "awaited parent"
SUBJECT_TAG = "subject tag"
SENDER = "same sender"


@dataclass(frozen=True, slots=True)
class Key:
    """A Message-ID known in a case: of a message in it (`own`), or only referred to."""

    digest: str
    case: int
    own: bool
    address: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """What threading looks at of one mail; ids are digests."""

    sender: str
    own: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    token: int | None = None  # the case a valid reply token names
    tag: int | None = None  # the case the subject names: anybody can write that


@dataclass(frozen=True, slots=True)
class Known:
    """What threading looks at of the cases."""

    keys: tuple[Key, ...] = ()
    open_of_sender: tuple[int, ...] = ()  # unfinished cases of this sender in this queue
    of_sender: frozenset[int] = field(default_factory=frozenset)  # cases the sender is part of


def digest(message_id: str) -> str:
    """Shorten a Message-ID to 32 hexadecimal digits; "" stays ""."""
    if not message_id:
        return ""
    return hashlib.blake2b(message_id.encode("utf-8", "replace"), digest_size=16).hexdigest()


def find(mail: Mail, known: Known) -> tuple[int, str] | None:
    """Name the case a mail belongs to and the reason, or None for a new one.

    The order is: reply token, References (nearest ancestor first), In-Reply-To, a parent that a
    reply overtook, subject tag, the sender's only open case. An id that the hub never met itself
    ties mails together only when the same sender refers to it: a newsletter's id must not join
    strangers. A subject tag counts only for somebody who is part of that case already.
    """
    steps = (
        (TOKEN, mail.token),
        (REFERENCES, _nearest(reversed(mail.references), mail.sender, known.keys)),
        (IN_REPLY_TO, _nearest([mail.in_reply_to], mail.sender, known.keys)),
        (AWAITED, _overtaken(mail, known.keys)),
        (SUBJECT_TAG, mail.tag if mail.tag in known.of_sender else None),
        (SENDER, known.open_of_sender[0] if len(known.open_of_sender) == 1 else None),
    )
    return next(((case, reason) for reason, case in steps if case is not None), None)


def digests(mail: Mail) -> set[str]:
    """Every id worth looking up for `mail`."""
    return {one for one in (mail.own, mail.in_reply_to, *mail.references) if one}


def _nearest(ids: Iterable[str], sender: str, keys: Collection[Key]) -> int | None:
    for one in ids:
        fits = [key for key in keys if one and key.digest == one and _ties(key, sender)]
        if fits:
            return min(fits, key=lambda key: (not key.own, key.case)).case
    return None


def _overtaken(mail: Mail, keys: Collection[Key]) -> int | None:
    """The case of a reply that was taken in before `mail`, its parent."""
    waiting = [key.case for key in keys if mail.own and key.digest == mail.own and not key.own]
    return min(waiting, default=None)


def _ties(key: Key, sender: str) -> bool:
    return key.own or (bool(sender) and key.address == sender)
