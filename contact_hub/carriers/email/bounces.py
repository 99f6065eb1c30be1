"""Reports that a message of ours did not arrive: the standard kind (RFC 3464), and plain words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from contact_hub.carriers.base import Bounce
from contact_hub.carriers.email import headers, status
from contact_hub.carriers.email.addresses import parties
from contact_hub.carriers.email.mime import Part, read_head
from contact_hub.carriers.email.transfer import undone
from contact_hub.carriers.email.words import decoded, one_line

READ = 50_000  # characters or bytes of a report that are looked at
RETURNED = {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
STATUS = {"message/delivery-status", "message/global-delivery-status"}
QUOTED = 200  # characters of what the server said

_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mdaemon|mailerdaemon)@?", re.I)
_SUBJECT = re.compile(
    r"\s*(?:\[?postmaster\]?:? *|warning: *|mail system error[ :-]*)?(?:"
    r"(?:(?:your )?(?:message|mail) )?(?:undeliver|could not (?:be (?:sent|delivered)|send))|"
    r"(?:message|mail) (?:is |was |has been )?delayed|delayed (?:mail|message)|non-?deliver|"
    r"failure notice|returned mail|(?:e-?mail |mail )?delivery (?:status|failure|has failed|"
    r"failed|problem|incomplete|delayed|deferred|notification|system)|"
    r"no se (?:ha )?(?:pudo|podido|puede) entregar|(?:correo |mensaje )?(?:no entregad|devuelto))",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"this is the qmail-send program|wasn't able to deliver your message|"
    r"this message was created automatically by mail delivery software|"
    r"delivery has failed to these recipients|(?:did not|couldn't) reach (?:some or all of )?the "
    r"(?:intended|following) recipient|this is the mail system at host|"
    r"sorry to have to inform you that your message could not|"
    r"following addresses had (?:permanent fatal|transient non-fatal) errors",
    re.IGNORECASE,
)
OPENING = 1000  # characters in which a mail system says what this is
_DELAYED = re.compile(
    r"not (?:yet )?been delivered yet|has not yet been delivered|will (?:continue|keep) (?:to )?"
    r"try|(?:delivery|message) (?:is |has been |was )?delayed|do not need to resend|"
    r"se seguir[áa] intentando",
    re.IGNORECASE,
)
_RETURNED_ID = re.compile(r"^[ \t>]*Message-ID:\s*<([^<>\s]{1,998})>", re.IGNORECASE | re.MULTILINE)
_RECIPIENT = (
    re.compile(r"^[ \t]*<([^<>\s@]+@[^<>\s]+)>:[ \t]*$", re.MULTILINE),  # qmail
    re.compile(r"^[ \t]*<([^<>\s@]+@[^<>\s]+)>:", re.MULTILINE),  # Postfix
    re.compile(r"[\w.' -]{0,80}\(([^()\s@]+@[^()\s]+)\)"),  # Exchange
    re.compile(r"^[ \t]+([^\s<>@:;,]+@[^\s<>@:;,]+)[ \t]*$", re.MULTILINE),  # Exim
    re.compile(r"<?([^\s<>@:;,()\"]+@[^\s<>@:;,()\"]+)>?"),
)
_COPY = re.compile(
    r"^(?:-+ ?(?:this is a copy|below this line|original message|returned message)|"
    r"original message headers:|return-path:|received:)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of one recipient."""

    recipient: str
    action: str
    code: str
    said: str


def read(root: Part, *, sender: str, subject: str, text: str) -> Bounce | None:
    """Understand `root` as a report of a message of ours; None when it is none."""
    reports = [part for part in root.walk() if part.kind in STATUS]
    if reports:
        fates = [fate for part in reports for fate in _fates(part)]
        return _bounce(fates, _returned(root, text))
    text = text[:READ]
    if _is_plain_report(root, sender, subject, text):
        return _plain(root, text)
    return None


def _fates(part: Part) -> list[_Fate]:
    """Read the block of every recipient in a delivery-status part."""
    body = undone(part.body, part.first("content-transfer-encoding"))[0][:READ]
    body = body or b"\n\n".join(child.body for child in part.children)
    blocks = [read_head(block) for block in re.split(rb"\r?\n[ \t]*\r?\n", body.strip())]
    return [fate for block in blocks if (fate := _fate(block)).recipient]


