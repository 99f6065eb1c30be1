"""Putting the fictional utility into an empty database."""
