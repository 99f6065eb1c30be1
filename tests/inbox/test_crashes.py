"""Killed with -9 at every step of the way in and out: nothing lost, nothing stuck, once."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from contact_hub.carriers.registry import use
from contact_hub.inbox.actions import intake, replying
from contact_hub.inbox.models import Case, Envelope, Message
from contact_hub.jobs.actions import recover
from contact_hub.jobs.models import Job
from contact_hub.jobs.worker import run_due
from contact_hub.journal.models import Entry
from tests.inbox.dying import Noting

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]

WAY_IN = [
    ("contact_hub.inbox.vault", "keep", "after", 0),
    ("contact_hub.inbox.models.Envelope", "save", "before", 0),
    ("contact_hub.inbox.models.Envelope", "save", "after", 1),
    ("contact_hub.inbox.actions.intake", "_file", "before", 1),
    ("contact_hub.carriers.email.Email", "parse", "after", 1),
    ("contact_hub.inbox.actions.filing", "_place", "after", 1),
    ("contact_hub.inbox.actions.filing", "_write", "after", 1),
    ("contact_hub.inbox.actions.filing", "record", "after", 1),
    ("contact_hub.inbox.actions.filing", "file", "after", 1),
]
WAY_OUT = [
    ("contact_hub.inbox.actions.sending", "_claim", "before", 0),
    ("contact_hub.inbox.actions.sending", "_claim", "after", 0),
    ("contact_hub.inbox.actions.sending", "outbound", "after", 0),
    ("tests.inbox.dying.Noting", "send", "before", 0),
    ("tests.inbox.dying.Noting", "send", "after", 1),
    ("contact_hub.inbox.actions.sending", "_accepted", "before", 1),
    ("contact_hub.inbox.actions.sending", "_accepted", "after", 1),
]


def die(act, place, function, when, argument):
    """Run the process that dies; true when it died at the place."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    module, _, owner = (
        place.rpartition(".") if place[place.rfind(".") + 1].isupper() else (place, "", "")
    )
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "tests.inbox.dying", act, module),
            *(f"{owner}.{function}".lstrip("."), when, str(argument)),
        ],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": url,
            "HUB_POOL_SIZE": "0",
            "HUB_VAR": str(Path(argument).parent),
            "DJANGO_SETTINGS_MODULE": "contact_hub.settings",
        },
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr.decode()
    return ended.returncode != 0


@pytest.mark.parametrize(("place", "function", "when", "kept"), WAY_IN)
def test_a_mail_survives_the_death_of_its_door(
    place, function, when, kept, mail, mailbox, tmp_path, settings
):
    settings.BLOB_ROOT = tmp_path / "blobs"
    raw = tmp_path / "mail.eml"
    raw.write_bytes(mail())

    assert die("receive", place, function, when, raw)

    assert Envelope.objects.count() == kept
    if not kept:  # never acknowledged, so the sender's server offers it again
        intake.receive(raw.read_bytes(), door="lmtp", recipients=["billing@hub.test"])
    intake.sweep(timezone.now() + timedelta(minutes=5))
    assert Envelope.objects.get().state == "filed"
    assert (Message.objects.count(), Case.objects.count()) == (1, 1)
    assert Entry.objects.filter(verb="received").count() == 1


@pytest.mark.parametrize(("place", "function", "when", "accepted_before"), WAY_OUT)
def test_an_answer_survives_the_death_of_its_worker(
    place, function, when, accepted_before, make_case, ana, tmp_path
):
    ana.undo_seconds = 0
    message = replying.reply(make_case(), by=ana, body="Words", to=["rosa@cust.test"])
    accepted = tmp_path / "accepted"

    assert die("send", place, function, when, accepted)

    assert len(ids(accepted)) == accepted_before
    later = timezone.now() + timedelta(hours=1)
    with use("email", Noting(accepted)), time_machine.travel(later, tick=False):
        recover(now=later)
        run_due(later + timedelta(hours=1))
    message.refresh_from_db()
    troubles = list(Job.objects.exclude(state="done").values_list("state", "last_error"))
    assert (message.state, troubles) == ("accepted", [])
    assert set(ids(accepted)) == {message.message_id}
    assert len(ids(accepted)) <= 1 + accepted_before
    assert Entry.objects.filter(verb="sent").count() == 1


def ids(accepted):
    return accepted.read_text().split() if accepted.exists() else []
