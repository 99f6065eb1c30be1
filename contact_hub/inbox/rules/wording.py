"""The few words of a message that a work list shows, and what subjects say."""

from __future__ import annotations

import re

LENGTH = 200
ALIKE = 0.5  # share of the words of two subjects that both have
PREFIX = re.compile(r"^\s*((re|fw|fwd|aw|rv|tr)\s*:\s*|\[[^\]]*#\d+\]\s*)+", re.IGNORECASE)
WORD = re.compile(r"\w+")
SMALL = frozenset(
    {"a", "an", "and", "at", "for", "from", "has", "i", "in", "is", "it", "my", "of", "on", "or"}
    | {"our", "the", "to", "was", "your", "de", "el", "en", "la", "los", "mi", "un", "una", "y"}
)


def words(text: str) -> str:
    """Fold white space and cut at a word, so that at most 200 characters remain."""
    folded = " ".join(text[: LENGTH * 10].split())
    if len(folded) <= LENGTH:
        return folded
    cut = folded[: LENGTH - 1].rsplit(" ", 1)[0]
    return f"{cut[: LENGTH - 1]}…"


def answer_subject(subject: str) -> str:
    """The subject of an answer, with one Re:; none stays none."""
    return subject if not subject or subject[:3].lower() == "re:" else f"Re: {subject}"


def plain_subject(subject: str) -> str:
    """A subject without Re:, Fwd: and case tags, in one case of letters."""
    return " ".join(PREFIX.sub("", subject).casefold().split())


def alike(one: str, other: str) -> bool:
    """Whether two subjects speak of the same: at least half of their words, small ones aside."""
    ours, theirs = _telling(one), _telling(other)
    return bool(ours) and len(ours & theirs) >= ALIKE * len(ours | theirs)


def _telling(subject: str) -> frozenset[str]:
    return frozenset(WORD.findall(plain_subject(subject))) - SMALL
