"""The hub speaks Spanish: all of it, correctly put together, on every screen."""

from __future__ import annotations

import gettext
import html
import re
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from babel.messages.mofile import read_mo
from django.conf import settings
from django.utils import formats, timezone, translation

from contact_hub.carriers.email import status
from contact_hub.cli import words
from contact_hub.customers import queries as customers
from contact_hub.customers.models import Account, Customer, Point, Premise
from contact_hub.desk.templatetags.hub import ago, moment, money
from contact_hub.inbox.actions import casework, replying
from contact_hub.inbox.models import Envelope, Message, VerificationEvent
from contact_hub.inbox.queries.reasons import KNOWN, explained
from contact_hub.jobs.actions import claiming
from contact_hub.staff.models import Person

ROOT = Path(settings.ROOT)
CATALOGUE = words.understood(words.CATALOGUE.read_bytes())
MESSAGES = [message for message in CATALOGUE if message.id]
PLACEHOLDER = re.compile(r"%\(\w+\)[0-9]*[a-z]|%[sd%]")
ALIKE = {  # words that are the same in both languages
    "%(n)d min", "%(h)d h", "%(h)d h %(m)02d", "< 1 min", "Cc", "No", "Normal", "Supervisor",
    "Error", "owner:me, owner:nobody", "manifest.json: %(why)s",
}  # fmt: skip


def forms(text):
    return [text] if isinstance(text, str) else list(text)


def placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def strings(catalogue):
    """The Spanish of every message."""
    return {
        # of a compiled catalogue Babel leaves the context in bytes
        (
            one.context.encode() if isinstance(one.context, str) else one.context,
            *forms(one.id),
        ): tuple(forms(one.string))
        for one in catalogue
        if one.id
    }


# --- the catalogue ---------------------------------------------------------------------------


def test_everything_has_its_spanish_and_nothing_is_a_guess():
    assert [message.id for message in MESSAGES if not words.complete(message)] == []
    assert len(MESSAGES) > 800


def test_every_placeholder_is_there_in_spanish_too():
    for message in MESSAGES:
        english = forms(message.id)
        for spanish, source in zip(forms(message.string), english, strict=True):
            if english[0] == source != english[-1] and not placeholders(source):
                continue  # "Tried once." names no number, and need not
            assert placeholders(spanish) == placeholders(source), message.id


def test_no_english_was_left_standing_as_spanish():
    same = {
        message.id
        for message in MESSAGES
        if message.id == message.string and len(re.findall(r"[A-Za-z]{2,}", message.id)) > 1
    }

    assert same - ALIKE == set()


def test_what_begins_or_ends_with_a_space_or_a_stop_does_so_in_spanish():
    """Sentences are put together from such pieces; a stop on one side only looks like a slip."""
    for message in MESSAGES:
        for spanish, source in zip(forms(message.string), forms(message.id), strict=True):
            assert spanish.endswith(" ") == source.endswith(" "), source
            assert spanish.endswith(".") == source.endswith("."), source


def test_the_compiled_catalogue_is_the_written_one():
    compiled = read_mo(BytesIO(words.CATALOGUE.with_suffix(".mo").read_bytes()))

    assert strings(compiled) == strings(CATALOGUE)


