"""The bus: tells every process that holds screens what has changed; best effort by design."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def publish(topics: Sequence[str], message: dict[str, Any]) -> None:
    """Tell all screens watching one of `topics`, once the current transaction has committed."""
