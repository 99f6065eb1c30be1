"""Structured logs: one JSON object a line in production, words for people otherwise.

What a line never carries: the text of messages, addresses, and what exceptions quote of either.
An exception is told by its type and the places it went through; its own words and the values of
variables stay out, because a parser's complaint usually cites the mail it complains about.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.types import Processor

Event = MutableMapping[str, Any]
FRAMES = 12  # of an exception's innermost places
ADDRESS = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=]+")
ANSWERED = "django.request"  # its warnings are refusals (4xx): nothing broke
TOP_KEYS = ("timestamp", "level", "logger", "event")


def where_it_broke(_logger: Any, _method: str, event: Event) -> Event:
    """Replace exception information by types and places; of a refusal leave it out."""
    info = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if info is True:
        info = structlog.processors._figure_out_exc_info(info)  # noqa: SLF001  # as structlog does
    error = info[1] if isinstance(info, tuple) else info
    refused = event.get("logger") == ANSWERED and event.get("level") == "warning"
    if isinstance(error, BaseException) and not refused:
        event["exception"] = [_told(one) for one in _chain(error)]
    return event


def without_addresses(_logger: Any, _method: str, event: Event) -> Event:
    """Mask whatever looks like an email address in the line's words."""
    for key, value in event.items():
        if isinstance(value, str) and "@" in value:
            event[key] = ADDRESS.sub("…@…", value)
    return event


def in_order(_logger: Any, _method: str, event: Event) -> Event:
    """Put when, how bad, who and what first; the rest as it came."""
    first = {key: event.pop(key) for key in TOP_KEYS if key in event}
    return first | dict(event)


def configure(*, as_json: bool, level: str) -> dict[str, Any]:
    """Set structlog up and return the matching dictionary for `logging.config`."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(allow=()),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        where_it_broke,
        without_addresses,
        in_order,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared[:3],
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared[4:],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: Processor = structlog.processors.LogfmtRenderer()
    if as_json:
        last = structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
                "foreign_pre_chain": shared,
                "use_get_message": True,
            }
        },
        "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["out"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
            "mail.log": {"level": "WARNING"},  # aiosmtpd tells each address below that
        },
    }


def _chain(error: BaseException) -> list[BaseException]:
    """The exception and what caused it, outermost first."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return chain


def _told(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    kind = type(error)
    return {
        "type": f"{kind.__module__}.{kind.__qualname__}",
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
