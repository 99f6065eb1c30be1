"""`./hub mail-in`, as a mail server or a person at a shell uses it."""

import io
import json
import os
import subprocess
import sys

import pytest

from contact_hub.carriers.base import Unreadable
from contact_hub.carriers.email import Email, mime, parsing
from contact_hub.carriers.registry import use
from contact_hub.cli import mail_in
from contact_hub.inbox import vault
from contact_hub.inbox.models import Case, Envelope, Message

MAIL = (
    b"From: Rosa Delgado <rosa@cust.test>\r\n"
    b"To: Billing <billing@hub.test>\r\n"
    b"Cc: luis@cust.test\r\n"
    b"Date: Mon, 02 Nov 2026 09:00:00 -0600\r\n"
    b"Message-ID: <first@cust.test>\r\n"
    b"In-Reply-To: <ours@hub.test>\r\n"
    b"References: <older@hub.test> <ours@hub.test>\r\n"
    b"Subject: Re: My bill [#42]\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n'
    b"\r\n"
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"It doubled.\r\n\r\nOn Mon, Nov 2, 2026 at 8:00 AM Ana <billing@hub.test> wrote:\r\n"
    b"> How much was it?\r\n"
    b"--b\r\nContent-Type: text/csv\r\n"
    b'Content-Disposition: attachment; filename="bill.csv"\r\n\r\n'
    b"a,b\r\n"
    b"--b--\r\n"
)
OTHER = MAIL.replace(b"first@", b"second@").replace(b"It doubled.", b"And again.")


def hub(*arguments, given=b"", **variables):
    return subprocess.run(
        [sys.executable, "-m", "contact_hub.cli", "mail-in", *arguments],
        input=given,
        env=os.environ | variables,
        capture_output=True,
        check=False,
    )


