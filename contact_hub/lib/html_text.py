"""The words of an HTML page as plain text: to search, to quote, and for mail that has no other."""

from __future__ import annotations

import re
from html.parser import HTMLParser

LIMIT = 1_000_000  # characters of markup that are read; nobody has written more by hand

_BREAKS = {"p", "div", "tr", "table", "ul", "ol", "blockquote", "pre", "section", "article"}
_BREAKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "dl", "dt", "dd", "center"}
_SPACED = {"p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre"}
_SILENT = {"script", "style", "head", "title", "template", "noscript"}
_SPACES = re.compile(r"[ \t\n\r\f\xa0\u200b\ufeff]+")
_BLANKS = re.compile(r"\n{3,}")


def to_text(html: str) -> str:
    """Say in plain text what `html` says: a line per block, "> " before quotes, links spelled out.

    Meant for sanitised markup: well formed, so that the time it takes grows with the length only.
    """
    reader = _Reader()
    reader.feed(html[:LIMIT])
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0  # of quotes
        self.silent = 0
        self.verbatim = 0
        self.href = ""
        self.since = 0  # where in the line the link began

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "br":
            self._flush()
        elif tag == "hr":
            self._block()
            self.line.append("---")
            self._flush()
        elif tag == "a":
            self.href, self.since = dict(attrs).get("href") or "", len(self.line)
        elif tag == "img":
            self.handle_data(dict(attrs).get("alt") or "")
        else:
            self._open(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "a":
            self._spell_out()
        elif tag in ("td", "th"):
            self.line.append(" ")
        elif tag in _BREAKS or tag == "li":
            self._close(tag)

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.verbatim:
            first, *rest = data.split("\n")
            self.line.append(first)
            for line in rest:
                self._flush()
                self.line.append(line)
        else:
            self.line.append(_SPACES.sub(" ", data))

    def text(self) -> str:
        self._block()
        return _BLANKS.sub("\n\n", "\n".join(self.lines)).strip("\n")

    def _open(self, tag: str) -> None:
        if tag == "li":
            self._block()
            self.line.append("- ")
        elif tag in _BREAKS:
            self._block()
            self._space(tag)
            self.depth += tag == "blockquote"
            self.verbatim += tag == "pre"

    def _close(self, tag: str) -> None:
        self._block()
        if tag == "blockquote":
            self.depth = max(0, self.depth - 1)
        if tag == "pre":
            self.verbatim = max(0, self.verbatim - 1)
        self._space(tag)

    def _space(self, tag: str) -> None:
        if tag in _SPACED and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self._mark().rstrip())

    def _block(self) -> None:
        if any(not piece.isspace() for piece in self.line):
            self._flush()
        else:
            self.line.clear()

    def _flush(self) -> None:
        line = "".join(self.line)
        line = line.rstrip() if self.verbatim else re.sub(" {2,}", " ", line).strip()
        self.lines.append((self._mark() + line).rstrip())
        self.line.clear()
        self.since = 0

    def _mark(self) -> str:
        return "> " * min(self.depth, 9)

    def _spell_out(self) -> None:
        href, self.href = self.href, ""
        words = "".join(self.line[self.since :]).strip()
        bare = href.removeprefix("mailto:").removeprefix("tel:").rstrip("/")
        if words and href and bare not in words and words not in bare:
            self.line.append(f" <{href}>")
