"""Whether a machine wrote a mail: such mail is filed, but never answered by another machine.

Rules on plain values, the strongest first (RFC 3834 and what the larger mail systems do).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr

LOOP_HEADER = "x-contact-hub-loop"  # on everything the hub sends: "hub.test; automatic"
WRITTEN_BY_A_PERSON = "person"

_MACHINES = re.compile(
    r"(?:mailer-daemon|mail-daemon|mailerdaemon|postmaster|double-?bounce|bounces?|"
    r"no[._-]?reply|do[._-]?not[._-]?reply|no[._-]?responder|no[._-]?contestar|"
    r"auto[._-]?(?:reply|responder|confirm)|daemon|root|cron)(?:[+._-].*)?",
    re.IGNORECASE,
)
_AWAY_SUBJECT = re.compile(
    r"\s*(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|"
    r"away from (?:the|my) (?:office|desk)|on vacation|vacation reply|"
    r"respuesta autom[áa]tica|fuera de (?:la )?oficina|ausente|de vacaciones|"
    r"ausencia temporal)\b",
    re.IGNORECASE,
)
_AWAY_TEXT = re.compile(
    r"\b(?:(?:i am|i'm|i will be|i’m) (?:currently )?(?:out of (?:the )?office|away|on (?:annual )?"
    r"(?:leave|vacation|holiday))|will (?:reply|respond|return) (?:when|as soon|on)|"
    r"(?:estoy|estar[ée]|me encuentro) (?:fuera de (?:la )?oficina|ausente|de vacaciones)|"
    r"this is an automat\w+ (?:reply|response|message)|este es un mensaje autom[áa]tico)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What the rules look at."""

    headers: Mapping[str, Sequence[str]]  # by lower-case name
    sender: str = ""
    subject: str = ""
    text: str = ""
    kind: str = "text/plain"  # content type of the whole
    report: str = ""  # its report-type parameter

    def said(self, name: str) -> str:
        """The first header called `name`, in lower case."""
        return next(iter(self.headers.get(name, ())), "").strip().lower()


def reason(mail: Mail) -> str:
    """Say why `mail` is taken for a machine's; "" for a person's."""
    return next(filter(None, (rule(mail) for rule in RULES)), "")


def _another_hub(mail: Mail) -> str:
    said = mail.said(LOOP_HEADER)
    if said and said.rpartition(";")[2].strip() != WRITTEN_BY_A_PERSON:
        return "written by a contact hub itself"
    return ""


def _auto_submitted(mail: Mail) -> str:
    said = mail.said("auto-submitted").split(";")[0].strip()
    return f"Auto-Submitted: {said[:40]}" if said and said != "no" else ""


def _report(mail: Mail) -> str:
    if mail.kind != "multipart/report":
        return ""
    return "a read receipt" if "disposition" in mail.report.lower() else "a delivery report"


def _null_sender(mail: Mail) -> str:
    return "sent without a return address" if mail.said("return-path") == "<>" else ""


def _auto_reply_headers(mail: Mail) -> str:
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply"):
        if mail.said(name) not in ("", "no", "false"):
            return f"{name.title()} is set"
    suppressed = {word.strip() for word in mail.said("x-auto-response-suppress").split(",")}
    if suppressed & {"all", "oof", "autoreply"}:
        return "it asks for no automatic answer (X-Auto-Response-Suppress)"
    return ""


def _precedence(mail: Mail) -> str:
    for name in ("precedence", "x-precedence"):
        if mail.said(name) in {"bulk", "junk", "list", "auto_reply", "auto-reply"}:
            return f"Precedence: {mail.said(name)}"
    return ""


def _list(mail: Mail) -> str:
    for name in ("list-id", "list-unsubscribe", "list-post"):
        if mail.said(name):
            return f"from a mailing list ({name.title()})"
    return ""


def is_machine(address: str) -> bool:
    """Tell whether an address is one that machines write from, such as noreply@."""
    return bool(_MACHINES.fullmatch(address.partition("@")[0]))


def _machine_sender(mail: Mail) -> str:
    """A form's mail says by its Reply-To whom it speaks for, and that is a person."""
    answers_to = parseaddr(mail.said("reply-to"))[1]
    if not mail.sender or not is_machine(mail.sender):
        return ""
    return "" if answers_to and not is_machine(answers_to) else f"sent by {mail.sender}"


def _away(mail: Mail) -> str:
    """A subject alone proves nothing: people write about being away too."""
    if not _AWAY_SUBJECT.match(mail.subject):
        return ""
    answers = mail.said("in-reply-to") or mail.said("references")
    says_so = _AWAY_TEXT.search(mail.text[:4000])
    return "reads like an out-of-office notice" if answers or says_so else ""


RULES: tuple[Callable[[Mail], str], ...] = (
    _another_hub,
    _auto_submitted,
    _report,
    _null_sender,
    _auto_reply_headers,
    _precedence,
    _list,
    _machine_sender,
    _away,
)