@pytest.fixture
def take(monkeypatch, capsys):
    """Run mail-in here, on the test's own database; returns exit code, output and complaints."""

    def run(*arguments, given=b""):
        pipe = io.TextIOWrapper(io.BytesIO(given))
        monkeypatch.setattr(sys, "stdin", pipe)
        code = mail_in.run(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_a_dry_run_tells_what_was_understood_and_needs_no_database():
    told = hub("--dry-run", "--json", given=MAIL, DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

    assert told.returncode == 0, told.stderr
    seen = json.loads(told.stdout)
    assert seen["from"] == {"name": "Rosa Delgado", "address": "rosa@cust.test"}
    assert [party["address"] for party in seen["to"]] == ["billing@hub.test"]
    assert [party["address"] for party in seen["cc"]] == ["luis@cust.test"]
    assert seen["date"].startswith("2026-11-02T")
    assert seen["subject"].startswith("Re: My bill")
    assert seen["reply_text"].strip() == "It doubled."
    assert "How much was it?" in seen["text"]
    assert "How much was it?" in seen["quoted"]
    (file,) = seen["attachments"]
    assert (file["name"], file["type"], file["size"]) == ("bill.csv", "text/csv", 3)
    assert len(file["sha256"]) == 64
    assert seen["thread"]["message_id"] == "first@cust.test"
    assert seen["thread"]["in_reply_to"] == "ours@hub.test"
    assert seen["thread"]["references"] == ["older@hub.test", "ours@hub.test"]
    assert seen["thread"]["subject_tag_case"] == 42
    assert seen["thread"]["reply_token_case"] is None
    assert (seen["auto_reply"], seen["bounce"]) == (False, None)
    assert seen["defects"] == []


def test_a_dry_run_in_words_is_for_people():
    told = hub("--dry-run", given=MAIL)

    assert told.returncode == 0
    assert b"from: Rosa Delgado <rosa@cust.test>" in told.stdout
    assert b"bill.csv (text/csv, 3 bytes)" in told.stdout


def test_a_machines_mail_is_told_as_one():
    told = hub(
        "--dry-run",
        "--json",
        given=MAIL.replace(b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:"),
    )

    assert json.loads(told.stdout)["auto_reply"] is True
    assert json.loads(told.stdout)["auto_reply_reason"]


def test_a_mail_from_a_pipe_becomes_a_case(take, mailbox):
    code, out, _err = take("--sender", "rosa@cust.test", "--recipient", mailbox.address, given=MAIL)

    case = Case.objects.get()
    assert code == 0
    assert out == f"standard input: filed, case #{case.pk}\n"
    envelope = Envelope.objects.get()
    assert (envelope.door, envelope.mail_from) == ("pipe", "rosa@cust.test")
    assert envelope.recipients == [mailbox.address]


def test_the_same_mail_twice_is_one(take, mailbox):
    first = take("--json", given=MAIL)
    second = take("--json", given=MAIL)

    assert first[:2] == second[:2]  # what else is told is the log
    assert Message.objects.count() == 1


def test_every_message_of_an_mbox_is_taken_with_the_sender_it_tells(take, mailbox, tmp_path):
    box = tmp_path / "old.mbox"
    separator = b"From rosa@cust.test Mon Nov  2 09:00:00 2026\n"
    box.write_bytes(separator + MAIL + b"\n" + separator + OTHER)

    code, out, _err = take(str(box))

    assert code == 0
    assert out.count("filed") == 2
    assert f"{box}, message 2: filed" in out
    assert set(Envelope.objects.values_list("mail_from", flat=True)) == {"rosa@cust.test"}


def test_what_comes_by_the_pipe_is_one_message_whatever_it_looks_like(take, mailbox):
    separator = b"From rosa@cust.test Mon Nov  2 09:00:00 2026\n"
    looks_like_two = MAIL.replace(b"It doubled.", b"It doubled.\r\n\r\n" + separator + b"\r\n>From")

    code, out, _err = take("--json", given=separator + looks_like_two)

    assert code == 0
    assert out.count("envelope") == 1
    envelope = Envelope.objects.get()
    assert envelope.mail_from == "rosa@cust.test"
    assert vault.fetch(envelope.raw, envelope.blob) == looks_like_two


class Broken(io.StringIO):
    """A pipe whose other end is gone, or a disk that is full."""

    def write(self, _words):
        raise BrokenPipeError("nobody listens")


def test_a_mail_that_was_kept_is_not_sent_back_because_nobody_reads_the_news(
    mailbox, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MAIL)))
    monkeypatch.setattr(sys, "stdout", Broken())

    assert mail_in.run([]) == os.EX_OK
    assert Envelope.objects.get().state == "filed"


def test_a_mail_is_read_once(take, mailbox, monkeypatch):
    reads = []

    def counted(raw, defects):
        reads.append(raw)
        return mime.read(raw, defects)

    monkeypatch.setattr(parsing, "read", counted)

    assert take(given=MAIL)[0] == 0
    assert reads == [MAIL]


def test_what_cannot_be_read_is_kept_for_a_lead(take, mailbox):
    class Refusing(Email):
        def parse(self, raw):
            raise Unreadable("no words in it")

    with use("email", Refusing()):
        code, out, _err = take(given=MAIL)

    assert code == os.EX_OK
    assert "quarantined" in out
    assert Envelope.objects.get().state == "quarantined"


def test_a_mailbox_can_be_named(take, mailbox, outages):
    from contact_hub.inbox.models import Mailbox

    Mailbox.objects.create(address="outages@hub.test", name="Outages", queue=outages)

    take("--mailbox", "outages@hub.test", given=MAIL)

    assert Case.objects.get().queue == outages


def test_a_mailbox_that_is_none_of_ours_is_a_matter_of_set_up(take, mailbox):
    code, _out, err = take("--mailbox", "who@hub.test", given=MAIL)

    assert code == os.EX_CONFIG
    assert "who@hub.test" in err
    assert not Envelope.objects.exists()


def test_nothing_on_the_pipe_is_no_message(take, mailbox):
    code, _out, err = take(given=b"\r\n")

    assert code == os.EX_DATAERR
    assert "no message" in err


def test_a_file_that_is_not_there_is_told_and_the_others_are_taken(take, mailbox, tmp_path):
    good = tmp_path / "good.eml"
    good.write_bytes(MAIL)

    code, out, err = take(str(tmp_path / "gone.eml"), str(good))

    assert code == os.EX_NOINPUT
    assert "gone.eml: No such file" in err
    assert "filed" in out


def test_a_mail_larger_than_the_office_takes_is_refused_for_good(take, mailbox, settings):
    settings.MAIL_MAX_BYTES = 100

    code, _out, err = take(given=MAIL)

    assert code == os.EX_DATAERR
    assert "larger than" in err


def test_a_database_that_is_away_asks_the_server_to_keep_the_mail():
    told = hub(given=MAIL, DATABASE_URL="postgres://nobody@127.0.0.1:1/none", HUB_POOL_SIZE="0")

    assert told.returncode == os.EX_TEMPFAIL
    assert b"try again later" in told.stderr


def test_a_setting_that_cannot_be_asks_the_server_to_keep_the_mail():
    told = hub(given=MAIL, HUB_PRODUCTION="yes")

    assert told.returncode == os.EX_TEMPFAIL
    assert b"HUB_PRODUCTION needs" in told.stderr


def test_a_disk_that_takes_nothing_asks_the_server_to_keep_the_mail(
    take, mailbox, settings, tmp_path
):
    (tmp_path / "file").touch()
    settings.BLOB_ROOT = tmp_path / "file" / "blobs"
    large = MAIL.replace(b"a,b", b"a,b\r\n" * 30_000)

    code, _out, err = take(given=large)

    assert code == os.EX_TEMPFAIL
    assert "try again later" in err
    assert not Envelope.objects.exists()


def test_the_gravest_news_of_several_wins(take, mailbox, tmp_path):
    empty, good = tmp_path / "empty.eml", tmp_path / "good.eml"
    empty.write_bytes(b"")
    good.write_bytes(MAIL)

    code, out, _err = take(str(empty), str(good))

    assert code == os.EX_DATAERR
    assert "good.eml: filed" in out


def test_a_wrong_command_line_has_its_own_exit_code():
    told = hub("--dry")  # an abbreviation would hide a slip of the finger

    assert told.returncode == os.EX_USAGE
