"""What was said, apart from what was quoted and signed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.lib.quoting import split

ATTRIBUTIONS = [
    "On Mon, Nov 2, 2026 at 9:00 AM Alder Billing <billing@hub.test> wrote:",
    "On Mon, Nov 2, 2026 at 9:00 AM Alder Billing\n<billing@hub.test> wrote:",
    "On 2 Nov 2026, at 09:00, Alder Billing <billing@hub.test> wrote:",
    "El lun, 2 nov 2026 a las 9:00, Alder Billing (<billing@hub.test>) escribió:",
    "El lun, 2 nov 2026 a las 9:00, Alder\nBilling (<billing@hub.test>)\nescribió:",
    "> El 2 nov 2026, a las 9:00, Alder Billing <billing@hub.test> escribió:",
    "Am 02.11.2026 um 09:00 schrieb Alder Billing <billing@hub.test>:",
    "Le lun. 2 nov. 2026 à 09:00, Alder Billing <billing@hub.test> a écrit :",
    "-----Original Message-----\nFrom: Alder Billing",
    "-----Mensaje original-----\nDe: Alder Billing",
    "From: Alder Billing <billing@hub.test>\nSent: Monday, November 2\nTo: Rosa\nSubject: Bill",
    "*From:* Alder Billing\n*Sent:* Monday\n*To:* Rosa\n*Subject:* Bill",
    "De: Alder Billing <billing@hub.test>\nEnviado el: lunes\nPara: Rosa\nAsunto: Factura",
    "________________________________\nFrom: Alder Billing\nSent: Monday\nTo: Rosa\nSubject: Bill",
    "Von: Alder Billing <billing@hub.test>\nGesendet: Montag\nAn: Rosa\nBetreff: Rechnung",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_an_answer_above_its_history_stands_alone(attribution):
    said, quoted = split(f"It doubled again!\n\nRosa\n\n{attribution}\n\n> We looked.\n> Billing\n")

    assert said == "It doubled again!\n\nRosa"
    assert quoted.startswith(attribution.split("\n")[0])
    assert quoted.endswith("> We looked.\n> Billing")


def test_an_answer_below_its_history_stands_alone():
    said, quoted = split("On Monday, Billing wrote:\n> We looked.\n> Bye\n\nIt doubled again!\n")

    assert said == "It doubled again!"
    assert quoted == "On Monday, Billing wrote:\n> We looked.\n> Bye"


def test_answers_between_the_quotes_keep_them():
    text = "On Monday, Billing wrote:\n> Which meter?\nThe left one.\n> Since when?\nMay."

    assert split(f"{text}\n\n> Bye") == (text, "> Bye")


@pytest.mark.parametrize(
    "signature",
    ["-- \nRosa Delgado\n12 Elm Street", "--\nRosa", "Sent from my phone", "Enviado desde mi móvil",
     "Get Outlook for iOS", "Obtener Outlook para Android"],
)  # fmt: skip
def test_a_signature_is_no_part_of_what_was_said(signature):
    assert split(f"It doubled.\n\n{signature}\n") == ("It doubled.", signature)


@pytest.mark.parametrize(
    "text",
    [
        "It doubled.\n\nThanks, but this is the third time.\n- the fridge\n- the pump\n\nRosa",
        "On Monday I wrote: it doubled.\nOn Tuesday: again.",
        "From: my house\nI pay too much.",
        "Here it is.\nSent from here to there, and back.\nIt is 7\nkWh",
        "El lunes llamé.",
        "De: nada",
        "5 > 3, and\n3 < 5",
    ],
)
def test_plain_words_are_left_alone(text):
    assert split(text) == (text, "")


@pytest.mark.parametrize(
    "text",
    [
        "> only\n> quotes",
        "---------- Forwarded message ---------\nFrom: Leo\nSubject: Bill\n\nRead this",
        "Begin forwarded message:\n\nFrom: Leo",
        "From: Leo\nSent: Monday\nTo: Rosa\nSubject: Bill\n\nRead this",
        "-- \nRosa",
        "",
    ],
)
def test_a_mail_that_says_nothing_else_says_what_it_quotes(text):
    assert split(text) == (text, "")


def test_words_above_a_forwarded_message_are_what_was_said():
    said, quoted = split("Please look.\n\n---------- Forwarded message ---------\nFrom: Leo\n\nHi")

    assert said == "Please look."
    assert quoted.endswith("Hi")


@given(st.text(st.sampled_from("ab \n>-:"), max_size=300))
def test_no_word_is_ever_lost(text):
    said, quoted = split(text)

    assert sorted("".join((said + quoted).split())) == sorted("".join(text.split()))


@given(st.lists(st.sampled_from([*ATTRIBUTIONS, "> quoted", "words", "", "-- ", "Rosa"])))
def test_something_is_said_when_there_is_something(lines):
    text = "\n".join(lines)
    said, quoted = split(text)

    assert said.strip() or not text.strip()
    assert sorted("".join((said + quoted).split())) == sorted("".join(text.split()))
