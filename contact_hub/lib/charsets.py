"""Bytes into text, whatever they claim to be written in."""

from __future__ import annotations

import codecs
import re

from contact_hub.lib.east_asian import recognised

REPLACEMENT = "�"

# What mail programs say, and what they mean. Asian names go to the superset that real senders
# use; the Western ones to the Windows code page whose letters fill the holes of ISO 8859-1.
ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi-x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "shift-jis": "cp932",
    "shift-jisx0213": "shift_jisx0213",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms-kanji": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
}
# Codecs that are no charset, or take quadratic time on bytes somebody made up.
REFUSED = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
WESTERN = {"cp1252", "iso8859-15"}

_ISO_2022 = re.compile(rb"\x1b(?:\$[@B(]|\([BIJ])")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NEWLINE = re.compile("\r\n?|[\u2028\u2029\x85]")


def decode(data: bytes, label: str = "") -> tuple[str, str]:
    """Turn `data`, said to be in charset `label`, into text that any database can hold.

    Returns the text and what was wrong, in words ("" when nothing was). Never raises.
    """
    if data.isascii() and b"\x1b" not in data and b"\x00" not in data and not _shifting(label):
        return clean(data.decode("ascii")), ""
    codec, defect = codec_of(label)
    text, guess = _with(data, codec)
    return clean(text), defect or guess


def codec_of(label: str) -> tuple[str, str]:
    """Name the Python codec meant by `label` ("" when unknown) and say what is wrong with it."""
    name = re.sub(r"[\s_]+", "-", label.strip("\"' \t\r\n").lower())
    if not name:
        return "", ""
    name = ALIASES.get(name, name)
    if re.fullmatch(r"[a-z0-9._:-]{1,40}", name) and name not in REFUSED:
        try:
            found = codecs.lookup(name)
        except (LookupError, ValueError):
            found = None
        if found is not None and found._is_text_encoding:  # noqa: SLF001  # no public name for it
            return found.name, ""
    return "", f"unknown charset “{clean(label)[:40]}”"


def clean(text: str) -> str:
    """Drop what no text column can hold (NUL, lone surrogates) and use one kind of line end."""
    if "\r" in text or not text.isascii():
        text = _NEWLINE.sub("\n", text)
    return _CONTROL.sub(_replaced, text)


def _replaced(match: re.Match[str]) -> str:
    one = match.group()
    if "\x80" <= one <= "\x9f":  # nobody writes these: it was Windows-1252 under another name
        return bytes([ord(one)]).decode("cp1252", "replace")
    return REPLACEMENT if one >= "\ud800" else ""


def _shifting(label: str) -> bool:
    """Tell whether plain ASCII bytes may mean something else in this charset."""
    return label.lower().lstrip("\"' ").startswith(("utf-7", "unicode-1-1-utf-7", "hz", "utf-16"))


def _with(data: bytes, codec: str) -> tuple[str, str]:
    """Decode by `codec`; where it does not fit, by what the bytes look like."""
    if codec and codec not in WESTERN and (text := _strictly(data, codec)) is not None:
        return text, ""
    said = codec or "no charset"
    sniffed = _sniff(data)
    if sniffed is not None:
        return sniffed, f"said to be {codec}, read as UTF-8" if codec in WESTERN else _not(codec)
    eastern = recognised(data)
    if eastern is not None:
        return eastern[0], f"said to be {said}, read as {eastern[1]}"
    if codec in WESTERN or not codec:
        return data.decode(codec or "cp1252", "replace"), ""
    if codec == "utf-8" and _mostly_foreign(data):
        return data.decode("cp1252", "replace"), "not UTF-8: read as Windows-1252"
    return _leniently(data, codec), f"some bytes are not {codec}"


def _not(codec: str) -> str:
    return f"not {codec}: read as what it looks like" if codec else ""


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def _leniently(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError, LookupError):  # a codec that cannot skip
        return data.decode("latin-1")


def _sniff(data: bytes) -> str | None:
    """Recognise a byte order mark, ISO 2022 escapes, or UTF-8 that is not merely ASCII."""
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :] if codec == "utf-8" else data, codec)
    if _ISO_2022.search(data):
        return _strictly(data, "iso2022_jp_ext")
    return None if data.isascii() else _strictly(data, "utf-8")


def _mostly_foreign(data: bytes) -> bool:
    """Tell whether hardly any of the non-ASCII bytes make UTF-8 sequences."""
    lost = data.decode("utf-8", "replace").count(REPLACEMENT)
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return lost * 2 >= high
