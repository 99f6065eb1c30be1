"""The certificate that the listeners show, read again when it was renewed."""

from __future__ import annotations

import logging
import os
import ssl

from django.conf import settings

log = logging.getLogger(__name__)


class Certificate:
    """What is in the files that the settings name; `context` is None when they name none.

    Raises OSError when it cannot be read at the beginning.
    """

    def __init__(self) -> None:
        self._cert = settings.MAIL_CERT_FILE
        self._key = settings.MAIL_KEY_FILE or None
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if self._cert else None
        self._seen: tuple[float, ...] = ()
        self._read()

    def look(self) -> None:
        """Take up a renewed certificate; trouble with it leaves the old one in use."""
        try:
            self._read()
        except OSError as trouble:
            log.warning("the renewed certificate cannot be read: %s", type(trouble).__name__)

    def _read(self) -> None:
        if self.context is None:
            return
        files = [self._cert, *([self._key] if self._key else [])]
        seen = tuple(os.stat(file).st_mtime for file in files)  # noqa: PTH116  # names, not paths
        if seen != self._seen:
            self.context.load_cert_chain(self._cert, self._key)
            self._seen = seen
