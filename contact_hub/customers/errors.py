"""Why something about a customer was refused."""

from __future__ import annotations


class Refused(Exception):
    """A verb met a state of the world in which it must not happen; nothing was changed."""
