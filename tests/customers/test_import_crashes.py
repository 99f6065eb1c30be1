"""Killed with -9 at every step of an import: the next one goes on, and nothing is different."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from contact_hub.customers.actions import importing
from contact_hub.customers.actions.importing.locking import LOCK
from contact_hub.customers.models import Consent, Customer, Face, FormerFact, ImportRun, Point
from contact_hub.customers.rules.layout import FILES
from contact_hub.journal.models import Entry
from tests.customers import extracts

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
HERE = "contact_hub.customers.actions.importing"
STEPS = [
    ("running", "_take", "after", 1),
    ("staging", "make_tables", "after", 1),
    ("reading", "_put_by", "before", 2),
    ("reading", "_put_by", "after", 3),
    ("staging", "put_by", "after", 2),
    ("reading", "_keep_rejects", "after", 1),
    ("reading", "_compare", "before", 2),
    ("reading", "_refuse_twins", "after", 4),
    ("writing", "Writing.chunk", "before", 2),
    ("writing", "Writing.chunk", "after", 2),
    ("writing", "remember", "after", 1),
    ("writing", "Writing._write_rows", "after", 5),
    ("writing", "renew", "after", 1),
    ("points", "write", "after", 1),
    ("points", "settle_premises", "after", 1),
    ("running", "vanish", "before", 1),
    ("removing", "_mark", "after", 1),
    ("contradictions", "look", "after", 3),
    ("running", "welcome", "before", 1),
    ("running", "welcome", "after", 1),
    ("running", "_write", "after", 6),
    ("running", "_end", "before", 1),
    ("running", "_over", "after", 1),
    ("running", "_clear", "before", 1),
]
TIMES = {"id", "known_from", "known_to", "key"}  # of the run itself, not of what it says


def changed():
    """What the billing system says a week later."""
    accounts = [extracts.ACCOUNTS[0] | {"autopay": "Y", "balance": "95.00"}, {"account_id": "bad"}]
    accounts += [extracts.ACCOUNTS[0] | {"account_id": f"66{n:08}"} for n in range(5)]
    customer = extracts.CUSTOMERS[0] | {"phone1": "312 555 0199", "email": ""}
    bills = [extracts.BILLS[0] | {"usage": "400.0"}, *extracts.BILLS[1:], extracts.BILLS[1]]
    services = [extracts.SERVICES[0] | {"rate_code": "R-TOU"}]
    more = {"accounts": accounts, "customers": [customer], "bills": bills, "services": services}
    return extracts.EVERYTHING | more


@pytest.fixture
def place(tmp_path, settings):
    """An extract that changes much of what is on file; the office takes it with its misfits."""
    settings.VAR = tmp_path
    first = extracts.extract(tmp_path / "first", extracts.EVERYTHING)
    importing.carry_out(importing.prepare(first, by=None))
    later = "2026-03-09T04:00:00-06:00"
    return extracts.extract(tmp_path / "later", changed(), at=later, number="X2")


@pytest.fixture(autouse=True)
def tolerant(monkeypatch):
    """In an extract of ten rows one that does not fit is more than a hundredth."""
    from contact_hub.customers.rules import parameters

    monkeypatch.setitem(parameters.KNOWN, "import.rejects", parameters.Known(0.9, ""))


def snapshot():
    """Everything mirrored, without the numbers that only this database gave."""
    models = {apps.get_model(one.model) for one in FILES.values()} | {Point, FormerFact, Face}
    found = {}
    for model in models:
        names = []
        for field in model._meta.concrete_fields:
            if field.name in TIMES:
                continue
            if field.is_relation:
                other = field.related_model._meta
                own = [one.name for one in other.fields if one.name in ("external_id", "number")]
                names += [f"{field.name}__{one}" for one in own]
            else:
                names.append(field.name)
        found[model.__name__] = sorted(map(repr, model.objects.values_list(*names)))
    return found


def counts(run):
    return list(
        run.files.values_list("name", "state", "rows", "rejects", "new", "changed", "same", "gone")
    ), sorted(run.findings.values_list("file", "check_name", "count"))


def die(step, place, tmp_path):
    """Run the process that dies; true when it died at the place."""
    module, function, when, nth = step
    database = connection.settings_dict
    url = (
        f"sqlite:///{database['NAME']}"
        if connection.vendor == "sqlite"
        else f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    code = (
        "from contact_hub.customers.rules import parameters as p;"
        "p.KNOWN['import.rejects'] = p.Known(0.9, '');"
        "from tests.customers.dying import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, f"{HERE}.{module}", function, when, str(nth), str(place)],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": url,
            "HUB_POOL_SIZE": "0",
            "HUB_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "contact_hub.settings",
        },
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr.decode()
    if connection.vendor == "postgresql":  # the server notices in a moment that nobody is there
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s), pg_advisory_unlock(%s)", [LOCK, LOCK])
    return ended.returncode != 0


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[1]}-{step[2]}-{step[3]}")
def test_an_import_that_was_killed_goes_on_and_ends_as_if_nothing_had_been(
    step, place, tmp_path, monkeypatch
):
    assert die(step, place, tmp_path)

    run = importing.prepare(place, by=None)
    again = importing.carry_out(run)
    resumed, told = snapshot(), counts(ImportRun.objects.filter(extract="X2").order_by("pk")[0])

    assert again.state == "done", again.said
    assert Entry.objects.filter(verb="imported", subject=run.key).count() == 1
    expected, expected_counts = undisturbed(place, tmp_path)
    assert resumed == expected
    assert told == expected_counts


FIRST_STEPS = [
    ("staging", "put_by", "after", 3),
    ("writing", "Writing.chunk", "after", 2),
    ("running", "welcome", "before", 1),
    ("running", "_end", "before", 1),
]


@pytest.mark.parametrize("step", FIRST_STEPS, ids=lambda step: f"{step[1]}-{step[2]}-{step[3]}")
def test_a_first_import_that_was_killed_goes_on_too(step, tmp_path, settings):
    settings.VAR = tmp_path
    place = extracts.extract(tmp_path / "first", extracts.EVERYTHING)
    assert die(step, place, tmp_path)

    run = importing.carry_out(importing.prepare(place, by=None))

    assert (run.state, run.said) == ("done", "")
    assert not Customer.objects.filter(faces=None).exists()
    resumed, told = snapshot(), counts(run)
    empty()
    again = importing.carry_out(importing.prepare(place, by=None))
    assert (resumed, told) == (snapshot(), counts(again))


def test_who_was_written_by_somebody_else_meanwhile_is_changed(tmp_path, settings, monkeypatch):
    settings.VAR = tmp_path
    monkeypatch.setattr("contact_hub.customers.actions.importing.writing.CHUNK",
                        {True: 2, False: 2})  # fmt: skip
    place = extracts.extract(tmp_path / "first", extracts.EVERYTHING)

    def meanwhile(file):
        if (file.name, file.state, file.applied) == ("customers", "writing", 2):
            Customer.objects.create(external_id="C2", name="Somebody")

    run = importing.carry_out(importing.prepare(place, by=None), told=meanwhile)

    assert run.state == "done"
    assert Customer.objects.get(external_id="C2").name == "Kessler & Sons, Ltd."


def empty():
    """Remove all that imports have brought."""
    for model in (Consent, Point, *(apps.get_model(one.model) for one in reversed(FILES.values()))):
        if model is not Customer:
            model.objects.all().delete()
    for name in ("Service", "Account", "Premise", "Customer", "FormerFact", "ImportRun"):
        apps.get_model("customers", name).objects.all().delete()


def undisturbed(place, tmp_path):
    """The same two extracts, taken over in an empty database without any trouble."""
    empty()
    importing.carry_out(importing.prepare(tmp_path / "first", by=None))
    run = importing.carry_out(importing.prepare(place, by=None))
    return snapshot(), counts(run)
