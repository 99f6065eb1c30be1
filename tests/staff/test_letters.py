"""Mail to our own people goes over the queue, under seal, by the site's way out."""

import json

import pytest
from django.core.mail import EmailMessage

from contact_hub.carriers.base import Accepted, Carrier, Undeliverable
from contact_hub.carriers.registry import use
from contact_hub.jobs.models import Job
from contact_hub.jobs.worker import run_due

pytestmark = pytest.mark.django_db(transaction=True)


class Postman(Carrier):
    """Takes letters, or refuses as it was told to."""

    name = "email"

    def __init__(self, refusal=None):
        self.taken = []
        self.refusal = refusal

    def send(self, outbound):
        if self.refusal:
            raise self.refusal
        self.taken.append(outbound)
        return Accepted(external_id="250 ok")


@pytest.fixture(autouse=True)
def _queued(settings):
    settings.EMAIL_BACKEND = "contact_hub.desk.letters.QueuedLetters"
    settings.DEFAULT_FROM_EMAIL = "Alder Hub <hub@alder.test>"


def write():
    EmailMessage("Your account", "open the door: secret-link", to=["Nia <nia@alder.test>"]).send()


def test_a_letter_leaves_by_the_site_s_way_out_marked_as_written_by_a_machine():
    write()

    with use("email", Postman()) as postman:
        run_due()

    (letter,) = postman.taken
    assert (letter.sender.name, letter.sender.address) == ("Alder Hub", "hub@alder.test")
    assert [party.address for party in letter.to] == ["nia@alder.test"]
    assert (letter.subject, letter.text) == ("Your account", "open the door: secret-link")
    assert letter.automatic
    assert letter.message_id.endswith("@hub.localhost")
    assert letter.server is None
    assert Job.objects.get().state == Job.State.DONE


def test_nothing_of_a_letter_can_be_read_from_the_queue():
    write()

    kept = json.dumps(list(Job.objects.values("args", "kwargs", "dedupe_key")))

    assert "secret-link" not in kept
    assert "nia" not in kept


def test_a_letter_refused_for_now_is_tried_again_with_the_same_id():
    write()
    refused = Postman(Undeliverable("busy", permanent=False, retry_after=0))
    with use("email", refused):
        run_due(limit=1)
    job = Job.objects.get()
    assert job.state == Job.State.READY
    Job.objects.update(run_at=job.created_at)

    with use("email", Postman()) as postman:
        run_due()

    assert len(postman.taken) == 1
    assert Job.objects.get().state == Job.State.DONE


def test_a_letter_refused_for_good_waits_for_a_person():
    write()

    with use("email", Postman(Undeliverable("no such person", permanent=True))):
        run_due()

    job = Job.objects.get()
    assert job.state == Job.State.DEAD
    assert "no such person" in job.last_error
