import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail

from contact_hub.journal.models import Entry
from contact_hub.staff.models import Person, RolePolicy

pytestmark = pytest.mark.django_db(transaction=True)  # letters are written after the commit

FACTORS = "/account/second-factor/"


@pytest.fixture
def manager(make_person, db):
    RolePolicy.objects.create(role=Person.Role.MANAGER, mfa_required=True)
    return make_person("Mona", role=Person.Role.MANAGER)


def verbs(person):
    entries = Entry.objects.filter(subject=f"person.{person.pk}").order_by("seq")
    return list(entries.values_list("verb", flat=True))


def code_for(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up_app(client):
    """Walk through the page; returns the secret the app would keep."""
    secret = client.get(f"{FACTORS}totp/activate/").context["form"].secret
    answer = client.post(f"{FACTORS}totp/activate/", {"code": code_for(secret)})
    assert answer.status_code == 302, answer.text
    return secret


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_whose_role_asks_for_a_factor_reaches_only_the_pages_where_it_is_set_up(
    visitor, sign_in, manager
):
    sign_in(visitor, manager)

    assert visitor.get("/me/")["Location"] == FACTORS
    assert visitor.get("/admin/")["Location"] == FACTORS
    assert "Your role asks for a second factor" in visitor.get(FACTORS).text
    assert visitor.get(f"{FACTORS}totp/activate/").status_code == 200
    assert visitor.get("/healthz").status_code == 200
    assert visitor.post("/account/logout/")["Location"] == "/account/login/"


def test_a_part_of_a_page_is_refused_too_and_takes_the_whole_page_along(visitor, sign_in, manager):
    sign_in(visitor, manager)

    answer = visitor.get("/me/", headers={"hx-request": "true"})

    assert answer.status_code == 403
    assert answer["HX-Redirect"] == FACTORS


def test_roles_without_the_policy_work_without_a_factor(visitor, sign_in, manager, somebody):
    sign_in(visitor, somebody)

    assert visitor.get("/me/").status_code == 200


def test_the_policy_holds_from_the_next_request_on(visitor, sign_in, somebody):
    sign_in(visitor, somebody)
    assert visitor.get("/me/").status_code == 200

    RolePolicy.objects.create(role=somebody.role, mfa_required=True)

    assert visitor.get("/me/")["Location"] == FACTORS


def test_once_the_app_is_set_up_everything_opens_and_the_next_sign_in_asks_for_its_code(
    visitor, make_visitor, sign_in, manager
):
    sign_in(visitor, manager)
    secret = set_up_app(visitor)
    assert visitor.get("/me/").status_code == 200

    later = make_visitor()
    assert sign_in(later, manager)["Location"] == f"{FACTORS}authenticate/"
    assert later.get("/me/").status_code == 302
    refused = later.post(f"{FACTORS}authenticate/", {"code": wrong(code_for(secret))})
    assert "Incorrect code" in refused.text
    assert (
        later.post(f"{FACTORS}authenticate/", {"code": code_for(secret, 1)})["Location"] == "/desk/"
    )

    assert later.get("/me/").status_code == 200
    assert verbs(manager) == [
        "signed_in",
        "authenticator_added",
        "second_factor_failed",
        "signed_in",
    ]
    assert Entry.objects.get(verb="second_factor_failed").by is None


def test_a_code_opens_the_door_once(visitor, make_visitor, sign_in, manager):
    sign_in(visitor, manager)
    secret = set_up_app(visitor)
    code = code_for(secret, 1)
    first, second = make_visitor(), make_visitor()
    sign_in(first, manager)
    sign_in(second, manager)

    assert first.post(f"{FACTORS}authenticate/", {"code": code}).status_code == 302
    assert "Incorrect code" in second.post(f"{FACTORS}authenticate/", {"code": code}).text


def test_a_recovery_code_opens_the_door_once(visitor, make_visitor, sign_in, manager):
    sign_in(visitor, manager)
    set_up_app(visitor)
    code = visitor.get(f"{FACTORS}recovery-codes/").context["unused_codes"][0]
    first, second = make_visitor(), make_visitor()
    sign_in(first, manager)
    sign_in(second, manager)

    assert first.post(f"{FACTORS}authenticate/", {"code": code}).status_code == 302
    assert "Incorrect code" in second.post(f"{FACTORS}authenticate/", {"code": code}).text


def test_the_secrets_lie_under_seal(visitor, sign_in, manager):
    sign_in(visitor, manager)
    secret = set_up_app(visitor)

    stored = " ".join(str(row) for row in Authenticator.objects.values_list("data", flat=True))

    assert secret not in stored
    for code in visitor.get(f"{FACTORS}recovery-codes/").context["unused_codes"]:
        assert code not in stored


def test_the_last_factor_stays_where_the_role_asks_for_one(visitor, sign_in, manager):
    sign_in(visitor, manager)
    set_up_app(visitor)

    answer = visitor.post(f"{FACTORS}totp/deactivate/")

    assert "cannot deactivate" in answer.text
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_factor_nobody_asks_for_can_be_removed_and_its_owner_is_written_to(
    visitor, sign_in, somebody
):
    sign_in(visitor, somebody)
    set_up_app(visitor)

    visitor.post(f"{FACTORS}totp/deactivate/")

    assert not Authenticator.objects.filter(type="totp").exists()
    assert verbs(somebody)[-1] == "authenticator_removed"
    assert {letter.to[0] for letter in mail.outbox} == {somebody.email}
    assert len(mail.outbox) == 2


def test_who_signed_in_long_ago_must_confirm_before_changing_a_factor(visitor, sign_in, somebody):
    sign_in(visitor, somebody)
    session = visitor.session
    session["signed_in_at"] -= 3600
    session.save()

    answer = visitor.get(f"{FACTORS}totp/activate/")

    assert answer["Location"].startswith("/account/reauthenticate/")
    page = visitor.post(answer["Location"], {"password": "a long pass phrase"})
    assert page["Location"] == f"{FACTORS}totp/activate/"
    assert visitor.get(page["Location"]).status_code == 200