def test_plurals_are_counted_as_spanish_counts():
    with words.CATALOGUE.with_suffix(".mo").open("rb") as file:
        spanish = gettext.GNUTranslations(file)

    said = [spanish.ngettext("%(n)d day", "%(n)d days", n) % {"n": n} for n in (0, 1, 2, 1_000_000)]
    assert said == ["0 días", "1 día", "2 días", "1000000 días"]


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
def test_the_code_says_nothing_that_the_catalogue_lacks(tmp_path):
    """The command that refreshes it, on a copy of the code, finds nothing to change."""
    copy = tmp_path / "hub"
    without = shutil.ignore_patterns("__pycache__")
    for folder in ("contact_hub", "templates", "locale"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=without)
    shutil.copy(ROOT / "manage.py", copy)

    done = subprocess.run(
        [sys.executable, "-m", "contact_hub.cli", "words"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    fresh = words.understood((copy / "locale/es/LC_MESSAGES/django.po").read_bytes())
    assert strings(fresh).items() <= strings(CATALOGUE).items()


# --- what the rooms below say in English ------------------------------------------------------


@pytest.mark.parametrize(
    "reason",
    [
        *sorted({*status.WORDS.values(), *status.CLASSES.values(), status.words("5.9.9")}),
        customers.EMAIL_ON_FILE,
        customers.PHONE_ON_FILE,
        customers.NUMBER_IN_TEXT,
        claiming.GONE,
        claiming.STOPPED,
    ],
)
def test_every_reason_is_known_in_spanish(reason):
    assert reason in KNOWN
    with translation.override("es"):
        assert explained(reason) != reason


def test_a_reason_keeps_what_the_server_said():
    kept = "there is no such mailbox (550 5.1.1 user unknown)"
    several = f"rosa@cust.test: {kept}; ana@cust.test: the mailbox is full (552 quota)"

    with translation.override("es"):
        assert explained(kept) == "no existe ese buzón (550 5.1.1 user unknown)"
        assert explained(several) == (
            "rosa@cust.test: no existe ese buzón (550 5.1.1 user unknown); "
            "ana@cust.test: el buzón está lleno (552 quota)"
        )
        assert explained("the hub could not send it (OSError)") == (
            "el sistema no pudo enviarlo (OSError)"
        )
        assert explained("could not connect: [Errno 111]") == "no se pudo conectar: [Errno 111]"
    with translation.override("en"):
        assert explained(several) == several


def test_words_within_what_a_server_said_are_left_as_they_are():
    with translation.override("es"):
        assert explained("554 it was refused, the mailbox is full or so") == (
            "554 it was refused, the mailbox is full or so"
        )
        assert explained("") == ""


def test_a_file_too_large_is_refused_in_spanish():
    with translation.override("es"):
        words_of = explained("larger than 25 MB; it is still in the raw mail")

    assert words_of == "supera 25 MB; sigue en el correo original"


# --- dates and figures -------------------------------------------------------------------------


def test_money_is_written_as_on_the_bill():
    with translation.override("es"):
        assert money(Decimal("1234.5")) == "$1,234.50"
        assert money(Decimal("-7")) == "−$7.00"


@time_machine.travel(datetime(2026, 11, 22, 18, 0, tzinfo=UTC), tick=False)
def test_dates_and_spans_are_said_in_spanish():
    now = timezone.now()
    with translation.override("es"):
        assert moment(now) == "hoy mediodía"
        assert moment(now - timedelta(days=1, hours=3)) == "ayer 9 a.m."
        assert moment(now - timedelta(days=30)) == "23 de octubre"
        assert moment(now - timedelta(days=400)) == "18 de octubre de 2025"
        assert ago(now - timedelta(days=2)) == "2 días"
        assert formats.date_format(date(2026, 11, 3)) == "3 de noviembre de 2026"


# --- the screens -------------------------------------------------------------------------------

ENGLISH = re.compile(
    r"\b(?:the|and|with|your|you|this|that|is|are|was|of|Open|Close|Closed|Reply|Send|Search|Queue|"
    r"Queues|Mine|Unassigned|Waiting|Snooze|Snoozed|Mentions|Undelivered|Assign|Merge|Priority|"
    r"Customer|Settings|Language|Theme|Subject|From|Cancel|Name|Password|Signature|Balance|"
    r"Next|Back|Quarantine|Jobs|Mailboxes|Address|Try|Discard|Remove|Add|Note|Draft|Sign|Desk)\b"
    r"(?!:)"  # from: and is: are what one types
)
SPOKEN = ("title", "aria-label", "placeholder", "alt")  # attributes that people hear or read


def spoken(page):
    """What a page says to people: its text and its labels, without what code needs."""
    text = re.sub(r"<(script|style|pre|code|textarea|kbd)\b.*?</\1>", " ", page, flags=re.DOTALL)
    labels = re.findall(rf'\s(?:{"|".join(SPOKEN)}|data-[a-z-]+)="([^"]* [^"]*)"', text)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))
    return html.unescape(" ".join([text, *(one for one in labels if "<" not in one)]))


def english_in(said):
    """The English words, each with what stands around it."""
    return [said[max(0, at.start() - 30) : at.end() + 30] for at in ENGLISH.finditer(said)]


@pytest.fixture
def lucia(make_person, billing_team):
    """Leads, and works in Spanish."""
    return make_person(
        "Lucía", billing_team, role=Person.Role.LEAD, level=Person.Level.LEAD, language="es"
    )


