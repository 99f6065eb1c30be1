import json
import os

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core import mail
from django.urls import reverse

from contact_hub.customers.models import Consent, Customer, Point
from contact_hub.inbox.models import Mailbox, Queue
from contact_hub.inbox.vault import sealer
from contact_hub.journal.actions import record
from contact_hub.journal.bus.choosing import transport
from contact_hub.journal.models import Entry
from contact_hub.staff.models import Person, Team
from tests.staff.test_headers import STRICT, is_clean, policy

PEOPLE = "/admin/staff/person/"


@pytest.fixture
def office(visitor, sign_in, ada):
    """The browser of Ada, who administers."""
    sign_in(visitor, ada)
    return visitor


@pytest.fixture
def heard(settings):
    """What the bus says, as (topics, message)."""
    settings.BUS = "local"

    class Ear:
        process = os.getpid()
        pipe = None

        def __init__(self):
            self.lines = []

        def call(self, line):
            self.lines.append(line)

    ear = Ear()
    transport().ears.add(ear)
    yield lambda: [line for line in ear.lines if "access_changed" in line]
    transport().ears.discard(ear)


def person_form(person=None, **fields):
    base = {"email": "new@alder.test", "name": "Nia New", "role": "csr", "level": "I"}
    if person:
        base = {
            "email": person.email,
            "name": person.name,
            "role": person.role,
            "level": person.level,
            "teams": [team.pk for team in person.teams.all()],
        }
    return base | {"language": "en", "is_active": "on"} | fields


def last(subject, verb):
    return Entry.objects.filter(subject=subject, verb=verb).latest("seq")


ADMINS = sorted(admin.site._registry.values(), key=lambda one: one.opts.label)


@pytest.mark.parametrize("one", ADMINS, ids=lambda one: one.opts.label_lower)
def test_every_list_and_form_opens_under_the_strict_policy(office, one):
    name = f"admin:{one.opts.app_label}_{one.opts.model_name}"
    pages = [reverse(f"{name}_changelist"), f"{reverse(f'{name}_changelist')}?q=a"]
    added = office.get(reverse(f"{name}_add"))
    assert added.status_code in {200, 403}

    for page in [added, *map(office.get, pages)]:
        if page.status_code == 403:
            continue
        if not one.search_fields and page.status_code == 302:
            continue
        assert page.status_code == 200
        assert policy(page) == STRICT
        assert is_clean(page.text)


def test_the_index_opens_and_leads_back_to_work(office):
    page = office.get("/admin/")

    assert page.status_code == 200
    assert "Back to work" in page.text


def test_secrets_and_sessions_have_no_page_here(office):
    for path in ("mfa/authenticator", "usersessions/usersession", "account/emailaddress"):
        assert office.get(f"/admin/{path}/").status_code == 404


def test_django_s_own_door_is_walled_up(visitor, office, client, db):
    assert client.get("/admin/login/?next=/admin/")["Location"] == (
        "/account/login/?next=%2Fadmin%2F"
    )
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302
    assert office.get("/admin/password_change/").status_code == 403


def test_a_person_is_made_without_a_password_and_invited_to_choose_one(
    office, make_visitor, sign_in, billing_team, django_capture_on_commit_callbacks
):
    office.post(f"{PEOPLE}add/", person_form(teams=[billing_team.pk]))

    nia = Person.objects.get(email="new@alder.test")
    assert not nia.has_usable_password()
    assert list(nia.teams.all()) == [billing_team]
    assert last(f"person.{nia.pk}", "invited").by.name == "Ada"
    (letter,) = mail.outbox
    assert letter.to == ["new@alder.test"]
    assert "Ada has made an account for you" in letter.body
    link = next(line for line in letter.body.splitlines() if line.startswith("http://127"))

    browser = make_visitor()
    form = browser.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    new = {"password1": "quite another phrase", "password2": "quite another phrase"}
    browser.post(form.redirect_chain[-1][0], new)
    assert sign_in(browser, nia, "quite another phrase").status_code == 302


