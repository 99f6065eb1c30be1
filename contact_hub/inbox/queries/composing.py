"""What the composer starts from: drafts, whom to write to, from where, in which language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings

from contact_hub.carriers.email.tokens import without_tag
from contact_hub.customers.queries import refusals
from contact_hub.inbox.models import Attachment, Case, Draft, Mailbox, Message
from contact_hub.inbox.queries.case import drafts_of, family_of
from contact_hub.inbox.queries.recognising import language_of
from contact_hub.inbox.rules.wording import answer_subject
from contact_hub.staff.models import Person

LANGUAGES = ("en", "es")
PIECE = re.compile(r'(?:"[^"]*"|[^,;\n])+')  # between commas, but not those inside a name


@dataclass(slots=True)
class Composer:
    """The composer of one case and person, ready to be shown."""

    case: Case
    mode: str
    draft: Draft | None
    to: str
    cc: str
    subject: str
    body: str
    version: int
    mailbox: Mailbox | None
    mailboxes: list[Mailbox]
    language: str
    refused: dict[str, str]  # address → why it must not be written to
    also: list[str]  # who else was on the last mail
    signature: str
    files: list[Attachment]
    limit: int  # bytes, of all files together
    drafted: list[str] = field(default_factory=list)  # the modes that hold a draft
    languages: tuple[str, ...] = LANGUAGES


def composer(case: Case, person: Person, *, mode: str = "") -> Composer:
    """Restore what was begun, else begin an answer to the customer's last mail.

    At most six statements, whatever was said or merged.

    mode    "email" or "note"; "": the one written in last
    """
    drafts = drafts_of(case, person)
    written = sorted(drafts.values(), key=lambda draft: draft.updated_at, reverse=True)
    mode = mode or (written[0].mode if written else str(Draft.Mode.EMAIL))
    draft = drafts.get(mode)
    every = list(Mailbox.objects.filter(active=True))
    boxes = [box for box in every if box.queue_id == case.queue_id]
    ours = {box.address for box in every}
    heard = last_heard(case)
    to = draft.to if draft and draft.to else _whom(case, heard, ours)
    cc = draft.cc if draft else ""
    box = _mailbox(draft, boxes, heard)
    language = language_of(case) or LANGUAGES[0]
    return Composer(
        case=case,
        mode=mode,
        draft=draft,
        to=to,
        cc=cc,
        subject=draft.subject if draft and draft.subject else answer_subject(case.subject),
        body=draft.body if draft else "",
        version=draft.version if draft else 0,
        mailbox=box,
        mailboxes=boxes,
        language=language,
        refused=refusals(plain_addresses(to, cc)),
        signature=signature(box, person, language),
        also=_also(heard, ours | set(plain_addresses(to, cc))),
        files=list(draft.attachments.all()) if draft else [],
        limit=settings.ATTACHMENT_MAX_BYTES,
        drafted=[one.mode for one in written if one.body.strip()],
    )


def last_heard(case: Case) -> Message | None:
    """The last mail that a person sent us, in this case or in one that was merged into it."""
    theirs = Message.objects.filter(
        case__in=family_of(case),
        kind=Message.Kind.EMAIL,
        direction=Message.Direction.IN,
        automatic=False,
    )
    return theirs.defer("html", "text", "quoted", "references").order_by("-at", "-pk").first()


def plain_addresses(*fields: str) -> list[str]:
    """The addresses typed into To or Cc, lower case, each once; what is none stays as it is."""
    pieces = [piece.strip() for field in fields for piece in PIECE.findall(field)]
    typed = [parseaddr(piece)[1] or piece for piece in pieces if piece]
    return list(dict.fromkeys(address.lower() for address in typed))


def signature(mailbox: Mailbox | None, person: Person, language: str) -> str:
    """What will stand under an answer: the person's own words, then the mailbox's."""
    spanish = mailbox.signature_es if mailbox and language == "es" else ""
    ours = spanish or (mailbox.signature if mailbox else "")
    return "\n".join(part.strip() for part in (person.signature, ours) if part.strip())


def _mailbox(draft: Draft | None, boxes: list[Mailbox], heard: Message | None) -> Mailbox | None:
    wanted = [draft.mailbox_id] if draft else []
    wanted += [heard.mailbox_id] if heard else []
    chosen = next((box for pk in wanted for box in boxes if box.pk == pk), None)
    return chosen or next(iter(boxes), None)


def _whom(case: Case, heard: Message | None, ours: set[str]) -> str:
    """Who spoke last and where they asked to be answered; the case's first sender otherwise."""
    if heard is None:
        return case.who_address
    asked = [party["address"] for party in heard.answer_to] or [heard.from_address]
    theirs = [one for one in asked if one and without_tag(one) not in ours]
    return ", ".join(theirs) or case.who_address


def _also(heard: Message | None, known: set[str]) -> list[str]:
    if heard is None:
        return []
    parties: list[dict[str, Any]] = [*heard.to, *heard.cc]
    return [
        formataddr((party.get("name", ""), party["address"]))
        for party in parties
        if party.get("address") and not {party["address"], without_tag(party["address"])} & known
    ]
