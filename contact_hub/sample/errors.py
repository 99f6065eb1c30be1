"""Why the sample is not put somewhere."""

from __future__ import annotations


class NotEmpty(Exception):
    """The database holds an office already; a fictional one has no business in it."""
