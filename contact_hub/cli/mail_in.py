"""`./hub mail-in`: take in mail from a pipe or from files.

A mail server hands a message to a program and reads its exit code: 0 it is kept, 75 try again
later, 65 this is no message, 64 the command line is wrong, 66 a file cannot be read, 78 there is no
such mailbox. All but 0 and 75 make the server send the mail back, so whatever else goes wrong, be
it a wrong setting or a defect of the hub, is 75.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from contact_hub.cli import setup_django
from contact_hub.lib import mbox

PIPE = "-"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to take in, and where it comes from."""

    source: str  # a file's name and the message's number in it
    sender: str
    raw: bytes


class Refused(Exception):
    """A message is not taken; `code` tells the mail server what to do with it."""

    def __init__(self, words: str, *, code: int) -> None:
        super().__init__(words)
        self.code = code


def run(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _take_all(options)
    except Exception:  # noqa: BLE001  # the mail must not be sent back for a defect of ours
        traceback.print_exc()
        return os.EX_TEMPFAIL


def _take_all(options: argparse.Namespace) -> int:
    take = _understand if options.dry_run else _file(options)
    codes = [os.EX_OK]
    for source in options.files or [PIPE]:
        mails = _messages(source)
        while True:
            try:
                mail = next(mails, None)
            except OSError as error:
                sys.stderr.write(f"{source}: {error.strerror or error}\n")
                codes.append(os.EX_NOINPUT)
                break
            if mail is None:
                break
            codes.append(_one(mail, take, options))
    return _worst(codes)


def _one(mail: Mail, take: Callable[[Mail], dict[str, Any]], options: argparse.Namespace) -> int:
    """Take one message, say what became of it, and return its exit code."""
    try:
        told = take(mail)
    except Refused as refused:
        sys.stderr.write(f"{mail.source}: {refused}\n")
        return refused.code
    in_json = json.dumps({"source": mail.source, **told}, ensure_ascii=False) + "\n"
    try:
        sys.stdout.write(in_json if options.json else _in_words(mail, told))
        sys.stdout.flush()
    except OSError:  # nobody reads it, but the mail is kept
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123,SIM115  # until the process ends
    return os.EX_OK


def _messages(source: str) -> Iterator[Mail]:
    """The message on standard input, or each in a file; a file without any counts as one."""
    if source == PIPE:
        sender, raw = mbox.single(sys.stdin.buffer.read())
        yield Mail("standard input", sender, raw)
    else:
        with Path(source).open("rb") as lines:
            yield from _numbered(source, lines)


def _numbered(name: str, lines: Iterable[bytes]) -> Iterator[Mail]:
    number = 0
    for number, (sender, raw) in enumerate(mbox.messages(lines), 1):
        yield Mail(f"{name}, message {number}" if number > 1 else name, sender, raw)
    if number == 0:
        yield Mail(name, "", b"")


def _understand(mail: Mail) -> dict[str, Any]:
    """Only look: no database, nothing kept."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
    base = import_module("contact_hub.carriers.base")  # late: other uses need Django set up first
    _not_empty(mail)
    try:
        told: dict[str, Any] = import_module("contact_hub.cli.understanding").understood(mail.raw)
    except base.Unreadable as unreadable:
        raise Refused(str(unreadable), code=os.EX_DATAERR) from unreadable
    return told


def _file(options: argparse.Namespace) -> Callable[[Mail], dict[str, Any]]:
    """What keeps and files a message, once Django is set up."""
    setup_django()
    filing = import_module("contact_hub.cli.filing")

    def take(mail: Mail) -> dict[str, Any]:
        _not_empty(mail)
        try:
            told: dict[str, Any] = filing.file(
                mail.raw,
                sender=options.sender or mail.sender,
                recipients=options.recipient,
                mailbox=options.mailbox,
            )
        except filing.NotAMessage as no:
            raise Refused(str(no), code=os.EX_DATAERR) from no
        except filing.NoSuchMailbox as no:
            raise Refused(str(no), code=os.EX_CONFIG) from no
        except filing.TryAgain as trouble:
            raise Refused(f"try again later: {trouble}", code=os.EX_TEMPFAIL) from trouble
        return told

    return take


def _not_empty(mail: Mail) -> None:
    if not mail.raw.strip():
        raise Refused("there is no message in it", code=os.EX_DATAERR)


def _in_words(mail: Mail, told: dict[str, Any]) -> str:
    if "state" in told:
        case = f", case #{told['case']}" if told["case"] else ""
        return f"{mail.source}: {told['state']}{case}\n"
    always = ("from", "to", "cc", "date", "subject", "reply_text", "attachments", "defects")
    shown = [*always, *(name for name in ("auto_reply_reason", "bounce") if told[name])]
    lines = [f"{mail.source}: {told['size']} bytes"]
    lines += [f"  {name}: {_short(told[name])}" for name in shown]
    return "\n".join(lines) + "\n"


def _short(value: Any) -> str:
    match value:
        case {"address": address, "name": name}:
            return f"{name} <{address}>" if name else address
        case {"name": name, "size": size, "type": kind}:
            return f"{name} ({kind}, {size} bytes)"
        case {"reason": reason, "recipient": recipient}:
            return f"{recipient}: {reason}"
        case list():
            return ", ".join(map(_short, value)) or "none"
        case _:
            return str(value or "").replace("\n", "\n    ")


def _worst(codes: Sequence[int]) -> int:
    """What the caller must know first: that some of it must be handed in again."""
    gravest = (os.EX_TEMPFAIL, os.EX_CONFIG, os.EX_NOINPUT, os.EX_DATAERR, os.EX_OK)
    return next(code for code in gravest if code in codes)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(os.EX_USAGE, f"mail-in: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="./hub mail-in",
        allow_abbrev=False,
        description="Take in one message from standard input, or every message of the files.",
        epilog="Exit codes: 0 kept, 64 usage, 65 no message, 66 no input, 75 try again, 78 set-up.",
    )
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="a message or an mbox; - is a pipe"
    )
    parser.add_argument("--sender", default="", help="the envelope sender, if the server tells it")
    parser.add_argument(
        "--recipient", action="append", default=[], help="an envelope recipient (may repeat)"
    )
    parser.add_argument("--mailbox", default="", help="file under this address of ours")
    parser.add_argument("--dry-run", action="store_true", help="only tell what was understood")
    parser.add_argument("--json", action="store_true", help="a JSON object on a line per message")
    return parser
