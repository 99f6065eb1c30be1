"""Handing mail to a server, and what its answers mean."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller

from contact_hub.carriers import registry
from contact_hub.carriers.base import (
    Carrier,
    Outbound,
    Party,
    Server,
    Undeliverable,
    Unreadable,
    Unsure,
)
from contact_hub.carriers.email import Email, parse, smtp
from tests.carriers.conftest import Recording
from tests.ports import free_port

REPLY = Outbound(
    channel="email",
    message_id="m1@hub.test",
    sender=Party("billing@hub.test", "Billing"),
    to=(Party("rosa@cust.test"),),
    subject="High bill",
    text="We looked.",
)


class Answers:
    """A mail server that answers as the addresses say: 550-x@… is refused with 550."""

    def __init__(self):
        self.taken = []
        self.peers = set()
        self.data = "250 2.0.0 queued as 4711"
        self.refuses_null = False

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.refuses_null and address in ("", "<>"):
            return "550 5.7.1 no null sender"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        code = address.partition("-")[0]
        if code.isdigit():
            return f"{code} {code[0]}.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.peers.add(session.peer)
        if self.data.startswith("250"):
            self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.data


@pytest.fixture
def answers():
    return Answers()


@pytest.fixture
def server(answers):
    controller = Controller(answers, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield Server(host="127.0.0.1", port=controller.port, encryption="none")
    smtp.close()
    controller.stop()


def send(server, *to, **fields):
    parties = tuple(Party(address) for address in to) or REPLY.to
    given = {
        name: getattr(REPLY, name)
        for name in ("channel", "message_id", "sender", "subject", "text")
    }
    return Email().send(Outbound(**given | {"to": parties, "server": server} | fields))


def test_a_message_is_handed_over_and_its_queue_id_kept(server, answers):
    accepted = send(server)

    assert "queued as 4711" in accepted.external_id
    sender, recipients, raw = answers.taken[0]
    assert (sender, recipients) == ("billing@hub.test", ["rosa@cust.test"])
    assert parse(raw).message_id == "m1@hub.test"


def test_a_connection_is_used_again(server, answers):
    for _ in range(5):
        send(server)

    assert len(answers.taken) == 5
    assert len(answers.peers) == 1


def test_many_threads_send_at_once(server, answers):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: send(server), range(40)))

    assert len(answers.taken) == 40
    assert len(answers.peers) <= smtp.MOST_CONNECTIONS


def test_a_connection_that_died_meanwhile_is_replaced(server, answers):
    send(server)
    pool = next(iter(smtp._pools._by_server.values()))
    pool._free[0].client.transport.close()

    send(server)
    assert len(answers.taken) == 2


def test_a_refused_recipient_is_refused_for_good_in_words(server):
    with pytest.raises(Undeliverable) as refusal:
        send(server, "550-rosa@cust.test")

    assert refusal.value.permanent
    assert (
        "550-rosa@cust.test: there is no such mailbox (550 5.1.1 No such user)"
        in refusal.value.reason
    )


def test_a_recipient_put_off_is_tried_again(server):
    with pytest.raises(Undeliverable) as refusal:
        send(server, "450-rosa@cust.test")

    assert not refusal.value.permanent


def test_one_put_off_among_refused_ones_is_tried_again(server):
    with pytest.raises(Undeliverable) as refusal:
        send(server, "550-rosa@cust.test", "450-leo@cust.test")

    assert not refusal.value.permanent


def test_a_message_goes_to_those_alone_who_are_still_to_get_it(server, answers):
    send(server, "leo@cust.test", "ana@cust.test", only=("ana@cust.test",))

    assert answers.taken[0][1] == ["ana@cust.test"]
    assert [party.address for party in parse(answers.taken[0][2]).to] == [
        "leo@cust.test",
        "ana@cust.test",
    ]


def test_a_refusal_of_all_names_each(server):
    with pytest.raises(Undeliverable) as refusal:
        send(server, "550-rosa@cust.test", "450-leo@cust.test")

    told = [(one.recipient, one.permanent) for one in refusal.value.refused]
    assert told == [("550-rosa@cust.test", True), ("450-leo@cust.test", False)]


def test_recipients_refused_beside_others_are_told(server, answers):
    accepted = send(server, "550-rosa@cust.test", "leo@cust.test", "451-ana@cust.test")

    assert answers.taken[0][1] == ["leo@cust.test"]
    assert [(one.recipient, one.status, one.permanent) for one in accepted.refused] == [
        ("550-rosa@cust.test", "5.1.1", True),
        ("451-ana@cust.test", "4.1.1", False),
    ]
    assert accepted.refused[0].message_id == "m1@hub.test"
    assert "550-rosa@cust.test: there is no such mailbox" in accepted.note


@pytest.mark.parametrize(
    ("answer", "permanent", "words"),
    [
        ("554 5.7.1 spam", True, "taken for spam"),
        ("552 message too large", True, "too big"),
        ("451 4.3.0 later", False, "their mail system has a problem"),
        ("421 4.3.2 going down", False, "takes no mail at the moment"),
    ],
)
def test_the_answer_to_the_message_itself_counts(server, answers, answer, permanent, words):
    answers.data = answer

    with pytest.raises(Undeliverable) as refusal:
        send(server)
    assert refusal.value.permanent is permanent
    assert words in refusal.value.reason


@pytest.fixture
def dropping():
    """A server that hangs up without a word: after the message, or before it."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve():
            with suppress(OSError):
                while True:
                    line, _ = door.accept()
                    with line, line.makefile("rwb", buffering=0) as stream:
                        talk(stream)

        def talk(stream):
            stream.write(b"220 hi\r\n")
            while words := stream.readline().strip().upper():
                if words.startswith(server.drops_at):
                    return
                if words == b"DATA":
                    stream.write(b"354 go\r\n")
                    while stream.readline().strip() != b".":
                        pass
                    return
                stream.write(b"250 OK\r\n")

        server = SimpleNamespace(
            drops_at=b"NEVER",
            it=Server(host="127.0.0.1", port=door.getsockname()[1], encryption="none"),
        )
        threading.Thread(target=serve, daemon=True).start()
        yield server
        smtp.close()


