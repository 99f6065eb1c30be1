"""Why the sample is not put somewhere."""

from __future__ import annotations


class NotLoaded(Exception):
    """Some of the fictional customers did not fit; the words say which."""


class NotEmpty(Exception):
    """Something is there already: an office in the database, an extract in the directory."""
