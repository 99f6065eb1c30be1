"""The letters of the fictional town are real mail, and fit its office."""

import random
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from contact_hub.carriers.email import parse
from contact_hub.sample.rules import mail, reactions
from contact_hub.sample.rules.data import letters, office
from contact_hub.sample.rules.town import citizens, strangers

NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)
TOWN = citizens(seed=7, today=date(2026, 11, 2))
PEOPLE = {citizen.email: citizen for citizen in (*TOWN, *strangers())}
OURS = mail.Ours(
    message_id="ours@aldercreek.test",
    subject="Re: My bill doubled [#42]",
    reply_to="billing+c42.abcdefghij@aldercreek.test",
    text="We looked into it.",
    references=("first@example.com",),
)


def dice():
    return random.Random(3)


def reply_to(recipient, *, subject=OURS.subject, before=0, seed=3, **headers):
    raw = (
        "From: Billing <billing@aldercreek.test>\r\n"
        f"To: {recipient}\r\nReply-To: {OURS.reply_to}\r\nSubject: {subject}\r\n"
        "Message-ID: <ours@aldercreek.test>\r\n"
        + "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        + "\r\nWe looked into it.\r\n"
    )
    return reactions.react(
        raw.encode(), recipient, PEOPLE, before=before, at=NOW, dice=random.Random(seed)
    )


def test_the_town_is_large_enough_and_the_same_for_the_same_seed():
    again = citizens(seed=7, today=date(2026, 11, 2))

    assert len(TOWN) >= 60
    assert again == TOWN
    assert citizens(seed=8, today=date(2026, 11, 2)) != TOWN


def test_nobody_in_town_can_be_reached_in_the_real_world():
    assert {citizen.email.rpartition("@")[2] for citizen in PEOPLE.values()} <= {
        "example.com",
        "example.org",
        "example.net",
    }
    assert all(citizen.phone[5:8] == "555" and "100" <= citizen.phone[8:12].lstrip("0") <= "199"
               for citizen in TOWN)  # fmt: skip


def test_two_people_share_an_address_so_that_a_match_can_be_ambiguous():
    addresses = [citizen.email for citizen in TOWN]

    assert len(addresses) - len(set(addresses)) == 1


@pytest.mark.parametrize("letter", letters(), ids=lambda letter: letter.key)
def test_every_letter_is_mail_that_the_hub_understands_without_a_defect(letter):
    writer = next(one for one in TOWN if one.language == letter.language)

    inbound = parse(mail.written(letter, writer, to="x@aldercreek.test", at=NOW, dice=dice()))

    assert inbound.subject == letter.subject
    assert inbound.sender.address == writer.email
    assert inbound.defects == ()
    assert inbound.automatic == ""
    assert "{" not in inbound.text
    assert bool(inbound.files) == bool(letter.attach)
    assert bool(inbound.html) == letter.html


def test_letters_come_in_both_languages_to_every_mailbox_with_known_codes():
    plan = office()

    assert {letter.language for letter in letters()} == {"en", "es"}
    assert {f"{letter.to}@aldercreek.test" for letter in letters()} == {
        row["address"] for row in plan["mailboxes"]
    }
    assert {letter.wrap[0] for letter in letters()} <= plan["codes"].keys()
    assert {letter.wrap[1] for letter in letters()} <= plan["outcomes"].keys()
    assert len(letters()) >= 36


def test_the_same_dice_write_the_same_bytes():
    letter = next(one for one in letters() if one.html and one.attach)
    first, second = (
        mail.written(letter, TOWN[0], to="x@aldercreek.test", at=NOW, dice=dice()) for _ in "12"
    )

    assert first == second


def test_an_answer_threads_by_headers_and_address_and_quotes_us():
    inbound = parse(mail.answered("Thanks.", TOWN[0], OURS, at=NOW, dice=dice()))

    assert inbound.in_reply_to == "ours@aldercreek.test"
    assert inbound.references == ("first@example.com", "ours@aldercreek.test")
    assert inbound.to[0].address == OURS.reply_to
    assert inbound.text.strip() == "Thanks."
    assert "We looked into it." in inbound.quoted


def test_a_report_of_the_towns_server_is_a_bounce_of_our_mail():
    raw = mail.sent_back("a@b.test", OURS, to="billing@aldercreek.test", at=NOW, dice=dice())

    bounce = parse(raw).bounce

    assert bounce.message_id == "ours@aldercreek.test"
    assert (bounce.recipient, bounce.permanent) == ("a@b.test", True)


def test_who_is_away_has_a_machine_say_so():
    assert parse(mail.out_of_office(TOWN[0], OURS, at=NOW, dice=dice())).automatic


def test_a_customer_answers_with_what_fits_the_letter():
    story = next(one for one in letters() if one.subject == "My bill doubled")

    reaction = reply_to("oliver.finch@example.net")

    answer = message_from_bytes(reaction.raw, policy=default)
    assert reaction.to == OURS.reply_to
    assert answer.get_body(("plain",)).get_content().startswith(story.answers[0])


def test_nobody_answers_for_ever():
    assert reply_to("oliver.finch@example.net", before=9) is None


def test_machines_are_not_answered():
    assert reply_to("oliver.finch@example.net", Auto_Submitted="auto-replied") is None


def test_some_mail_is_sent_back_and_some_refused_at_the_door():
    stranger = next(one.email for one in strangers() if one.email.startswith(reactions.SENT_BACK))

    reaction = reply_to(stranger)

    assert (reaction.sender, reaction.to) == ("", "billing@aldercreek.test")
    assert parse(reaction.raw).bounce is not None
    assert [one.email for one in strangers() if reactions.is_refused(one.email)]
