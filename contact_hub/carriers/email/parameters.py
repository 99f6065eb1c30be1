"""Headers of the form "value; name=value": content type, disposition, with RFC 2231 names."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from contact_hub.carriers.email.words import decoded
from contact_hub.lib import charsets

Parameters = dict[str, str]
LIMIT = 8_000  # characters of one header

_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))', re.DOTALL)
_SECTION = re.compile(r"(.+?)\*(?:(\d{1,3})(\*)?)?$")


def parameters(raw: bytes) -> tuple[str, Parameters]:
    """Split a header into its lower-case value and its parameters, decoded, by lower-case name."""
    text = raw[:LIMIT].decode("utf-8", "surrogateescape")
    value = re.split(r"[;\s]", text.strip(), maxsplit=1)[0].strip("\"',").lower()
    plain: Parameters = {}
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, quoted, bare in _PARAMETER.findall(text):
        name = name.lower()  # noqa: PLW2901  # the same name, as it is looked up
        content = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip().strip('"')
        section = _SECTION.match(name)
        if section:
            number, encoded = int(section[2] or 0), section[3] == "*" or section[2] is None
            sections.setdefault(section[1], {})[number] = (encoded, content)
        else:
            plain.setdefault(name, content)
    plain = {name: _plain(name, content) for name, content in plain.items()}
    return value, plain | {name: _joined(parts) for name, parts in sections.items()}


def _plain(name: str, content: str) -> str:
    """Decode encoded words, which many programs put where RFC 2231 belongs."""
    if name == "boundary" or (content.isascii() and "=?" not in content):
        return content
    return decoded(content.encode("utf-8", "surrogateescape"))


def _joined(parts: dict[int, tuple[bool, str]]) -> str:
    """Put the sections of an RFC 2231 value together: charset'language'percent-encoded."""
    charset, data = "utf-8", b""
    for number in sorted(parts):
        encoded, content = parts[number]
        if encoded and number == min(parts) and content.count("'") >= 2:
            charset, _language, content = content.split("'", 2)
        raw = content.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if encoded else raw
    return charsets.decode(data, charset)[0]
