"""The town at work: its people write, get answers and write back, over real LMTP and SMTP."""

from __future__ import annotations

import heapq
import logging
import queue
import random
import smtplib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from contact_hub.carriers.email.listener import Listener
from contact_hub.sample.actions.office import DOMAIN
from contact_hub.sample.rules import mail, reactions
from contact_hub.sample.rules.data import letters
from contact_hub.sample.rules.reactions import Reaction
from contact_hub.sample.rules.town import Citizen, citizens, strangers

log = logging.getLogger(__name__)
FIRST = 4.0  # seconds until the first letter of a run
RETRY = 3.0  # seconds until a letter that could not be handed over is tried again


@dataclass(order=True, slots=True)
class _Due:
    at: float  # of the monotonic clock
    number: int
    make: Callable[[], Reaction | None] = field(compare=False)


class Player:
    """Plays the customers until stopped.

    hub     host and port at which the hub takes mail by LMTP
    sink    "host:port" at which the town's own mail server takes what the hub sends
    every   seconds between two new letters, on average
    haste   how many times faster than people everything happens
    """

    def __init__(
        self,
        *,
        hub: tuple[str, int],
        sink: str,
        every: float,
        seed: int | None = None,
        haste: float = 1.0,
    ) -> None:
        self._hub = hub
        self._every = every
        self._haste = haste
        self._dice = random.Random(seed)
        self._inbox: queue.SimpleQueue[tuple[bytes, str] | None] = queue.SimpleQueue()
        self._due: list[_Due] = []
        self._numbers = 0
        self._left: int | None = None  # letters until the end; None: no end
        self._answered: Counter[tuple[str, str]] = Counter()
        self._town = citizens(seed=7, today=timezone.localdate())
        self._people = {citizen.email: citizen for citizen in (*self._town, *strangers())}
        self.server = Listener(
            sink, self._receive, door="smtp", accepts=lambda to: not reactions.is_refused(to)
        )

    def start(self) -> None:
        """Open the town's mail server; raise OSError when its address cannot be had."""
        self.server.start()

    def run(self, *, most: int | None = None) -> None:
        """Play until `stop`, or until `most` new letters were written; `start` comes first."""
        self._left = most
        self._at(FIRST, self._letter)
        try:
            while self._wait():
                self._next()
        finally:
            self.server.stop()

    def stop(self) -> None:
        """Let `run` return; from any thread or a signal handler."""
        self._inbox.put(None)

    def _wait(self) -> bool:
        """Sleep until something is due, taking in what the hub sends; False when it is over."""
        while self._left != 0:
            left = self._due[0].at - time.monotonic() if self._due else None
            try:
                came = self._inbox.get(timeout=None if left is None else max(0.0, left))
            except queue.Empty:
                return True
            if came is None:
                return False
            self._read(*came)
        return False

    def _next(self) -> None:
        """Do what is due first."""
        due = heapq.heappop(self._due)
        if due.make == self._letter:
            self._left = None if self._left is None else self._left - 1
            self._at(self._dice.expovariate(1 / self._every), self._letter)
        self._send(due.make())

    def _letter(self) -> Reaction:
        """Somebody's first mail in a matter."""
        letter = self._dice.choice(letters())
        who = self._dice.choice(self._writers(letter.language, known=not letter.stranger))
        to = f"{letter.to}@{DOMAIN}"
        raw = mail.written(letter, who, to=to, at=_now(), dice=self._dice)
        log.info("%s writes to %s: %s", who.name, letter.to, letter.subject)
        return Reaction(0.0, who.email, to, raw)

    def _writers(self, language: str, *, known: bool) -> list[Citizen]:
        crowd = self._town if known else strangers()
        return [one for one in crowd if one.language == language]

    def _receive(self, raw: bytes, _mail_from: str, recipients: list[str], _door: str) -> None:
        """The hub's mail arrives at the town's server."""
        for recipient in recipients:
            self._inbox.put((raw, recipient.lower()))

    def _read(self, raw: bytes, recipient: str) -> None:
        subject = reactions.subject_of(raw)
        before = self._answered[recipient, subject]
        reaction = reactions.react(
            raw, recipient, self._people, before=before, at=_now(), dice=self._dice
        )
        if reaction is None:
            log.info("nobody answers: %s", subject)
            return
        log.info("an answer is on its way: %s", subject)
        self._answered[recipient, subject] += 1
        self._at(reaction.after, lambda: reaction)

    def _at(self, seconds: float, make: Callable[[], Reaction | None]) -> None:
        self._numbers += 1
        heapq.heappush(
            self._due, _Due(time.monotonic() + seconds / self._haste, self._numbers, make)
        )

    def _send(self, reaction: Reaction | None) -> None:
        """Hand a mail to the hub; when it cannot take it, try again as any mail server does."""
        if reaction is None:
            return
        try:
            with smtplib.LMTP(*self._hub, timeout=30) as hub:
                hub.sendmail(reaction.sender, [reaction.to], reaction.raw)
        except (OSError, smtplib.SMTPException) as trouble:
            log.info("the hub takes no mail now (%s); again in %g s", trouble, RETRY)
            self._at(RETRY, lambda: reaction)


def _now() -> datetime:
    return timezone.localtime()
