"""With which keys answers about customers are hashed: one place for who writes and who compares."""

from __future__ import annotations

from django.conf import settings

from contact_hub.lib.keyed import is_same, keyed


def keys() -> tuple[str, ...]:
    """The site's keys, newest first; without any it falls back to the secret key."""
    return tuple(settings.SEALING_KEYS) or (settings.SECRET_KEY,)


def kept(value: str, *, about: str) -> str:
    """What is stored of an answer; `about` as in "birth.<number in the billing system>"."""
    return keyed(value, about=about, key=keys()[0])


def fits(value: str, stored: str, *, about: str) -> bool:
    """Whether an answer is the one that was stored; takes as long when nothing was stored."""
    return is_same(value, stored, about=about, keys=keys())
