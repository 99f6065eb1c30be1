"""The people the utility serves, put on file as a billing system's people are: by an import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from contact_hub.customers.actions import importing
from contact_hub.customers.models import ImportRun
from contact_hub.sample.actions.extracting import write_full
from contact_hub.sample.errors import NotLoaded
from contact_hub.sample.rules.extracts import Plan
from contact_hub.sample.rules.town import Citizen

NEIGHBOURS = 240  # accounts beside those of the named people
AGE = timedelta(hours=2)  # of the extract


def move_in(citizens: Sequence[Citizen], plan: Plan, *, now: datetime) -> None:
    """Put everybody on file, with their bills, readings and payments; raise NotLoaded."""
    with TemporaryDirectory(prefix="alder-creek-") as place:
        write_full(Path(place), plan, citizens=tuple(citizens), at=now - AGE)
        run = importing.carry_out(importing.prepare(Path(place), by=None), now=now)
    if run.state != ImportRun.State.DONE:
        raise NotLoaded(run.trouble)
