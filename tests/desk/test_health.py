from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from contact_hub.desk import health
from contact_hub.inbox.models import Envelope, Message
from contact_hub.jobs.models import Job
from tests.desk.sockets import in_a_loop, opened_by


def figures(answer):
    """(name, labels) → value, as Prometheus would read them."""
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture
def scrape(client, db):
    return lambda **headers: figures(client.get("/metrics", headers=headers))


def test_a_process_that_answers_is_up_whatever_the_database_does(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.text) == (200, "up\n")


def test_a_migrated_hub_is_ready(client, db):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.text) == (200, "ready\n")
    assert "no-cache" in answer["Cache-Control"]


def test_a_hub_whose_tables_are_behind_is_not_ready_and_says_why(client, db, monkeypatch):
    monkeypatch.setattr(health, "CHECKS", (health.database, health.Migrations()))
    MigrationRecorder(connection).record_unapplied("staff", "0003_sign_outs")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.text == "1 migrations are not applied.\n"


def test_a_database_that_cannot_be_reached_is_said_without_its_secrets(client, db, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise DatabaseError("password 'hunter2' refused by 10.0.0.7")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "The database cannot be reached: DatabaseError." in answer.text
    assert "hunter2" not in answer.text


def test_a_bus_that_cannot_be_made_is_said(client, db, settings):
    settings.BUS = "pigeons"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "pigeons" in answer.text
    with pytest.raises(ImproperlyConfigured):
        health.transport()


def test_requests_are_counted_by_view_and_class_of_status(client, scrape):
    key = ("hub_request_seconds_count", ("2xx", "healthz"))
    before = scrape().get(key, 0)

    client.get("/healthz")
    client.get("/healthz")

    assert scrape()[key] == before + 2


def test_addresses_nobody_serves_are_one_view(client, scrape):
    for number in range(3):
        client.get(f"/wp-admin-{number}/")

    assert scrape()[("hub_request_seconds_count", ("4xx", "none"))] >= 3
    assert not [name for name, labels in scrape() if "wp-admin" in " ".join(labels)]


def test_jobs_are_counted_by_state_with_the_age_of_what_waits_longest(scrape):
    now = timezone.now()
    Job.objects.create(task="t", run_at=now - timedelta(minutes=5))
    Job.objects.create(task="t", run_at=now + timedelta(hours=1))
    Job.objects.create(task="t", state="dead")
    Job.objects.create(task="t", state="done")

    seen = scrape()

    assert seen["hub_jobs", ("ready",)] == 2
    assert seen["hub_jobs", ("dead",)] == 1
    assert seen["hub_jobs", ("running",)] == 0
    assert 300 <= seen["hub_jobs_oldest_ready_seconds", ()] < 330


def test_mail_not_filed_is_counted_with_its_age(scrape):
    then = timezone.now() - timedelta(hours=2)
    for number, state in enumerate(("pending", "quarantined", "quarantined", "filed")):
        Envelope.objects.create(
            carrier="email", external_id=str(number), state=state, size=1, received_at=then
        )

    seen = scrape()

    assert seen["hub_envelopes", ("pending",)] == 1
    assert seen["hub_envelopes", ("quarantined",)] == 2
    assert 7200 <= seen["hub_envelopes_oldest_seconds", ("quarantined",)] < 7230


def test_mailboxes_say_when_mail_was_last_fetched(scrape, mailbox):
    mailbox.imap_host = "imap.alder.test"
    mailbox.save()
    key = ("hub_mailbox_last_good_fetch_seconds", (mailbox.address,))
    assert scrape()[key] == -1

    mailbox.last_good_at = timezone.now() - timedelta(seconds=90)
    mailbox.save()

    assert 90 <= scrape()[key] < 120


def test_undelivered_answers_are_counted_until_somebody_deals_with_them(scrape, make_case):
    message = Message.objects.get(case=make_case())
    message.state = "bounced"
    message.save()
    assert scrape()["hub_undelivered_messages", ()] == 1

    message.trouble_dismissed_at = timezone.now()
    message.save()

    assert scrape()["hub_undelivered_messages", ()] == 0


@in_a_loop
async def test_open_screens_are_counted_while_they_are_open(ana, scrape, settings, monkeypatch):
    settings.BUS = "local"
    # the consumer shares the test's connection, which must outlive each of its questions
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)
    key = ("hub_open_sockets", ())
    before = (await sync_to_async(scrape)())[key]

    async with opened_by(ana), opened_by(ana):
        assert (await sync_to_async(scrape)())[key] == before + 2

    assert (await sync_to_async(scrape)())[key] == before


def test_without_a_token_only_the_machine_itself_reads_the_figures(client, db, settings):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 403
    assert client.get("/metrics", headers={"x-forwarded-for": "10.1.2.3"}).status_code == 403


def test_with_a_token_only_the_token_counts(client, db, settings):
    settings.METRICS_TOKEN = "a token of thirty-two characters"

    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 403
    right = {"authorization": f"Bearer {settings.METRICS_TOKEN}"}
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3", headers=right).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health_is_read_and_never_posted_to(client, db, path):
    assert client.post(path).status_code == 405
