"""Plain text as the HTML part of a mail: paragraphs, line breaks and links, nothing else."""

from __future__ import annotations

import html
import re

LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def as_html(text: str) -> str:
    """Turn plain text into safe HTML that reads the same."""
    paragraphs = re.split(r"\n[ \t]*\n", text.strip("\n"))
    return "\n".join(f"<p>{_lines(paragraph)}</p>" for paragraph in paragraphs)


def _lines(paragraph: str) -> str:
    escaped = []
    end = 0
    for link in LINK.finditer(paragraph):
        escaped.append(html.escape(paragraph[end : link.start()]))
        url = html.escape(link.group())
        escaped.append(f'<a href="{url}">{url}</a>')
        end = link.end()
    escaped.append(html.escape(paragraph[end:]))
    return "".join(escaped).replace("\n", "<br>\n")
