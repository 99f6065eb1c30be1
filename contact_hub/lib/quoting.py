"""What somebody wrote, apart from what they quote and sign with."""

from __future__ import annotations

import re

from mailparser_reply import EmailReplyParser

READ_CHARACTERS = 200_000  # looked at; whatever lies further down is history
LIBRARY_CHARACTERS = 4_000  # its expressions take quadratic time on lines somebody made up
LIBRARY_LANGUAGES = ["de", "fr", "it", "nl", "pt", "pl", "da", "no", "sv", "ja", "cs"]
WINDOW = 4  # lines over which a mail program may fold "On … wrote:"

_WROTE = re.compile(
    r"^[\s>*_]*(?:on|el|a las|le|am|il|em|op|den|dne)\b.{3,400}?"
    r"\b(?:wrote|escribi[óo]|a écrit|schrieb|ha scritto|escreveu|schreef|skrev|napsal)"
    r"[^\n:]{0,200}:[*_\s]*$",
    re.IGNORECASE,
)
_WROTE_START = re.compile(r"[\s>*_]*(?:on|el|a las|le|am|il|em|op|den|dne)\b", re.IGNORECASE)
_RULE = re.compile(
    r"^\s*-{2,}\s*(?:original message|mensaje original|message d'origine|"
    r"urspr.ngliche nachricht|ursprungliche nachricht|mensagem original)\s*-{2,}\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"^\s*(?:-{2,}\s*(?:forwarded message|mensaje reenviado)\s*-{2,}|"
    r"begin forwarded message:|inicio del mensaje reenviado:)\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^[\s>*_]*(?:from|de)\s*:[*_]*\s*\S", re.IGNORECASE)
_FIELD = re.compile(
    r"^[\s>*_]*(?:sent|date|to|cc|subject|enviado(?: el)?|fecha|para|asunto)\s*:", re.IGNORECASE
)
_SIGNATURE = re.compile(r"^--\s?$")
_DEVICE = re.compile(
    r"^\s*(?:sent (?:from|via) |get outlook for |enviado (?:desde|con) |obtener outlook para |"
    r"enviado do |envoyé de(?:puis)? |von meinem .{2,30} gesendet)",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"^\s{0,3}>")
_FOREIGN = re.compile(
    r"^[\s>*_]*(?:von|da|van|från|fra|od|差出人)\s*:|:\s*\n+\s*>", re.IGNORECASE | re.MULTILINE
)


def split(text: str) -> tuple[str, str]:
    """Part `text` into what was said and the history and signature below (or above) it.

    A mail that only quotes or forwards says what it quotes: then nothing is split off. Answers
    between quoted lines keep those lines, since they make no sense without them.
    """
    lines = text[:READ_CHARACTERS].split("\n")
    rest = text[READ_CHARACTERS:]
    cut = _history(lines)
    said, quoted = lines[:cut], lines[cut:]
    if not _says(said):
        said, quoted = _below(lines, cut)
    said, quotes = _without_trailing_quotes(said)
    said, signature = _without_signature(said)
    if not _says(said):
        return text.strip("\n"), ""
    tail = "\n".join([*signature, *quotes, *quoted]) + rest
    return "\n".join(said).strip("\n").rstrip(), tail.strip("\n").rstrip()


def _history(lines: list[str]) -> int:
    """The line where the history begins; the number of lines when there is none."""
    for at, line in enumerate(lines):
        if _RULE.match(line) or _FORWARD.match(line) or _letterhead(lines, at):
            return _above_rule(lines, at)
        if _WROTE_START.match(line) and _attribution(lines, at):
            return at if not _answered_below(lines, at) else len(lines)
    return _foreign_history(lines)


def _attribution(lines: list[str], at: int) -> int:
    """How many lines from `at` on make up "On … wrote:"; 0 when they do not."""
    for height in range(1, WINDOW + 1):
        folded = " ".join(line.strip("> ") for line in lines[at : at + height])
        if len(folded) > 600:
            return 0
        if _WROTE.match(folded):
            return height
    return 0


def _letterhead(lines: list[str], at: int) -> bool:
    """Tell whether a block "From: … Sent: … To: … Subject: …" begins here, as Outlook writes it."""
    if not _FROM.match(lines[at]):
        return False
    return sum(bool(_FIELD.match(line)) for line in lines[at + 1 : at + 7]) >= 2


def _above_rule(lines: list[str], at: int) -> int:
    """Step over the rule that some programs draw above the history."""
    before = at - 1
    while before >= 0 and not lines[before].strip():
        before -= 1
    if before >= 0 and re.fullmatch(r"\s*[_-]{10,}\s*", lines[before]):
        return before
    return at


def _answered_below(lines: list[str], at: int) -> bool:
    """Tell whether new text stands below the quotes that an attribution opens."""
    below = lines[at + _attribution(lines, at) :]
    quoted = [bool(_QUOTE.match(line)) for line in below]
    if True not in quoted:
        return False
    after = [line for line, quote in zip(below, quoted, strict=True) if not quote]
    said, _signature = _without_signature(after)
    return _says(said)


def _below(lines: list[str], cut: int) -> tuple[list[str], list[str]]:
    """Nothing was said above the history: what stands below its quotes, if anything does."""
    return (lines, []) if cut < len(lines) else (lines[:cut], lines[cut:])


def _without_trailing_quotes(lines: list[str]) -> tuple[list[str], list[str]]:
    """Split off the quotes at the end, and a block of quotes at the beginning with its opening."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _QUOTE.match(lines[end - 1])):
        end -= 1
    if end == 0:
        return lines, []
    begin = _opening_quotes(lines[:end])
    return lines[begin:end], lines[:begin] + lines[end:]


def _opening_quotes(lines: list[str]) -> int:
    """Where the answer begins when all that is quoted stands above it; 0 when it does not."""
    at = 0
    while at < len(lines) and not lines[at].strip():
        at += 1
    at += _attribution(lines, at) if at < len(lines) else 0
    begin = at
    while at < len(lines) and (not lines[at].strip() or _QUOTE.match(lines[at])):
        at += 1
    quoted = any(_QUOTE.match(line) for line in lines[begin:at])
    interleaved = any(_QUOTE.match(line) for line in lines[at:])
    return at if quoted and not interleaved else 0


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    for at, line in enumerate(lines):
        if at and (_SIGNATURE.match(line) or (_DEVICE.match(line) and _short(lines[at:]))):
            return lines[:at], lines[at:]
    return lines, []


def _short(lines: list[str]) -> bool:
    """A line such as "Sent from my phone" ends a mail; in the middle of one it is prose."""
    return sum(bool(line.strip()) for line in lines) <= 2 and len(lines[0]) < 80


def _says(lines: list[str]) -> bool:
    return any(line.strip("> \t") and not _QUOTE.match(line) for line in lines)


def _foreign_history(lines: list[str]) -> int:
    """Ask the library for languages that are not ours; it splits at the first header it knows."""
    text = "\n".join(lines)[:LIBRARY_CHARACTERS]
    if not _FOREIGN.search(text):
        return len(lines)
    replies = EmailReplyParser(languages=[*LIBRARY_LANGUAGES]).read(text).replies
    if len(replies) < 2 or not replies[1].headers:
        return len(lines)
    first = replies[1].headers.strip().split("\n")[0].strip()
    if not first:
        return len(lines)
    return next((at for at, line in enumerate(lines) if line.strip() == first), len(lines))
