"""Text, names and bytes as a mail may carry them: 7 bits, short lines, no character cut."""

from __future__ import annotations

import binascii
import re
from base64 import b64encode
from urllib.parse import quote

CRLF = b"\r\n"
LINE = 76  # characters
WORD = 42  # bytes of text in one encoded word: 75 characters at most when encoded

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LONG_WORD = re.compile(rb"\S{70,}")
_NEWLINE = re.compile(r"\r\n?|\n")


def header(name: str, value: bytes) -> bytes:
    return name.encode() + b": " + value + CRLF


def words(text: str) -> bytes:
    """Write unstructured text, folded; as encoded words when it is not plain ASCII."""
    raw = text.encode("utf-8", "replace")
    if text.isascii() and text.isprintable() and "=?" not in text and not _LONG_WORD.search(raw):
        return _folded(raw)
    return _encoded(text)


def phrase(name: str) -> bytes:
    """Write a display name: bare, quoted, or as encoded words."""
    if not name.isascii() or not name.isprintable() or "=?" in name or len(name) > LINE:
        return _encoded(name)
    if _ATOMS.fullmatch(name):
        return name.encode()
    escaped = re.sub(r'(["\\])', r"\\\1", name)
    return f'"{escaped}"'.encode()


def ascii_domain(address: str) -> str:
    """Write the domain of an address in ASCII (IDNA); the local part stays as it is."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def text(content: str) -> tuple[str, bytes]:
    """Encode a text body; gives the name of the encoding and the bytes."""
    raw = _NEWLINE.sub("\r\n", content).encode("utf-8", "replace")
    if raw and not raw.endswith(CRLF):
        raw += CRLF
    short = all(len(line) <= LINE + 2 for line in raw.split(b"\n"))
    if raw.isascii() and short and b"\0" not in raw and not re.search(rb"^(?:From |\.)", raw, re.M):
        return "7bit", raw
    high = len(raw.translate(None, bytes(range(128))))
    if high * 4 > len(raw):  # quoted-printable would treble it
        return "base64", base64_lines(raw)
    return "quoted-printable", _quoted_printable(raw)


def base64_lines(content: bytes) -> bytes:
    """Base64 in lines of 76, for files of any size."""
    step = LINE // 4 * 3
    return CRLF.join(
        binascii.b2a_base64(content[at : at + step], newline=False)
        for at in range(0, len(content), step)
    ) + (CRLF if content else b"")


def parameter(name: str, value: str) -> bytes:
    """Write `; name=value`; names that are not plain ASCII also in RFC 2231's way, in sections."""
    value = "".join(char if char.isprintable() else "_" for char in value)
    plain = re.sub(r'["\\]', "_", value.encode("ascii", "replace").decode().replace("?", "_"))
    written = f';\r\n {name}="{plain[:150]}"'
    if value.isascii() and len(value) <= 150 and not re.search(r'["\\?]', value):
        return written.encode()
    escaped = re.findall(r"(?:%[0-9A-F]{2}|[^%]){1,20}", f"{quote(value, safe='')}")
    for number, piece in enumerate(escaped):
        start = "utf-8''" if number == 0 else ""
        written += f";\r\n {name}*{number}*={start}{piece}"
    return written.encode()


def _encoded(text: str) -> bytes:
    pieces = [b"=?utf-8?B?" + b64encode(piece) + b"?=" for piece in _pieces(text)]
    return (CRLF + b" ").join(pieces)


def _pieces(text: str) -> list[bytes]:
    """Cut text into pieces of at most WORD bytes, never inside a character."""
    pieces, piece = [], b""
    for char in text:
        encoded = char.encode("utf-8", "replace")
        if len(piece) + len(encoded) > WORD:
            pieces.append(piece)
            piece = b""
        piece += encoded
    return [*pieces, piece]


def _folded(raw: bytes) -> bytes:
    lines = [b""]
    for word in raw.split(b" "):
        if lines[-1].strip() and len(lines[-1]) + len(word) >= LINE - 12:
            lines.append(word)
        else:
            lines[-1] += (b" " if lines[-1] or len(lines) > 1 else b"") + word
    return (CRLF + b" ").join(lines)


def _quoted_printable(raw: bytes) -> bytes:
    """Text with CRLF line ends; a dot or "From " at the start of a line is hidden."""
    encoded = binascii.b2a_qp(raw, istext=True)
    encoded = re.sub(rb"^\.", b"=2E", encoded, flags=re.MULTILINE)
    encoded = re.sub(rb"^From ", b"=46rom ", encoded, flags=re.MULTILINE)
    return re.sub(rb"(?<!\r)\n", CRLF, encoded)
