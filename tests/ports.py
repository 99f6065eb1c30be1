"""Ports for the servers of tests: below those that the system gives to whoever calls out."""

from __future__ import annotations

import os
import socket
from itertools import count

LOWEST, EACH, MOST = 20_000, 1_000, 12  # every process of a parallel run has a range of its own


def _first() -> int:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return LOWEST + worker % MOST * EACH + os.getpid() % EACH  # two runs begin apart


_tried = count(_first())


def free_port() -> int:
    """A port that nobody listens on, given to nobody else in this run."""
    for number in _tried:
        port = LOWEST + (number - LOWEST) % (EACH * MOST)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError  # the count has no end
