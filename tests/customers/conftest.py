"""Extracts that are taken over through the command, for the tests of the import."""

import pytest

from contact_hub.cli.importing import run as hub_import
from contact_hub.customers.models import ImportRun
from contact_hub.customers.rules import parameters
from tests.customers.extracts import extract


@pytest.fixture
def take(tmp_path, settings):
    """Import an extract of these files through the command; give its run."""
    settings.VAR = tmp_path / "var"
    numbers = iter(range(1, 100))

    def make(files, code=0, options=(), **more):
        number = next(numbers)
        place = extract(tmp_path / f"x{number}", files, number=f"X{number}", **more)
        assert hub_import([str(place), *options]) == code
        return ImportRun.objects.first()

    return make


@pytest.fixture
def lenient(monkeypatch):
    """In a few rows one misfit is more than a hundredth."""
    monkeypatch.setitem(parameters.KNOWN, "import.rejects", parameters.Known(1, ""))
