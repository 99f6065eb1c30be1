"""What the hub makes of a mail, as JSON: for `./hub mail-in --dry-run`; needs no database."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings

from contact_hub.carriers.base import Bounce, File, Inbound, Party
from contact_hub.carriers.email import fingerprint, parse, tokens


def understood(raw: bytes) -> dict[str, Any]:
    """Tell what `raw` says; raise Unreadable when nothing can be made of it."""
    inbound = parse(raw)
    return {
        "from": _party(inbound.sender),
        "reply_to": [_party(party) for party in inbound.reply_to],
        "to": [_party(party) for party in inbound.to],
        "cc": [_party(party) for party in inbound.cc],
        "date": inbound.sent_at.isoformat() if inbound.sent_at else None,
        "subject": inbound.subject,
        "text": "\n\n".join(filter(None, (inbound.text, inbound.quoted))),
        "reply_text": inbound.text,
        "quoted": inbound.quoted,
        "html": inbound.html,
        "attachments": [_file(file) for file in inbound.files],
        "thread": _thread(inbound),
        "auto_reply": bool(inbound.automatic),
        "auto_reply_reason": inbound.automatic,
        "bounce": _bounce(inbound.bounce),
        "defects": list(inbound.defects),
        "size": len(raw),
        "fingerprint": fingerprint(raw),
    }


def _party(party: Party) -> dict[str, str]:
    return {"name": party.name, "address": party.address}


def _file(file: File) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": file.content_type,
        "size": len(file.content),
        "sha256": hashlib.sha256(file.content).hexdigest(),
        "content_id": file.content_id,
        "inline": file.inline,
    }


def _thread(inbound: Inbound) -> dict[str, Any]:
    addresses = [party.address for party in (*inbound.to, *inbound.cc)]
    cases = (tokens.case_of(address, settings.SECRET_KEY) for address in addresses)
    return {
        "message_id": inbound.message_id,
        "in_reply_to": inbound.in_reply_to,
        "references": list(inbound.references),
        "reply_token_case": next(filter(None, cases), None),
        "subject_tag_case": tokens.tagged_case(inbound.subject),
    }


def _bounce(bounce: Bounce | None) -> dict[str, Any] | None:
    if bounce is None:
        return None
    return {
        "message_id": bounce.message_id,
        "recipient": bounce.recipient,
        "status": bounce.status,
        "permanent": bounce.permanent,
        "delayed": bounce.delayed,
        "reason": bounce.reason,
    }
