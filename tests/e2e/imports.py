"""Imports as leads meet them: one only looked at, one with refused rows, one under way."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

from django.utils import timezone

from contact_hub.customers.actions import importing
from contact_hub.customers.models import ImportRun
from tests.customers.extracts import ACCOUNTS, EVERYTHING, extract

MANY = 120  # rows of which one does not fit, which is not too many


def stage() -> tuple[int, int, int]:
    """Make them in the database at hand; their numbers."""
    folder, now = Path(mkdtemp()), timezone.now()
    more = [ACCOUNTS[0] | {"account_id": f"77{n:08}"} for n in range(MANY)]
    misfit = ACCOUNTS[1] | {"balance": "12,00", "past_due": "90.00"}
    files = EVERYTHING | {"accounts": [ACCOUNTS[0], misfit, *more]}

    def made(number: str, *, preview: bool = False) -> ImportRun:
        place = extract(folder / number, files, number=number, kind="delta", at=now.isoformat())
        return importing.prepare(place, by=None, preview=preview)

    looked = importing.carry_out(made("X1", preview=True))
    refusing = importing.carry_out(made("X2"))
    running = made("X3")
    running.files.filter(name="customers").update(state="reading", rows=1)
    ImportRun.objects.filter(pk=running.pk).update(
        state=ImportRun.State.RUNNING, token="elsewhere", beat_at=now + timedelta(days=1)
    )
    return looked.pk, refusing.pk, running.pk
