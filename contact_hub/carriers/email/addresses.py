"""Addresses as mail headers write them: names, comments, groups, quotes, and worse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contact_hub.carriers.base import Party
from contact_hub.carriers.email.words import decoded

MOST = 500  # addresses of one header
LIMIT = 64 * 1024  # bytes of one header
LONGEST = 254  # characters of an address
LONGEST_NAME = 200

_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]]{1,200}@[^\s@<>(),;:\"]{1,253}")
_QUOTED_LOCAL = re.compile(r'"(?:[^"\\]|\\.){0,200}"@[^\s@<>(),;:"]{1,253}')
_QUOTED = re.compile(r'((?:[^"\\]|\\.)*)"', re.DOTALL)
_SPECIAL = re.compile(r'[\\"()<>,;:]')


def parties(values: list[bytes], charset: str = "") -> tuple[Party, ...]:
    """Read address headers; one entry for each somebody they name, in order, each address once."""
    found: dict[str, Party] = {}
    for value in values:
        for piece in _Reader(value[:LIMIT].decode("utf-8", "surrogateescape")).pieces():
            party = _party(piece, charset)
            if party.address or party.name:
                found.setdefault(party.address or party.name, party)
            if len(found) >= MOST:
                break
    return tuple(found.values())


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


class _Piece:
    """One mailbox as it was written: what stands outside <>, inside, and in comments."""

    __slots__ = ("angle", "comment", "outside")

    def __init__(self) -> None:
        self.outside = ""
        self.angle: str | None = None
        self.comment = ""


class _Reader:
    """Cuts a header at its commas, minding quotes, comments, angles and groups."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0  # of comments
        self._inside = False  # of <>
        self._piece = _Piece()

    def pieces(self) -> Iterator[_Piece]:
        while found := _SPECIAL.search(self._text, self._at):
            self._add(self._text[self._at : found.start()])
            self._at = found.end()
            if self._mark(found[0]):
                yield self._piece
                self._piece, self._inside = _Piece(), False
        self._add(self._text[self._at :])
        yield self._piece

    def _mark(self, mark: str) -> bool:
        """Take one special character; true when the mailbox ends with it."""
        if mark == "\\":
            self._add(self._text[self._at : self._at + 1])
            self._at += 1
        elif mark in "()":
            self._depth = self._depth + 1 if mark == "(" else max(0, self._depth - 1)
        elif self._depth:
            self._add(mark)
        elif mark in ",;":
            return self._ends()
        else:
            self._open(mark)
        return False

    def _open(self, mark: str) -> None:
        if mark == '"':
            self._quoted()
        elif mark == "<":
            self._inside, self._piece.angle = True, ""
        elif mark == ">":
            self._inside = False
        elif self._inside:
            self._add(mark)
        else:  # a colon: what stood before it is the name of a group, or "mailto"
            self._piece.outside = ""

    def _ends(self) -> bool:
        """A comma inside <> is part of an old route, unless the > is just missing."""
        return not self._inside or "@" in (self._piece.angle or "").lstrip("@")

    def _quoted(self) -> None:
        """Take a quoted string; one without an end is no quote at all."""
        found = _QUOTED.match(self._text, self._at)
        if not found:
            return
        self._at = found.end()
        is_local_part = self._text[self._at : self._at + 1] == "@"
        self._add(f'"{found[1]}"' if is_local_part else re.sub(r"\\(.)", r"\1", found[1]))

    def _add(self, text: str) -> None:
        if self._depth:
            self._piece.comment += text
        elif self._inside:
            self._piece.angle = (self._piece.angle or "") + text
        else:
            self._piece.outside += text


def _party(piece: _Piece, charset: str) -> Party:
    outside, inside = piece.outside, piece.angle or ""
    address = _address(inside) or _address(outside)
    if not address and "=?" in outside + inside:  # the address itself was encoded
        outside = _decoded(f"{outside} {inside}", charset)
        address = _address(outside)
    name = outside if inside else re.sub(re.escape(address), "", outside, count=1, flags=re.I)
    name = _decoded(name if name.strip() else piece.comment, charset)
    name = name.strip("'\" ,;")
    if not address:
        name = name or _decoded(inside, charset)
    if address and _address(name) == address:
        name = ""
    return Party(address, name[:LONGEST_NAME])


def _address(text: str) -> str:
    """Find the address in `text`, lower case; "" when there is none one could write to."""
    found = _QUOTED_LOCAL.search(text) or _ADDRESS.search(text)
    if found is None:
        joined = re.sub(r"\s*([@.])\s*", r"\1", text)  # "rosa @ cust.test"
        found = _ADDRESS.search(joined)
    if found is None:
        return ""
    address = _decoded(found[0], "").strip(".").lower()
    return address if len(address) <= LONGEST and " " not in address.rpartition("@")[2] else ""


def _decoded(text: str, charset: str) -> str:
    return decoded(text.encode("utf-8", "surrogateescape"), charset)
