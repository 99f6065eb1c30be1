"""What of customers is kept under seal or as a hash: one place for who writes and who compares."""

from __future__ import annotations

import json
from functools import lru_cache

from django.conf import settings

from contact_hub.lib.keyed import is_same, keyed
from contact_hub.lib.sealing import Sealer


def keys() -> tuple[str, ...]:
    """The site's keys, newest first; without any it falls back to the secret key."""
    return tuple(settings.SEALING_KEYS) or (settings.SECRET_KEY,)


def kept(value: str, *, about: str) -> str:
    """What is stored of an answer; `about` as in "birth.<number in the billing system>"."""
    return keyed(value, about=about, key=keys()[0])


def fits(value: str, stored: str, *, about: str) -> bool:
    """Whether an answer is the one that was stored; takes as long when nothing was stored."""
    return is_same(value, stored, about=about, keys=keys())


def seal_row(row: list[str]) -> bytes:
    """Put a row of a file away."""
    text = json.dumps(row, ensure_ascii=False)
    return _sealer(keys()).seal(text.encode("utf-8", "surrogateescape"))


def open_row(sealed: bytes | memoryview) -> list[str]:
    """Get a row back."""
    text = _sealer(keys()).open(bytes(sealed)).decode("utf-8", "surrogateescape")
    return list(json.loads(text))


@lru_cache(maxsize=4)
def _sealer(keys: tuple[str, ...]) -> Sealer:
    return Sealer(keys)
