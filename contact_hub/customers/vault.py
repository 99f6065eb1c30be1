"""What of customers is kept under seal: rows that did not fit; and the key of hashes."""

from __future__ import annotations

import json
from functools import lru_cache

from django.conf import settings

from contact_hub.lib.sealing import Sealer


def hash_key() -> str:
    """The key that answers of customers are hashed with."""
    return str((settings.SEALING_KEYS or [settings.SECRET_KEY])[0])


def seal_row(row: list[str]) -> bytes:
    """Put a row of a file away."""
    text = json.dumps(row, ensure_ascii=False)
    return _sealer(_keys()).seal(text.encode("utf-8", "surrogateescape"))


def open_row(sealed: bytes | memoryview) -> list[str]:
    """Get a row back."""
    text = _sealer(_keys()).open(bytes(sealed)).decode("utf-8", "surrogateescape")
    return list(json.loads(text))


@lru_cache(maxsize=4)
def _sealer(keys: tuple[str, ...]) -> Sealer:
    return Sealer(keys)


def _keys() -> tuple[str, ...]:
    return tuple(settings.SEALING_KEYS) or (settings.SECRET_KEY,)