def _fate(block: Part) -> _Fate:
    named = block.first("original-recipient") or block.first("final-recipient")
    recipient = _address(named) or _address(block.first("final-recipient"))
    said = decoded(block.first("diagnostic-code")).partition(";")[2].strip()
    code = status.find(decoded(block.first("status")))
    if code in ("", "5.0.0", "4.0.0") and status.find(said):
        code = status.find(said)
    action = decoded(block.first("action")).lower().split(" ")[0]
    if not action and code:
        action = "failed" if status.is_permanent(code) else "delayed"
    return _Fate(recipient, action, code, said)


def _address(value: bytes) -> str:
    found = parties([value.partition(b";")[2] or value])
    return found[0].address if found else ""


def _bounce(fates: Sequence[_Fate], message_id: str) -> Bounce | None:
    failed = [fate for fate in fates if fate.action == "failed"]
    delayed = [fate for fate in fates if fate.action == "delayed"]
    if not failed and not delayed:
        return None
    first, *others = failed or delayed
    code = first.code or ("5.0.0" if failed else "4.0.0")
    return Bounce(
        message_id=message_id,
        recipient=first.recipient,
        status=code,
        permanent=bool(failed) and status.is_permanent(code),
        reason=_reason(code, first.said),
        delayed=not failed,
        others=tuple(dict.fromkeys(fate.recipient for fate in others)),
    )


def _reason(code: str, said: str) -> str:
    said = one_line(said)[:QUOTED]
    return f"{status.words(code, said)} ({said or code})"


def _returned(root: Part, text: str) -> str:
    """Find the id of our message: in what was sent back, in the text, in the threading headers."""
    for part in root.walk():
        if part.kind in RETURNED:
            raw = undone(part.body, part.first("content-transfer-encoding"))[0]
            found = headers.ids(read_head(raw[:READ]).fields.get("message-id", []))
            if found:
                return found[0]
    quoted = _RETURNED_ID.search(text[:READ])
    if quoted:
        return quoted[1]
    named = headers.ids(root.fields.get("in-reply-to", []) + root.fields.get("references", []))
    return named[-1] if named else ""


def _is_plain_report(root: Part, sender: str, subject: str, text: str) -> bool:
    """Tell a report in plain words from an out-of-office notice, which comes from nobody too.

    A subject proves little: the notice bears that of our own mail, whatever the matter is called.
    """
    if root.first("x-failed-recipients"):
        return True
    by_daemon = bool(_DAEMON.match(sender))
    if not by_daemon and root.first("return-path").strip() != b"<>":
        return False
    if _OPENING.search(text[:OPENING]):
        return True
    told = _told(text)
    reason = status.find(told) or _DELAYED.search(told)
    return by_daemon and bool(reason and _SUBJECT.match(subject))


def _told(text: str) -> str:
    """What the report itself says, above the copy of our message."""
    copy = _COPY.search(text)
    return text[: copy.start()] if copy else text


def _plain(root: Part, text: str) -> Bounce | None:
    told = _told(text)
    delayed = bool(_DELAYED.search(told))
    recipient = _address(root.first("x-failed-recipients")) or _named(told)
    found = status.find(told)
    if not (recipient or found or delayed):
        return None
    code = found or ("4.0.0" if delayed else "5.0.0")
    return Bounce(
        message_id=_returned(root, text),
        recipient=recipient,
        status=code,
        permanent=status.is_permanent(code) and not delayed,
        reason=_reason(code, _said(told)),
        delayed=delayed,
    )


def _named(text: str) -> str:
    for pattern in _RECIPIENT:
        for found in pattern.finditer(text):
            address = found[1].strip(".,").lower()
            if not _DAEMON.match(address):
                return address
    return ""


def _said(text: str) -> str:
    """The line in which the other server speaks."""
    lines = [line.strip() for line in text.split("\n")]
    return next((line for line in lines if re.search(r"(?<!\d)[45]\d\d[ -]", line)), "")
