"""Stored bytes that nothing refers to: of files taken off a draft, or of mail never filed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from contact_hub.inbox import vault
from contact_hub.inbox.models import Attachment, Envelope

KEEP = timedelta(days=1)  # bytes are stored before the row that refers to them is committed
BATCH = 500  # names asked for at a time


def remove(now: datetime) -> int:
    """Delete what has lain there for KEEP and belongs to no attachment and no mail; how many."""
    store, before = vault.blobs(), now - KEEP
    mail = set(Envelope.objects.exclude(blob="").values_list("blob", flat=True))
    removed = 0
    for names in _batches(name for name in store.names() if store.is_older(name, before)):
        files = Attachment.objects.filter(sha256__in=names).values_list("sha256", flat=True)
        for name in {*names}.difference(files, mail):
            if store.is_older(name, before):  # nobody has put it again meanwhile
                store.remove(name)
                removed += 1
    return removed


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(names, BATCH)):
        yield batch
