"""Marks by which an answer finds its case: a signed tag in the address, a plain one in the subject.

The address tag is a secret between the hub and who was written to; the subject tag is only a
hint, for anybody can type it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32encode

LOCAL_LIMIT = 64  # characters left of the @, RFC 5321
SIGNATURE = 10  # base 32 characters: 50 bits

_TAGGED = re.compile(r"\+c([1-9][0-9]{0,17})\.([a-z2-7]{10})$", re.ASCII)
_SUBJECT_TAG = re.compile(r"\s*\[#([1-9][0-9]{0,17})\]", re.ASCII)


def reply_address(address: str, case_pk: int, key: str) -> str:
    """Give `address` a tag naming the case, signed with `key`: billing+c42.abcdefghij@hub.test.

    An address whose left side would become too long is given back as it is.
    """
    local, at, domain = without_tag(address).rpartition("@")
    tagged = f"{local}+c{case_pk}.{_signature(case_pk, key)}"
    if not at or len(tagged.encode()) > LOCAL_LIMIT or local.endswith('"'):
        return address
    return f"{tagged}@{domain}"


def case_of(address: str, key: str) -> int | None:
    """Name the case that `address` was made for; None unless the tag was signed with `key`."""
    found = _TAGGED.search(address.rpartition("@")[0].lower())
    if found is None:
        return None
    case_pk = int(found[1])
    return case_pk if hmac.compare_digest(found[2], _signature(case_pk, key)) else None


def without_tag(address: str) -> str:
    """Take the hub's own tag off `address`; any other plus tag stays."""
    local, at, domain = address.rpartition("@")
    found = _TAGGED.search(local.lower())
    return f"{local[: found.start()]}{at}{domain}" if found else address


def tag_subject(subject: str, case_pk: int) -> str:
    """Put [#42] at the end of `subject`, once; tags of other cases go."""
    plain = _SUBJECT_TAG.sub("", subject).strip()
    return f"{plain} [#{case_pk}]".strip()


def tagged_case(subject: str) -> int | None:
    """Name the case that the subject's last tag speaks of; unsigned, so only a hint."""
    found = _SUBJECT_TAG.findall(subject)
    return int(found[-1]) if found else None


def _signature(case_pk: int, key: str) -> str:
    message = f"contact-hub reply address:{case_pk}".encode()
    digest = hmac.new(key.encode(), message, hashlib.sha256).digest()
    return b32encode(digest)[:SIGNATURE].decode().lower()
