"""A browser's User-Agent line in a few words that its owner recognises."""

from __future__ import annotations

BROWSERS = (  # the first that is found names it: most of them also claim to be the later ones
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
HANDHELD = frozenset({"iPhone", "iPad", "Android"})


def browser(user_agent: str) -> str:
    """The browser's name; "" when the line names none we know."""
    return _first(BROWSERS, user_agent)


def system(user_agent: str) -> str:
    """The operating system or the kind of telephone; "" when unknown."""
    return _first(SYSTEMS, user_agent)


def is_handheld(user_agent: str) -> bool:
    return system(user_agent) in HANDHELD


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
