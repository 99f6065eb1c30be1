"""The few words of a message that a work list shows."""

from __future__ import annotations

LENGTH = 200


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
