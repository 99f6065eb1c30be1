"""A private post office: a real OpenSMTPD and a real Dovecot, started for the tests.

    customer ── SMTP ──> smtpd ──┬── *@hub.test ────────── LMTP ──> the hub (PostOffice.hub_lmtp)
    hub ─────── SMTP ──> (smtp)  └── *@cust.test, *@office.test ──> dovecot ── IMAP ──> (imap)

- `post_office` (one for the whole run) gives ports and what a test needs of both servers; the
  hub under test listens on `hub_lmtp`, sends through `smtp`, and fetches *@office.test by `imap`.
- Every address of cust.test and office.test is a mailbox that opens with the password PASSWORD.
- `post_office.post(raw, …)` hands a mail in as a customer does; `post_office.wait_for(address, n)`
  waits until a mailbox holds n messages and gives them; `post_office.retry()` makes smtpd try
  again at once what it could not deliver.

Both programs come with `apt-get install --no-install-recommends opensmtpd dovecot-imapd
dovecot-lmtpd` and need root. OpenSMTPD has one spool and one control socket on a machine, so a
lock keeps two test runs apart.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from imap_tools import MailBoxUnencrypted

from contact_hub.carriers.base import Server
from tests.ports import free_port

PASSWORD = "pw"
PATIENCE = 30.0  # seconds a server may take for anything
LOCK = Path(tempfile.gettempdir()) / "contact-hub-smtpd.lock"
USER = "nobody"  # owns the mailboxes

DOVECOT = """
base_dir = {home}/run
log_path = {home}/dovecot.log
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{home}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""
SMTPD = """
table virt {{ "@" = {user} }}
listen on 127.0.0.1 port {smtp}
action "to_mailbox" lmtp "127.0.0.1:{lmtp}" rcpt-to virtual <virt>
action "to_hub" lmtp "127.0.0.1:{hub_lmtp}" rcpt-to virtual <virt>
match from any for domain "hub.test" action "to_hub"
match from any for domain {{ "cust.test", "office.test" }} action "to_mailbox"
"""


@dataclass(frozen=True)
class PostOffice:
    """Where the servers of this run listen."""

    home: Path
    smtp: int
    imap: int
    lmtp: int
    hub_lmtp: int

    def imap_server(self, address: str) -> Server:
        return Server(
            host="127.0.0.1", port=self.imap, encryption="none", user=address, password=PASSWORD
        )

    @property
    def smtp_server(self) -> Server:
        return Server(host="127.0.0.1", port=self.smtp, encryption="none")

    def post(self, raw: bytes, *, sender: str, to: Sequence[str]) -> None:
        """Hand a mail in, as a customer's mail program does."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=PATIENCE) as line:
            line.sendmail(sender, list(to), raw)

    def deliver(self, raw: bytes, *, to: str) -> None:
        """Put a mail straight into a mailbox."""
        with smtplib.LMTP("127.0.0.1", self.lmtp, timeout=PATIENCE) as line:
            line.sendmail("rosa@cust.test", [to], raw)

    def messages(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """Everything in a mailbox, oldest first; nothing is marked as read."""
        with self.opened(address, folder) as box:
            return [message.obj.as_bytes() for message in box.fetch(mark_seen=False)]

    def wait_for(self, address: str, count: int = 1, folder: str = "INBOX") -> list[bytes]:
        """Everything in a mailbox, as soon as there are `count` messages."""
        return until(lambda: self._at_least(address, folder, count), f"{count} for {address}")

    def _at_least(self, address: str, folder: str, count: int) -> list[bytes]:
        found = self.messages(address, folder)
        return found if len(found) >= count else []

    @contextmanager
    def opened(self, address: str, folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        box = MailBoxUnencrypted("127.0.0.1", self.imap, timeout=PATIENCE)
        try:
            yield box.login(address, PASSWORD, folder)
        finally:
            with suppress(OSError):
                box.logout()

    def retry(self) -> None:
        """Let smtpd try again at once what waits in its queue."""
        subprocess.run(["smtpctl", "schedule", "all"], check=True, capture_output=True)


def until(found, what):
    """Wait for something another program does; gives what `found` gives."""
    deadline = time.monotonic() + PATIENCE
    while not (result := found()):
        if time.monotonic() > deadline:
            pytest.fail(f"waited {PATIENCE:.0f} s in vain: {what}")
        time.sleep(0.05)  # another program has to act
    return result


@pytest.fixture(scope="session")
def post_office():
    missing = [name for name in ("smtpd", "dovecot", "doveadm") if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (opensmtpd, dovecot-imapd, -lmtpd)")
    if os.geteuid() != 0:
        pytest.skip("OpenSMTPD and Dovecot can only be started by root")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-po-")))
        home.chmod(0o755)
        office = PostOffice(home, *(free_port() for _ in range(4)))
        stack.enter_context(_dovecot(office))
        stack.enter_context(_smtpd(office))
        yield office


@contextmanager
def _dovecot(office: PostOffice) -> Iterator[None]:
    user = pwd.getpwnam(USER)
    mail = office.home / "mail"
    mail.mkdir()
    os.chown(mail, user.pw_uid, user.pw_gid)
    conf = office.home / "dovecot.conf"
    conf.write_text(
        DOVECOT.format(
            home=office.home,
            uid=user.pw_uid,
            gid=user.pw_gid,
            password=PASSWORD,
            imap=office.imap,
            lmtp=office.lmtp,
        )
    )
    subprocess.run(["dovecot", "-c", str(conf)], check=True)
    try:
        until(lambda: _answers(office.imap) and _answers(office.lmtp), "dovecot to start")
        yield
    finally:
        subprocess.run(["doveadm", "-c", str(conf), "stop"], check=False)


@contextmanager
def _smtpd(office: PostOffice) -> Iterator[None]:
    conf = office.home / "smtpd.conf"
    conf.write_text(
        SMTPD.format(user=USER, smtp=office.smtp, lmtp=office.lmtp, hub_lmtp=office.hub_lmtp)
    )
    with LOCK.open("w") as lock, (office.home / "smtpd.log").open("wb") as log:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(["smtpd", "-d", "-f", str(conf)], stdout=log, stderr=log)
        try:
            until(lambda: _answers(office.smtp), "smtpd to start")
            yield
            subprocess.run(["smtpctl", "remove", "all"], check=False, capture_output=True)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
            return bool(line.recv(10))
    except OSError:
        return False
