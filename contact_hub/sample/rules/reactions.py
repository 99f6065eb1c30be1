"""What people do with a mail of ours: answer, be away, or turn out not to be there."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from contact_hub.sample.rules import mail
from contact_hub.sample.rules.data import Letter, letters
from contact_hub.sample.rules.town import Citizen

REFUSED = "drew.calder"  # the mail server knows at once that there is nobody
SENT_BACK = "toni.marsh"  # it finds out later and reports
AWAY = 0.08  # of answers meet a machine that says its owner is away
THANKS = {
    "en": ("Thank you very much!", "Thanks, that answers it.", "Great, thanks for the help."),
    "es": ("¡Muchas gracias!", "Gracias, muy amable.", "Perfecto, gracias por la ayuda."),
}
TAG = re.compile(r"\s*\[#\d+\]")
PREFIX = re.compile(r"^(?:re|rv):\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reaction:
    """A mail that comes back: after how many seconds, from whom, to whom."""

    after: float
    sender: str
    to: str
    raw: bytes


def is_refused(address: str) -> bool:
    """Whether the town's mail server refuses this recipient at the door."""
    return address.startswith(REFUSED)


def react(
    raw: bytes,
    recipient: str,
    people: Mapping[str, Citizen],
    *,
    before: int,
    at: datetime,
    dice: random.Random,
) -> Reaction | None:
    """What `recipient` does about our mail; None: is content, or never answers machines.

    before   how often the same person has answered in this matter already
    """
    message = message_from_bytes(raw, policy=default)
    if not isinstance(message, EmailMessage) or message.get("Auto-Submitted", "no") != "no":
        return None
    ours = _ours(message)
    citizen = people.get(recipient) or _somebody(recipient)
    if recipient.startswith(SENT_BACK):
        back = parseaddr(str(message.get("From", "")))[1]
        report = mail.sent_back(recipient, ours, to=back, at=at, dice=dice)
        return Reaction(dice.uniform(3, 8), "", back, report)
    if dice.random() < AWAY:
        away = mail.out_of_office(citizen, ours, at=at, dice=dice)
        return Reaction(dice.uniform(2, 4), citizen.email, ours.reply_to, away)
    text = _words(ours.subject, citizen, before=before, dice=dice)
    if text is None:
        return None
    answer = mail.answered(text, citizen, ours, at=at, dice=dice)
    return Reaction(dice.uniform(12, 50), citizen.email, ours.reply_to, answer)


def subject_of(raw: bytes) -> str:
    """What a mail of ours is about, the same for each mail in the matter."""
    return matter(str(message_from_bytes(raw, policy=default).get("Subject", "")))


def matter(subject: str) -> str:
    """The subject without what answers put around it."""
    return PREFIX.sub("", TAG.sub("", subject)).strip()


def _words(subject: str, citizen: Citizen, *, before: int, dice: random.Random) -> str | None:
    story = next((one for one in letters() if one.subject == matter(subject)), None)
    answers = _answers(story)
    if before < len(answers):
        return answers[before]
    if before == len(answers) and dice.random() < 0.4:
        return dice.choice(THANKS[citizen.language])
    return None


def _answers(story: Letter | None) -> tuple[str, ...]:
    return story.answers if story else ()


def _ours(message: EmailMessage) -> mail.Ours:
    body = message.get_body(("plain",))
    return mail.Ours(
        message_id=str(message.get("Message-ID", "")).strip("<> "),
        subject=str(message.get("Subject", "")),
        reply_to=parseaddr(str(message.get("Reply-To") or message.get("From", "")))[1],
        text=body.get_content().strip() if body else "",
        references=tuple(re.findall(r"<([^>]+)>", str(message.get("References", "")))),
    )


def _somebody(address: str) -> Citizen:
    name = address.partition("@")[0].replace(".", " ").title()
    return Citizen(name=name, kind="person", language="en", email=address, phone="")
