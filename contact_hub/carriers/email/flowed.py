"""Text whose paragraphs were folded for the way (RFC 3676), unfolded."""

from __future__ import annotations

SIGNATURE = "-- "


def unfold(text: str, *, delete_space: str = "no") -> str:
    """Join the lines that end in a space with those that follow at the same depth of quotes.

    delete_space  the part's DelSp parameter: "yes" when the space itself is not part of the text
    """
    drop = delete_space.lower() == "yes"
    lines: list[list[str]] = []  # each of the pieces it was folded into
    flowing: int | None = None  # quote depth of the line that goes on
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        if flowing == depth and words != SIGNATURE:
            lines[-1].append(words)
        else:
            lines.append([("> " * depth).rstrip() + " " * bool(depth), words])
        flowing = depth if words.endswith(" ") and words != SIGNATURE else None
        if flowing is not None and drop:
            lines[-1][-1] = words[:-1]
    whole = ("".join(pieces) for pieces in lines)
    return "\n".join(line if line == SIGNATURE else line.rstrip() for line in whole)