def test_when_the_line_breaks_after_the_words_left_nobody_knows(dropping):
    with pytest.raises(Unsure) as trouble:
        send(dropping.it)

    assert "the connection broke" in str(trouble.value)


@pytest.mark.parametrize("drops_at", [b"EHLO", b"MAIL", b"RCPT"])
def test_when_it_breaks_before_them_it_was_not_taken(dropping, drops_at):
    dropping.drops_at = drops_at

    with pytest.raises(Undeliverable) as refusal:
        send(dropping.it)
    assert not refusal.value.permanent


def test_after_a_refusal_the_next_message_goes_out(server, answers):
    answers.data = "554 no"
    with pytest.raises(Undeliverable):
        send(server)
    answers.data = "250 OK"

    send(server)
    assert len(answers.taken) == 1


def test_no_server_there_is_trouble_for_now(server):
    nowhere = Server(host="127.0.0.1", port=1, encryption="none")

    with pytest.raises(Undeliverable, match="could not connect") as refusal:
        send(nowhere)
    assert not refusal.value.permanent


def test_a_server_that_cannot_encrypt_gets_no_mail(server, answers):
    with pytest.raises(Undeliverable) as refusal:
        send(Server(host=server.host, port=server.port, encryption="starttls"))

    assert not refusal.value.permanent
    assert answers.taken == []


def test_a_password_refused_is_trouble_for_now(server):
    with pytest.raises(Undeliverable) as refusal:
        send(
            Server(
                host=server.host, port=server.port, encryption="none", user="a", password="wrong"
            )
        )

    assert not refusal.value.permanent
    assert "wrong" not in refusal.value.reason


def test_mail_of_the_hub_itself_has_no_return_address(server, answers):
    send(server, automatic=True)

    assert answers.taken[0][0] in ("", "<>")


def test_a_server_that_wants_a_return_address_gets_one(server, answers):
    answers.refuses_null = True

    send(server, automatic=True)
    assert answers.taken[0][0] == "billing@hub.test"


def test_an_international_address_needs_a_server_that_knows_them(server):
    with pytest.raises(Undeliverable, match="such letters") as refusal:
        send(server, "josé@cust.test")
    assert refusal.value.permanent


def test_without_any_server_mail_waits(settings):
    settings.SMTP_URL = ""

    with pytest.raises(Undeliverable, match="HUB_SMTP_URL") as refusal:
        Email().send(REPLY)
    assert not refusal.value.permanent


def test_the_sites_own_server_is_the_default(settings, server, answers):
    settings.SMTP_URL = f"smtp+plain://127.0.0.1:{server.port}"

    Email().send(REPLY)
    assert len(answers.taken) == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mx.test", ("mx.test", 587, "starttls", "", "")),
        ("smtp://us%40er:p%3Aw@mx.test:2525", ("mx.test", 2525, "starttls", "us@er", "p:w")),
        ("smtps://mx.test", ("mx.test", 465, "tls", "", "")),
        ("smtp://127.0.0.1:1025", ("127.0.0.1", 1025, "none", "", "")),
        ("smtp+plain://mx.test", ("mx.test", 25, "none", "", "")),
    ],
)
def test_a_server_is_read_from_its_url(url, expected):
    found = smtp.server_of(url)

    assert (found.host, found.port, found.encryption, found.user, found.password) == expected
    assert found.password == "" or found.password not in repr(found)


def test_a_url_of_something_else_is_refused():
    with pytest.raises(ValueError, match="smtp://"):
        smtp.server_of("https://mx.test")


def test_a_carrier_is_swapped_for_a_while():
    before = dict(registry.CARRIERS)
    with registry.use("email", Recording()) as carrier:
        registry.CARRIERS["email"].send(REPLY)

    assert carrier.sent == [REPLY]
    assert before == registry.CARRIERS
    with registry.use("smoke", Recording()):
        assert "smoke" in registry.CARRIERS
    assert "smoke" not in registry.CARRIERS


def test_a_channel_without_a_way_refuses():
    with pytest.raises(Undeliverable):
        Carrier().send(REPLY)
    with pytest.raises(Unreadable):
        Carrier().parse(b"x")
