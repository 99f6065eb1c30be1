import pytest
from contact_hub.customers.actions import importing
from contact_hub.customers.models import *
from tests.customers import extracts

pytestmark = pytest.mark.django_db(transaction=True)


def test_smoke(tmp_path, settings):
    settings.VAR = tmp_path
    place = extracts.extract(tmp_path / "x", extracts.EVERYTHING)
    run = importing.carry_out(importing.prepare(place, by=None))
    for f in run.files.all():
        print(f.name, f.state, f.rows, f.rejects, f.new, f.changed, f.same, f.gone, f.trouble)
    for r in ImportReject.objects.all():
        print(r.file.name, r.line, r.column, r.reason)
    for r in Finding.objects.all():
        print(r.file, r.check_name, r.words, r.examples)
    print(list(Point.objects.values()), list(Consent.objects.values()))
    assert run.state == "done", run.trouble
    assert Account.objects.get(number="4410227931").premise.external_id == "P1"
    run = importing.carry_out(importing.prepare(place, by=None))
    for f in run.files.all():
        print(f.name, f.state, f.rows, f.rejects, f.new, f.changed, f.same, f.gone, f.trouble)
    assert 0
