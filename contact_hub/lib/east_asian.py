"""Recognising the double-byte charsets of East Asia in bytes that name none, or a wrong one.

Nearly any bytes can be read as Chinese, so that it is not enough that they can: nearly all of
what is no ASCII must be letters that are common in the language, and more than a few.
"""

from __future__ import annotations

import re

LOOK = 20_000  # bytes that are looked at
COMMON = 0.9  # the least share of common letters
PAIRED = 0.4  # the least share of high bytes beside another: accents stand alone
AMID_ASCII = 0.25  # the most that may stand beside an ASCII letter, as accents do
MOST_ASCII = 8  # ASCII letters to each of the others: more, and accents explain it as well

# The pairs that ordinary text is made of, in the order in which they exclude each other.
_PAIRS = (
    ("cp949", re.compile(rb"[\xb0-\xc8][\xa1-\xfe]|[\xa1\xa3][\xa1-\xfe]")),
    (
        "cp932",
        re.compile(
            rb"\x82[\x4f-\xf1]|\x83[\x40-\x96]|\x81[\x40-\x7e\x80-\xac]|"
            rb"[\x88-\x97][\x80-\xfc]|[\x89-\x97][\x40-\x7e]"
        ),
    ),
    ("big5hkscs", re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]|[\xa1-\xa3][\x40-\x7e\xa1-\xfe]")),
    ("gb18030", re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1\xa3][\xa1-\xfe]")),
)
_LETTERS = {  # at least one of these, or it is not the language
    "cp949": re.compile("[가-힣]"),
    "cp932": re.compile("[ぁ-ヿ一-鿿]"),
    "big5hkscs": re.compile("[一-鿿]"),
    "gb18030": re.compile("[一-鿿]"),
}
_ASCII_LETTER = re.compile("[A-Za-z]")
_BESIDE_ASCII = re.compile("[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
_HIGH = re.compile(rb"[\x80-\xff]+")


def recognised(data: bytes) -> tuple[str, str] | None:
    """Give the text and the codec when `data` reads like an East Asian language, else None."""
    sample = data[:LOOK]
    runs = [len(run) for run in _HIGH.findall(sample)]
    high = sum(runs)
    if not high or sum(run for run in runs if run > 1) < PAIRED * high:
        return None
    best = max(((_share(sample, codec, pairs), codec) for codec, pairs in _PAIRS), key=_first)
    share, codec = best
    if share < COMMON:
        return None
    try:
        text = data.decode(codec)
    except UnicodeError:
        return None
    return (text, codec) if _LETTERS[codec].search(text) else None


def _first(scored: tuple[float, str]) -> float:
    return scored[0]


def _share(sample: bytes, codec: str, pairs: re.Pattern[bytes]) -> float:
    """The share of common pairs among all that is no ASCII; 0 when there is too little of it."""
    text = sample.decode(codec, "ignore")
    others = [one for one in text if one > "\x7f"]
    common = sum(pairs.fullmatch(one.encode(codec, "ignore")) is not None for one in others)
    letters = len(_ASCII_LETTER.findall(text))
    enough = max(4, letters / MOST_ASCII) if letters else 2
    amid_ascii = len(_BESIDE_ASCII.findall(text))
    if common < enough or amid_ascii > AMID_ASCII * len(others):
        return 0.0
    return common / len(others)
