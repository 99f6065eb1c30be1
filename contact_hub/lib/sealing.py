"""Bytes sealed with a key, so that who reads the disk or the database reads nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
KEY_ID = 4  # bytes
NONCE = 12
HEAD = len(VERSION) + KEY_ID + NONCE


class NotSealed(Exception):
    """The bytes are not something that was sealed here."""


class UnknownKey(Exception):
    """Sealed with a key that is not among the keys given."""


class Tampered(Exception):
    """Changed since they were sealed, or sealed for another place."""


class Sealer:
    """AES-256-GCM under the newest of several keys; the older ones still open what they sealed.

    keys  pass phrases or random strings, newest first; each is stretched to 256 bits by HKDF
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or not all(keys):
            raise ValueError("sealing needs at least one key, and none may be empty")
        self._keys = dict(reversed([_stretched(key) for key in keys]))
        self._newest = _stretched(keys[0])[0]

    def seal(self, plain: bytes, *, about: bytes = b"") -> bytes:
        """Seal `plain`; it opens only with the same `about` (the place it belongs to)."""
        nonce = os.urandom(NONCE)
        sealed = self._keys[self._newest].encrypt(nonce, plain, about)
        return VERSION + self._newest + nonce + sealed

    def open(self, sealed: bytes, *, about: bytes = b"") -> bytes:
        """Give back what was sealed; raise NotSealed, UnknownKey or Tampered."""
        sealed = bytes(sealed)
        if len(sealed) < HEAD + 16 or sealed[:1] != VERSION:
            raise NotSealed("these bytes were not sealed by the hub")
        key = self._keys.get(sealed[1 : 1 + KEY_ID])
        if key is None:
            raise UnknownKey("sealed with a key that is not configured here any more")
        try:
            return key.decrypt(sealed[1 + KEY_ID : HEAD], sealed[HEAD:], about)
        except InvalidTag:
            raise Tampered("the sealed bytes were changed, or belong elsewhere") from None


def _stretched(key: str) -> tuple[bytes, AESGCM]:
    """Give the key's short public name and the cipher under it."""
    stretch = HKDF(SHA256(), length=32 + KEY_ID, salt=None, info=b"contact-hub sealing 1")
    long = stretch.derive(key.encode())
    return long[32:], AESGCM(long[:32])
