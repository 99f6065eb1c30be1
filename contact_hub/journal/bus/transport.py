"""What every transport of the bus can do: send a line, and hear the lines of all processes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

Lines = AsyncIterator[str | None]  # None: lines may have been lost here


class Transport(ABC):
    """Carries lines from any process to all that listen; never waits for a listener."""

    LIMIT = 4000  # bytes of one line
    COMMITS = False  # True: a line sent in a transaction leaves with its commit

    @abstractmethod
    def send(self, line: str) -> None:
        """Hand a line on; losing it is allowed, raising or waiting long is not."""

    @abstractmethod
    def lines(self) -> AbstractAsyncContextManager[Lines]:
        """Subscribe; inside the context every line sent from now on is heard."""
