"""`./hub traffic`: play the customers of the fictional utility."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Sequence

from django.conf import settings

from contact_hub.sample.player import Player

SINK = "127.0.0.1:8025"


def run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./hub traffic",
        description="Let the people of Alder Creek write to the hub by LMTP, and answer it.",
    )
    parser.add_argument("--sink", default=SINK, help="where their mail server listens")
    parser.add_argument(
        "--every", type=float, default=25.0, metavar="SECONDS", help="between new letters"
    )
    parser.add_argument("--letters", type=int, metavar="N", help="end after N letters")
    parser.add_argument("--seed", type=int, help="the same seed writes the same letters")
    options = parser.parse_args(arguments)
    if settings.PRODUCTION or not settings.LMTP_LISTEN:
        sys.stderr.write("hub: traffic is for the demo, which listens for LMTP.\n")
        return 1
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the town's server need not chat
    host, _, port = settings.LMTP_LISTEN.rpartition(":")
    player = Player(
        hub=(host, int(port)), sink=options.sink, every=options.every, seed=options.seed
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: player.stop())
    player.start()
    player.run(most=options.letters)
    return 0
