"""Delivery status codes (RFC 3463) in words, and what follows from them."""

from __future__ import annotations

import re

WORDS = {
    "x.1.0": "there is something wrong with the address",
    "x.1.1": "there is no such mailbox",
    "x.1.2": "there is no such mail domain",
    "x.1.3": "the address is not written as an address",
    "x.1.4": "the address fits more than one mailbox",
    "x.1.6": "the mailbox has moved and left no new address",
    "x.1.7": "our own sender address is not written as an address",
    "x.1.8": "their server does not accept our sender address",
    "x.1.10": "the domain says that it takes no mail",
    "x.2.0": "there is something wrong with the mailbox",
    "x.2.1": "the mailbox is switched off",
    "x.2.2": "the mailbox is full",
    "x.2.3": "the message is too big for the mailbox",
    "x.2.4": "the mailing list could not be expanded",
    "x.3.0": "their mail system has a problem",
    "x.3.1": "their mail system is full",
    "x.3.2": "their mail system takes no mail at the moment",
    "x.3.4": "the message is too big for their mail system",
    "x.4.0": "there was a network problem on the way",
    "x.4.1": "their mail server does not answer",
    "x.4.2": "the connection to their mail server broke",
    "x.4.3": "the name of their mail server could not be looked up",
    "x.4.4": "no way to their mail server was found",
    "x.4.5": "their mail system is overloaded",
    "x.4.6": "the message went round in a loop",
    "x.4.7": "it could not be delivered in the time allowed",
    "x.5.0": "their mail server did not understand ours",
    "x.5.2": "their mail server did not understand ours",
    "x.5.3": "there were too many recipients",
    "x.5.4": "their mail server did not understand ours",
    "x.6.0": "the content of the message was not accepted",
    "x.6.1": "the kind of content was not accepted",
    "x.6.7": "their mail server cannot take addresses with such letters",
    "x.7.0": "it was refused for policy or security reasons",
    "x.7.1": "their server refused it: not authorised, or taken for spam",
    "x.7.2": "one may not write to this mailing list",
    "x.7.8": "our sign-in to the mail server was refused",
    "x.7.9": "our way of signing in to the mail server is too weak for it",
    "x.7.20": "our signature (DKIM) did not pass",
    "x.7.23": "our server may not send for our domain (SPF)",
    "x.7.25": "our mail server's name does not check out",
    "x.7.26": "neither our signature nor our server passed their checks",
}
CLASSES = {
    "1": "there is something wrong with the address",
    "2": "there is something wrong with the mailbox",
    "3": "their mail system has a problem",
    "4": "there was a network problem on the way",
    "5": "their mail server did not understand ours",
    "6": "the content of the message was not accepted",
    "7": "it was refused for policy or security reasons",
}
DEAD = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.1.0"}

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_BASIC = re.compile(r"(?<![\d.-])([45])(\d\d)(?![\d.])")
_NOT_FOUND = re.compile(r"recipient ?not ?found|not found", re.IGNORECASE)
_BY_BASIC = {"550": "5.1.1", "551": "5.1.6", "552": "5.2.2", "553": "5.1.3", "521": "5.3.2"}
_BY_BASIC |= {"421": "4.3.2", "450": "4.2.0", "451": "4.3.0", "452": "4.2.2", "554": "5.0.0"}
_BY_BASIC |= {"535": "5.7.8", "530": "5.7.0", "556": "5.1.10"}
_CLUES: tuple[tuple[str, str], ...] = (
    (r"user unknown|unknown (?:user|recipient|mailbox)|no such (?:user|mailbox|recipient|person)|"
     r"(?:mailbox|user|address|recipient)[^.\n]{0,40}(?:not found|does(?:n't| not) exist|"
     r"unavailable|wasn't found)|address rejected|invalid recipient|no mailbox here", "5.1.1"),
    (r"(?:mailbox|quota)[^.\n]{0,30}(?:full|exceeded)|over ?quota|out of storage", "5.2.2"),
    (r"(?:host|domain)[^.\n]{0,30}(?:not found|unknown|does not exist)|nxdomain|"
     r"couldn't find any host", "5.1.2"),
    (r"(?:message|size)[^.\n]{0,30}(?:too (?:large|big)|exceeds)", "5.3.4"),
    (r"account[^.\n]{0,30}(?:disabled|inactive|suspended)|mailbox disabled", "5.2.1"),
    (r"spam|blocked|black ?list|policy", "5.7.1"),
    (r"timed? ?out|connection refused|no route|retry time", "4.4.1"),
)  # fmt: skip


def words(status: str, said: str = "") -> str:
    """Say an enhanced status code in words a person understands.

    said  what the server said beside it; Exchange gives the code of a domain that takes no mail to
          every mailbox it does not find
    """
    _class, _, rest = status.partition(".")
    if rest == "1.10" and _NOT_FOUND.search(said):
        rest = "1.1"
    known = WORDS.get(f"x.{rest}") or CLASSES.get(rest.partition(".")[0])
    return known or "their mail server refused it without saying why"


def find(text: str) -> str:
    """Find a status code in what a server said, or guess it from the words; "" when none fits."""
    enhanced = _ENHANCED.search(text)
    if enhanced and (enhanced[2], enhanced[3]) != ("0", "0"):
        return enhanced[0]
    clue = guess(text)
    if clue:
        return clue
    basic = _BASIC.search(text)
    if basic:
        return _BY_BASIC.get(basic[0], f"{basic[1]}.0.0")
    return enhanced[0] if enhanced else ""


def guess(text: str) -> str:
    """Guess a status code from words alone."""
    return next((code for clue, code in _CLUES if re.search(clue, text, re.IGNORECASE)), "")


def is_permanent(status: str) -> bool:
    return status.startswith("5.")


def address_is_dead(status: str) -> bool:
    """Tell whether further mail to the same address is pointless.

    A full mailbox, a message too big or taken for spam say nothing about the next one.
    """
    return status in DEAD
