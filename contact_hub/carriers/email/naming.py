"""Names and kinds of files, as strangers give them and as they are safe to keep."""

from __future__ import annotations

import mimetypes
import re

from contact_hub.carriers.email.mime import read_head
from contact_hub.carriers.email.words import decoded, one_line
from contact_hub.lib import charsets

LONGEST = 150  # characters
VAGUE = {"application/octet-stream", "application/x-unknown", "text/plain"}

_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_ENDINGS = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/directory": ".vcf",
    "text/rtf": ".rtf",
    "text/plain": ".txt",
    "text/html": ".html",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "application/ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/octet-stream": ".bin",
}
_STEMS = {"application/ms-tnef": "winmail", "text/calendar": "invitation"}
_KINDS = mimetypes.MimeTypes()  # the tables of the language, the same on every machine


def safe(name: str) -> str:
    """Make a given name one that no file system, browser or reader is fooled by."""
    name = one_line(charsets.clean(name)).replace("\\", "/").rpartition("/")[2]
    name = _UNSAFE.sub("_", name).strip(" .")
    if len(name) > LONGEST:
        stem, dot, ending = name.rpartition(".")
        keep = f".{ending}" if dot and len(ending) <= 10 else ""
        name = (stem or name)[: LONGEST - len(keep)] + keep
    return name or "file"


def invented(kind: str, content: bytes, number: int) -> str:
    """Name a file that came without a name: an attached message by its subject."""
    if kind in ("message/rfc822", "message/global"):
        subject = decoded(read_head(content[:50_000]).first("subject"))
        return safe(f"{safe(subject.replace('/', '-'))[:80] if subject else 'message'}.eml")
    ending = _ENDINGS.get(kind) or _KINDS.guess_extension(kind) or ".bin"
    stem = _STEMS.get(kind) or {"image": "image", "audio": "sound"}.get(kind.partition("/")[0])
    return f"{stem}{ending}" if kind in _STEMS else f"{stem or 'file'}-{number}{ending}"


def kind_of(name: str) -> str:
    """Tell the content type by the name's ending."""
    return _KINDS.guess_type(name)[0] or "application/octet-stream"
