"""The import's screens: preview, take, progress, refused rows out and mended rows in."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from contact_hub.customers.models import Account, ImportRun
from contact_hub.customers.rules import parameters
from contact_hub.jobs.worker import run_due
from contact_hub.journal.models import Entry
from tests.customers.extracts import ACCOUNTS, EVERYTHING, extract

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_place(settings, tmp_path):
    settings.VAR = tmp_path / "var"
    settings.IMPORT_DIR = str(tmp_path / "drop")
    (tmp_path / "drop").mkdir()


@pytest.fixture
def desk(client, lee):
    client.force_login(lee)
    return client


def uploads(folder):
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]


def test_an_extract_that_lies_there_is_looked_at_and_then_taken(desk, tmp_path):
    extract(tmp_path / "drop" / "monday", EVERYTHING)
    assert "monday" in desk.get("/tend/import/").content.decode()

    answer = desk.post("/tend/import/start/", {"place": "monday", "act": "preview"})
    run_due()

    seen = ImportRun.objects.get()
    page = desk.get(answer.url).content.decode()
    assert (seen.state, seen.preview, Account.objects.count()) == ("done", True, 0)
    assert "accounts.csv" in page
    taken = desk.post(f"/tend/import/{seen.pk}/take/")
    run_due()
    assert Account.objects.count() == 2
    assert "Done" in desk.get(taken.url).content.decode()


@pytest.mark.parametrize("archive", [False, True])
def test_an_extract_is_uploaded_and_its_files_do_not_stay(desk, tmp_path, archive):
    folder = extract(tmp_path / "x", EVERYTHING, packed="archive" if archive else "")
    files = [SimpleUploadedFile("x.zip", folder.read_bytes())] if archive else uploads(folder)

    answer = desk.post("/tend/import/start/", {"files": files, "act": "take"})
    run_due()

    assert answer.status_code == 302
    assert ImportRun.objects.get().state == "done"
    assert not list((tmp_path / "var" / "imports" / "uploads").iterdir())


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Choose an extract"),
        ({"place": "../../etc"}, "Choose an extract"),
        ({"files": [SimpleUploadedFile("photo.png", b"x")]}, "is no file of an extract"),
        ({"files": [SimpleUploadedFile("accounts.csv", b"x")]}, "manifest.json"),
        ({"files": [SimpleUploadedFile("x.zip", b"no archive")]}, "cannot be read"),
    ],
)
def test_what_is_no_extract_is_refused_with_the_reason(desk, tmp_path, posted, words):
    answer = desk.post("/tend/import/start/", {"act": "take"} | posted)

    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert not ImportRun.objects.exists()
    root = tmp_path / "var" / "imports" / "uploads"
    assert not root.exists() or not list(root.iterdir())


def test_refused_rows_are_downloaded_mended_and_taken_again(desk, tmp_path, monkeypatch, lee):
    monkeypatch.setitem(parameters.KNOWN, "import.rejects", parameters.Known(1, ""))
    files = {"customers": EVERYTHING["customers"], "accounts": [ACCOUNTS[0] | {"line": "X"}]}
    extract(tmp_path / "drop" / "monday", files)
    desk.post("/tend/import/start/", {"place": "monday", "act": "take"})
    run_due()
    run = ImportRun.objects.get()
    page = desk.get(f"/tend/import/{run.pk}/").content.decode()
    assert "is none of E, W" in page
    file = run.files.get(name="accounts")

    got = desk.get(f"/tend/import/{run.pk}/rejects/{file.pk}/")
    rows = list(csv.DictReader(io.StringIO(got.getvalue().decode())))
    rows[0]["line"] = "E"
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    mended = SimpleUploadedFile("accounts.rejects.csv", text.getvalue().encode())
    desk.post(f"/tend/import/{run.pk}/mended/", {"files": [mended]})
    run_due()

    assert Account.objects.get().number == "4410227931"
    assert file.refused.get().mended
    assert Entry.objects.filter(verb="rejects_downloaded", by=lee).count() == 1


def test_a_run_that_was_cut_off_is_shown_so_and_goes_on(desk, tmp_path):
    extract(tmp_path / "drop" / "monday", EVERYTHING)
    desk.post("/tend/import/start/", {"place": "monday", "act": "take"})
    run = ImportRun.objects.get()
    silent = timezone.now() - timedelta(hours=1)
    ImportRun.objects.update(state="running", beat_at=silent, token="gone")
    assert "Cut off" in desk.get(f"/tend/import/{run.pk}/").content.decode()

    desk.post(f"/tend/import/{run.pk}/resume/")
    ImportRun.objects.filter(pk=run.pk).update(state="waiting")
    run_due()

    run.refresh_from_db()
    assert run.state == "done"


def test_a_run_that_was_given_up_does_not_run(desk, tmp_path):
    extract(tmp_path / "drop" / "monday", EVERYTHING)
    desk.post("/tend/import/start/", {"place": "monday", "act": "take"})
    run = ImportRun.objects.get()

    desk.post(f"/tend/import/{run.pk}/give-up/")
    run_due()

    assert Account.objects.count() == 0
    assert "Given up" in desk.get("/tend/import/").content.decode()
    assert desk.post(f"/tend/import/{run.pk}/give-up/").status_code == 409


def test_the_page_is_closed_to_who_answers(client, zoe, ana):
    for person in (zoe, ana):
        client.force_login(person)
        assert client.get("/tend/import/").status_code == 403
        assert client.post("/tend/import/start/").status_code == 403
