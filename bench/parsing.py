"""What it costs to understand a mail: CPU milliseconds for each kind, and seconds for the worst.

    .venv/bin/python -m bench.parsing

The floor in the same run is the standard library's parser with its compat32 policy, which splits
a mail into parts and decodes nothing; the ratio to it is what a later run compares with. The
worst mails are 35 MB each and made up to take long; none may take a second.
"""

from __future__ import annotations

import os
import time
from base64 import encodebytes
from collections.abc import Callable
from email.parser import BytesParser
from email.policy import compat32

import django
from django.conf import settings

if not settings.configured:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "contact_hub.settings")
    django.setup()

from contact_hub.carriers.email import fingerprint, parse  # after set-up

ROUNDS = 200
WORST = 35 * 1024 * 1024  # bytes

HEAD = b"""Received: from mx.cust.test by hub.test; Fri, 20 Nov 2026 09:00:01 -0600\r
From: Rosa Delgado <rosa@cust.test>\r
To: Billing <billing@hub.test>, "Water, Office" <water@hub.test>\r
Subject: =?utf-8?Q?Mi_factura_subi=C3=B3?=\r
Date: Fri, 20 Nov 2026 09:00:00 -0600\r
Message-ID: <one@cust.test>\r
References: <zero@hub.test>\r
In-Reply-To: <zero@hub.test>\r
MIME-Version: 1.0\r
"""
WORDS = b"My bill doubled in May and I do not know why, please look at the meter.\r\n"
PAGE = b"<p>My bill <b>doubled</b> in <a href='https://cust.test/'>May</a>.</p>\r\n"


def typed(kind: bytes, body: bytes, *headers: bytes) -> bytes:
    return HEAD + b"Content-Type: " + kind + b"\r\n" + b"".join(headers) + b"\r\n" + body


def many(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(b"--edge\r\nContent-Type: " + part + b"\r\n" for part in parts)
    return typed(b"multipart/" + kind + b'; boundary="edge"', body + b"--edge--\r\n")


TEXT = b"text/plain; charset=utf-8\r\n\r\n" + WORDS * 12
HTML = b"text/html; charset=utf-8\r\n\r\n<html><body>" + PAGE * 100 + b"</body></html>"
FILE = b"application/pdf; name=bill.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encodebytes(
    b"%PDF" * 50_000
)
EVERYDAY = {
    "plain, 2 kB": typed(b"text/plain; charset=utf-8", WORDS * 20),
    "reply with history": typed(
        b"text/plain; charset=utf-8",
        WORDS + b"\r\nOn Thu, Nov 19, 2026, Billing wrote:\r\n" + (b"> " + WORDS) * 40,
    ),
    "text and HTML, 8 kB": many(b"alternative", TEXT, HTML),
    "HTML only, 8 kB": typed(b"text/html; charset=utf-8", PAGE * 100),
    "attachment, 200 kB": many(b"mixed", TEXT, FILE),
}
HARD = {
    "attachment of 25 MB": many(
        b"mixed", TEXT, FILE.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + encodebytes(bytes(25 << 20))
    ),
    "lines of one letter": typed(b"text/plain", b"a\r\n" * (WORST // 3)),
    "nothing but NULs": typed(b"text/plain", bytes(WORST)),
    "nothing but headers": b"X-A: b\r\n" * (WORST // 8),
    "boundaries only": typed(b'multipart/mixed; boundary="x"', b"--x\n" * (WORST // 4)),
    "pages": typed(b'multipart/mixed; boundary="x"', (b"--x\nContent-Type: text/html\n\n"
                   + PAGE * 6000) * (WORST // (len(PAGE) * 6000))),
    "uuencode": typed(b"text/plain", b"begin 644 a\n" + b"#86)C\n" * (WORST // 7) + b"end\n"),
    "broken base64": typed(b"text/plain", b"a=b-" * (WORST // 4),
                           b"Content-Transfer-Encoding: base64\r\n"),
    "flowed": typed(b"text/plain; format=flowed", b"a \n" * (WORST // 3)),
    "deep HTML": typed(b"text/html", b"<blockquote>" * 390 + b"<p>a" * 100_000),
    "quotes": typed(b"text/plain", b"> On x wrote:\n" * (WORST // 14)),
}  # fmt: skip


def cpu(work: Callable[[bytes], object], raw: bytes, rounds: int) -> float:
    """CPU milliseconds of one round."""
    before = time.process_time()
    for _ in range(rounds):
        work(raw)
    return (time.process_time() - before) * 1000 / rounds


def main() -> None:
    floor = BytesParser(policy=compat32)
    print(f"{'everyday mail':24}{'parse ms':>10}{'fingerprint':>13}{'floor':>8}{'ratio':>8}")
    for name, raw in EVERYDAY.items():
        parsed = cpu(parse, raw, ROUNDS)
        least = cpu(floor.parsebytes, raw, ROUNDS)
        named = cpu(fingerprint, raw, ROUNDS)
        print(f"{name:24}{parsed:10.2f}{named:13.3f}{least:8.2f}{parsed / least:8.1f}")
    print(f"\n{'made up to take long':24}{'MB':>6}{'parse s':>10}{'fingerprint s':>15}")
    for name, raw in HARD.items():
        spent = [cpu(work, raw, 1) / 1000 for work in (parse, fingerprint)]
        print(f"{name:24}{len(raw) / 1e6:6.1f}{spent[0]:10.2f}{spent[1]:15.2f}")


if __name__ == "__main__":
    main()