def test_without_a_mail_server_the_administrator_is_shown_the_link(office, settings):
    settings.SMTP_URL = ""

    page = office.post(f"{PEOPLE}add/", person_form(), follow=True)

    assert "Give Nia New this link: http://127.0.0.1:8000/account/password/reset/" in page.text


def test_a_second_person_with_the_same_address_in_other_case_is_refused(office, ana):
    page = office.post(f"{PEOPLE}add/", person_form(email="ANA@alder.test"))

    assert page.status_code == 200
    assert "already exists" in page.text
    assert Person.objects.filter(email__iexact="ana@alder.test").count() == 1


def test_a_change_of_role_and_teams_is_recorded_in_words_and_told_to_the_screens(
    office, ana, other_team, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        form = person_form(ana, role="lead", teams=[other_team.pk])
        office.post(f"{PEOPLE}{ana.pk}/change/", form)

    entry = last(f"person.{ana.pk}", "access_changed")
    assert entry.by.name == "Ada"
    assert entry.particulars == {
        "role": ["Customer service representative", "Team lead"],
        "teams": ["Billing team", "Another team"],
    }
    assert any(f"person.{ana.pk}" in line for line in heard())


def test_a_change_of_the_name_alone_takes_nobody_s_screen(office, ana):
    office.post(f"{PEOPLE}{ana.pk}/change/", person_form(ana, name="Ana Ortiz"))

    verbs = Entry.objects.filter(subject=f"person.{ana.pk}").values_list("verb", flat=True)
    assert list(verbs) == ["changed"]


def test_who_is_set_inactive_is_signed_out_everywhere(office, make_visitor, sign_in, ana):
    hers = make_visitor()
    sign_in(hers, ana)
    form = person_form(ana)
    del form["is_active"]

    office.post(f"{PEOPLE}{ana.pk}/change/", form)

    assert hers.get("/me/").status_code == 302
    assert last(f"person.{ana.pk}", "signed_out").particulars == {"everywhere": True}


def test_after_a_change_of_address_only_the_new_one_opens(office, make_visitor, sign_in, ana):
    office.post(f"{PEOPLE}{ana.pk}/change/", person_form(ana, email="ana.ortiz@alder.test"))

    assert sign_in(make_visitor(), "ana@alder.test").status_code == 200
    assert sign_in(make_visitor(), "ana.ortiz@alder.test").status_code == 302


@pytest.mark.parametrize("fields", [{"role": "csr"}, {"is_active": ""}])
def test_nobody_locks_themselves_out(office, ada, fields):
    page = office.post(f"{PEOPLE}{ada.pk}/change/", person_form(ada, **fields))

    assert "ask a colleague" in page.text
    assert Person.objects.get(pk=ada.pk).is_staff


def test_nobody_is_deleted(office, ana):
    assert office.post(f"{PEOPLE}{ana.pk}/delete/", {"post": "yes"}).status_code == 403


def test_people_are_signed_out_everywhere_and_lose_lost_factors_by_an_action(
    office, make_visitor, sign_in, ana
):
    hers = make_visitor()
    sign_in(hers, ana)
    Authenticator.objects.create(user=ana, type="totp", data={"secret": "x"})

    for action in ("sign_out", "remove_second_factors"):
        office.post(PEOPLE, {"action": action, "_selected_action": [ana.pk]})

    assert hers.get("/me/").status_code == 302
    assert not Authenticator.objects.filter(user=ana).exists()
    assert last(f"person.{ana.pk}", "second_factors_removed").by.name == "Ada"


def test_who_signed_in_long_ago_confirms_before_touching_people(office, ana):
    session = office.session
    session["signed_in_at"] -= 3600
    session.save()

    for path in (f"{PEOPLE}{ana.pk}/change/", "/admin/staff/rolepolicy/add/"):
        assert office.get(path)["Location"].startswith("/account/reauthenticate/")
    assert office.get(PEOPLE).status_code == 200


def mailbox_form(queue, **fields):
    return {
        "address": "Billing@hub.test",
        "name": "Billing",
        "queue": queue.pk,
        "active": "on",
        "imap_port": "993",
        "imap_encryption": "tls",
        "imap_folder": "INBOX",
        "smtp_port": "587",
        "smtp_tls": "starttls",
    } | fields


def test_a_mailbox_s_passwords_go_under_seal_and_are_never_shown_again(office, billing):
    office.post(
        "/admin/inbox/mailbox/add/",
        mailbox_form(billing, imap_password="imap hunter2", smtp_password="smtp hunter2"),
    )

    mailbox = Mailbox.objects.get(address="billing@hub.test")
    assert b"hunter2" not in bytes(mailbox.imap_secret)
    assert sealer().open(bytes(mailbox.imap_secret)) == b"imap hunter2"
    assert sealer().open(bytes(mailbox.smtp_secret)) == b"smtp hunter2"
    assert "hunter2" not in office.get(f"/admin/inbox/mailbox/{mailbox.pk}/change/").text
    assert "hunter2" not in json.dumps(list(Entry.objects.values_list("particulars", flat=True)))


def test_an_empty_password_keeps_the_one_we_have(office, billing):
    form = mailbox_form(billing, imap_password="imap hunter2")
    office.post("/admin/inbox/mailbox/add/", form)
    mailbox = Mailbox.objects.get()

    path = f"/admin/inbox/mailbox/{mailbox.pk}/change/"
    office.post(path, mailbox_form(billing, name="Renamed"))

    kept = Mailbox.objects.get()
    assert kept.name == "Renamed"
    assert sealer().open(bytes(kept.imap_secret)) == b"imap hunter2"


def test_who_loses_a_queue_is_told_to_look_again(
    office, billing, ana, zoe, heard, django_capture_on_commit_callbacks
):
    form = {"name": "Billing", "key": "billing", "first_reply_minutes": "240", "position": "0"}
    with django_capture_on_commit_callbacks(execute=True):
        office.post(f"/admin/inbox/queue/{billing.pk}/change/", form)

    assert not Queue.objects.get().teams.exists()
    told = " ".join(heard())
    assert f"person.{ana.pk}" in told
    assert f"person.{zoe.pk}" not in told


def test_who_loses_a_team_is_told_to_look_again(
    office, ana, heard, billing_team, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        office.post(f"/admin/staff/team/{billing_team.pk}/delete/", {"post": "yes"})

    assert not Team.objects.exists()
    assert f"person.{ana.pk}" in " ".join(heard())
    assert last(f"team.{billing_team.pk}", "deleted").by.name == "Ada"


def test_changes_leave_a_line_with_the_names_of_what_changed(office, billing, billing_team):
    form = {"name": "Bills", "key": "billing", "first_reply_minutes": "60", "position": "0"}
    office.post(f"/admin/inbox/queue/{billing.pk}/change/", form | {"teams": [billing_team.pk]})

    entry = last(f"queue.{billing.pk}", "changed")
    assert entry.by.name == "Ada"
    assert entry.particulars == {
        "what": [{"changed": {"fields": ["Name", "First reply due, minutes"]}}]
    }


def test_consents_and_the_journal_are_read_only(office, ana):
    point = Point.objects.create(
        customer=Customer.objects.create(name="Rosa"), kind="email", value="rosa@cust.test"
    )
    consent = Consent.objects.create(
        point=point, channel="email", purpose="service", granted=True, source="agent"
    )
    entry = record("case.1", "noted", by=ana)

    for path in (f"customers/consent/{consent.pk}", f"journal/entry/{entry.pk}"):
        assert office.get(f"/admin/{path}/change/").status_code == 200
        assert office.post(f"/admin/{path}/change/", {}).status_code == 403
        assert office.post(f"/admin/{path}/delete/", {"post": "yes"}).status_code == 403
