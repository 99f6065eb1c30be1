"""A small IMAP server for tests: one folder, no waiting, plain or over TLS."""

from __future__ import annotations

import datetime
import re
import socket
import ssl
import threading
import time
from contextlib import suppress
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from contact_hub.carriers.base import Server


def day_of(words):
    return time.strptime(words, "%d-%b-%Y")


def certificate(folder):
    """Make a certificate for this machine that signs itself; returns its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert_file, key_file


class Postbox:
    """A folder of mail: (UID, day it came, bytes); `heard` keeps the commands."""

    def __init__(self, folder, *, encryption="none"):
        self.mails = []
        self.uid_validity = 7
        self.heard = []
        self.cert_file, key_file = certificate(folder)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.cert_file, key_file)
        self._encryption = encryption
        self._door = socket.create_server(("127.0.0.1", 0))
        self.server = Server(
            host="127.0.0.1",
            port=self._door.getsockname()[1],
            encryption=encryption,
            user="billing",
            password="secret",
        )
        threading.Thread(target=self._open, daemon=True).start()

    def close(self):
        self._door.close()

    def put(self, raw, *, day="20-Nov-2026"):
        self.mails.append((len(self.mails) + 1, day, raw))

    def _open(self):
        with suppress(OSError):
            while True:
                line, _ = self._door.accept()
                with suppress(OSError), line:
                    self._serve(line)

    def _serve(self, line):
        if self._encryption == "tls":
            line = self._tls.wrap_socket(line, server_side=True)
        with line, line.makefile("rb") as stream:
            line.sendall(b"* OK ready\r\n")
            if self._talk(line, stream) != b"STARTTLS":
                return
            line = self._tls.wrap_socket(line, server_side=True)
            with line, line.makefile("rb") as secret:
                self._talk(line, secret)

    def _talk(self, line, stream):
        """Answer commands until one that ends this line, or what is said on it in the clear."""
        while words := stream.readline():
            tag, _, rest = words.strip().partition(b" ")
            verb = rest.split(b" ")[0].upper()
            verb = rest.split(b" ")[1].upper() if verb == b"UID" else verb
            self.heard.append(rest.decode())
            for answer in self._answers(verb, rest):
                line.sendall(answer + b"\r\n")
            line.sendall(tag + b" OK done\r\n")
            if verb in (b"LOGOUT", b"STARTTLS"):
                return verb
        return b""

    def _answers(self, verb, rest):
        last = len(self.mails)
        if verb == b"CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1 STARTTLS"]
        if verb == b"SELECT":
            return [b"* %d EXISTS" % last]
        if verb == b"STATUS":
            return [b'* STATUS "INBOX" (UIDVALIDITY %d UIDNEXT %d)' % (self.uid_validity, last + 1)]
        if verb == b"SEARCH":
            found = [b"%d" % uid for uid, day, _raw in self.mails if self._fits(rest, uid, day)]
            return [b"* SEARCH " + b" ".join(found)]
        return list(self._fetched(rest)) if verb == b"FETCH" else []

    def _fetched(self, rest):
        wanted = {int(uid) for uid in rest.split(b" ")[2].split(b",")}
        for uid, _day, raw in self.mails:
            if uid in wanted and b"RFC822.SIZE" in rest:
                yield b"* %d FETCH (UID %d RFC822.SIZE %d)" % (uid, uid, len(raw))
            elif uid in wanted:
                yield b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)" % (uid, uid, len(raw), raw)

    def _fits(self, rest, uid, day):
        first, last = re.search(rb"UID (\d+):(\*|\d+)", rest).groups()
        since = re.search(rb"SINCE ([^ )]+)", rest)
        late = since is None or day_of(day) >= day_of(since[1].decode())
        newest = max(one for one, *_ in self.mails)
        return late and (int(first) <= uid or (last == b"*" and uid == newest))
