"""What the inbox keeps under seal: raw mail, attachments, passwords of mailboxes."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from contact_hub.lib.blobs import BlobStore, Missing, Unopenable
from contact_hub.lib.sealing import NotSealed, Sealer, Tampered, UnknownKey

INLINE_BYTES = 64 * 1024  # raw mail up to this size stays in the row
CLOSED = (Missing, Unopenable, NotSealed, UnknownKey, Tampered)  # kept, but it cannot be had


@lru_cache(maxsize=4)
def _sealer(keys: tuple[str, ...]) -> Sealer:
    return Sealer(keys)


def sealer() -> Sealer:
    """The site's seal; without keys of its own it falls back to the secret key."""
    return _sealer(tuple(settings.SEALING_KEYS) or (settings.SECRET_KEY,))


def blobs() -> BlobStore:
    """The store of large bytes by their hash."""
    return BlobStore(settings.BLOB_ROOT, sealer())


def keep(raw: bytes) -> tuple[bytes, str]:
    """Put raw mail away: sealed bytes for the row, or its hash in the blob store."""
    if len(raw) <= INLINE_BYTES:
        return sealer().seal(raw), ""
    return b"", blobs().put(raw)


def fetch(sealed: bytes | memoryview, blob: str) -> bytes:
    """Get raw mail back; raise one of CLOSED."""
    return blobs().get(blob) if blob else sealer().open(bytes(sealed))