@pytest.fixture
def stage(make_case, mailbox, lucia, code, outcome):
    """Cases in all states a screen can show; customers and colleagues speak Spanish here."""
    mailbox.queue.name = "Facturación"
    mailbox.queue.save()
    code.name, code.name_es, outcome.name, outcome.name_es = (
        "High bill",
        "Factura alta",
        "Solved",
        "Resuelto",
    )
    code.save()
    outcome.save()
    rosa = Customer.objects.create(name="Rosa", language="es")
    Point.objects.create(customer=rosa, kind="email", value="rosa@cust.test")
    premise = Premise.objects.create(
        street="12 Calle Pino", city="Alder", state="WA", zip_code="98990"
    )
    account = Account.objects.create(
        number="4410227931", customer=rosa, premise=premise, line="electric", past_due=Decimal(9),
        balance=Decimal("1213.40"), due_on=date(2026, 12, 1), as_of=timezone.now(),
    )  # fmt: skip
    says = {"subject": "Mi factura subió", "text": "¿Por qué?", "owner": lucia, "state": "open"}
    match = [
        {"customer": rosa.pk, "account": account.pk, "name": "Rosa", "number": account.number,
         "reasons": ["email on file"]}
    ]  # fmt: skip
    known = make_case(customer=rosa, account=account, match=match, **says)
    snoozed = make_case(**says)
    casework.snooze(snoozed, by=lucia, until=timezone.now() + timedelta(days=1))
    returned = make_case(**says)
    answer = replying.reply(returned, by=lucia, body="Lo miramos.", to=["rosa@cust.test"])
    Message.objects.filter(pk=answer.pk).update(
        state="bounced", trouble="there is no such mailbox (550)", send_at=None
    )
    Envelope.objects.create(
        carrier="email", external_id="1", state="quarantined", size=1, error="the mail is empty"
    )
    return known, snoozed, returned


@pytest.fixture
def desk(client, lucia):
    client.force_login(lucia)

    def get(address):
        answer = client.get(address)
        assert answer.status_code == 200
        return answer

    return get


SCREENS = (
    "/desk/", "/desk/?view=queues", "/desk/?view=waiting", "/desk/?view=snoozed",
    "/desk/?view=closed", "/desk/?view=mentions", "/desk/?q=factura", "/desk/?q=nada+de+nada",
    "/desk/palette/", "/desk/palette/?q=factura", "/desk/undelivered/", "/desk/mentions/",
    "/tend/quarantine/", "/tend/jobs/", "/me/", "/account/second-factor/",
    "/account/password/", "/account/logout/",
)  # fmt: skip


@pytest.mark.parametrize("address", SCREENS)
def test_no_screen_speaks_english_to_who_speaks_spanish(desk, stage, address):
    said = spoken(desk(address).text)

    assert english_in(said) == []


@pytest.mark.parametrize("which", [0, 1, 2])
def test_no_case_speaks_english_to_who_speaks_spanish(desk, stage, which):
    said = spoken(desk(stage[which].get_absolute_url()).text)

    assert english_in(said) == []


@pytest.mark.parametrize("verb", ["assign", "hand-over", "snooze", "wrap-up", "merge", "priority"])
def test_no_form_of_a_verb_speaks_english_to_who_speaks_spanish(desk, stage, verb):
    said = spoken(desk(f"/desk/cases/{stage[0].pk}/{verb}/").text)

    assert english_in(said) == []


def test_the_case_says_it_in_spanish(desk, stage, lucia):
    known, _snoozed, returned = stage
    VerificationEvent.objects.create(
        contact=known.contacts.get(),
        customer=known.customer,
        account=known.account,
        level=1,
        methods={"account_number": "match", "service_address": "match"},
        result="match",
        agent=lucia,
    )
    page = desk(known.get_absolute_url()).text
    panel = desk(f"{known.get_absolute_url()}panel/").text

    assert all(said in page for said in ("correo registrado", "Finalizar", "Nota para colegas"))
    assert all(said in panel for said in ("Saldo", "$1,213.40", "1 dic"))
    assert english_in(spoken(panel)) == []
    assert "no existe ese buzón (550)" in desk(returned.get_absolute_url()).text


@pytest.mark.parametrize(
    ("language", "names"),
    [("es", ("Factura alta", "Resuelto")), ("en", ("High bill", "Solved"))],
)
def test_codes_and_outcomes_are_offered_in_the_readers_language(
    client, lucia, stage, language, names
):
    Person.objects.filter(pk=lucia.pk).update(language=language)
    client.force_login(lucia)

    page = client.get(f"/desk/cases/{stage[0].pk}/wrap-up/").text

    assert all(f">{name}</option>" in page for name in names)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_tells_its_language(client, lucia, language):
    Person.objects.filter(pk=lucia.pk).update(language=language)
    client.force_login(lucia)

    page = client.get("/desk/")

    assert f'<html lang="{language}"' in page.text
    assert page["Content-Language"] == language


def test_a_stranger_is_met_in_the_language_of_the_browser(client, db):
    page = client.get("/account/login/", headers={"accept-language": "es-US,es;q=0.9"})

    assert '<html lang="es"' in page.text
    assert english_in(spoken(page.text)) == []
