import secrets

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail

from contact_hub.journal.models import Entry
from tests.conftest import PASSWORD


def verbs(subject):
    return list(
        Entry.objects.filter(subject=subject).order_by("seq").values_list("verb", flat=True)
    )


def unknown():
    return f"nobody-{secrets.token_hex(4)}@alder.test"


class Counting(Argon2PasswordHasher):
    """Argon2, counted: the work is what a clock at the door would measure."""

    done = 0

    def encode(self, password, salt):
        type(self).done += 1
        return super().encode(password, salt)

    def verify(self, password, encoded):
        type(self).done += 1
        return super().verify(password, encoded)


def test_people_sign_in_by_email_in_any_case_and_the_journal_says_so(visitor, sign_in, somebody):
    answer = sign_in(visitor, somebody.email.upper())

    assert answer.status_code == 302
    assert answer["Location"] == "/desk/"
    assert visitor.get("/me/").status_code == 200
    entry = Entry.objects.get(subject=f"person.{somebody.pk}", verb="signed_in")
    assert entry.by == somebody
    assert entry.particulars["address"].startswith("10.")


def test_a_wrong_password_and_an_unknown_address_are_answered_in_the_same_words(
    visitor, sign_in, somebody
):
    wrong = sign_in(visitor, somebody, "not the pass phrase")
    stranger = sign_in(visitor, unknown())

    words = "The email address and/or password you specified are not correct."
    assert words in wrong.text
    assert words in stranger.text
    assert verbs(f"person.{somebody.pk}") == ["sign_in_failed"]
    assert "sign_in_failed" in verbs("stranger")


def test_an_unknown_address_costs_as_much_hashing_as_a_wrong_password(
    visitor, sign_in, somebody, settings
):
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    Counting.done = 0
    sign_in(visitor, somebody, "not the pass phrase")
    for_known = Counting.done

    sign_in(visitor, unknown(), "not the pass phrase")

    assert for_known >= 1
    assert Counting.done == 2 * for_known


def test_after_five_wrong_passwords_even_the_right_one_must_wait(make_visitor, sign_in, somebody):
    for _ in range(5):
        sign_in(make_visitor(), somebody, "guess")

    answer = sign_in(make_visitor(), somebody)

    assert answer.status_code == 200
    assert "Too many failed login attempts" in answer.text


def test_a_guesser_of_addresses_is_stopped_and_nobody_else_is(make_visitor, sign_in, somebody):
    guesser = make_visitor()
    for _ in range(10):
        sign_in(guesser, unknown(), "guess")

    assert "Too many failed login attempts" in sign_in(guesser, somebody).text
    assert sign_in(make_visitor(), somebody).status_code == 302


def test_too_many_posts_from_one_address_meet_a_page_in_words(visitor):
    answers = [visitor.post("/account/login/", {}) for _ in range(31)]

    assert answers[29].status_code == 200
    assert answers[30].status_code == 429
    assert "Too many tries" in answers[30].text


@pytest.mark.parametrize("path", ["/account/signup/", "/account/email/", "/account/3rdparty/"])
def test_nobody_makes_an_account_for_themselves(visitor, path):
    assert visitor.get(path).status_code == 404


def test_who_was_set_inactive_is_told_and_stays_outside(visitor, sign_in, somebody):
    somebody.is_active = False
    somebody.save()

    answer = sign_in(visitor, somebody)

    assert answer["Location"] == "/account/inactive/"
    assert "Ask your administrator" in visitor.get("/account/inactive/").text
    assert visitor.get("/me/").status_code == 302


def test_signing_in_changes_the_key_of_the_session(visitor, sign_in, somebody):
    visitor.get("/account/login/")
    session = visitor.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    visitor.cookies["sessionid"] = planted

    sign_in(visitor, somebody)

    assert visitor.cookies["sessionid"].value != planted


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("/desk/cases/7/", "/desk/cases/7/"),
        ("https://elsewhere.test/", "/desk/"),
        ("//elsewhere.test/", "/desk/"),
        ("/\\elsewhere.test/", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
    ],
)
def test_after_signing_in_one_is_sent_on_only_within_the_hub(
    visitor, sign_in, somebody, asked, sent
):
    assert sign_in(visitor, somebody, next=asked)["Location"] == sent


def test_signing_out_ends_the_session_and_is_recorded(visitor, sign_in, somebody):
    sign_in(visitor, somebody)
    assert visitor.get("/account/logout/").status_code == 200

    answer = visitor.post("/account/logout/")

    assert answer["Location"] == "/account/login/"
    assert visitor.get("/me/").status_code == 302
    assert verbs(f"person.{somebody.pk}") == ["signed_in", "signed_out"]


def test_a_forgotten_password_is_replaced_by_letter(visitor, make_visitor, sign_in, somebody):
    elsewhere = make_visitor()
    sign_in(elsewhere, somebody)

    visitor.post("/account/password/reset/", {"email": somebody.email})
    link = next(line for line in mail.outbox[0].body.splitlines() if "/password/reset/" in line)
    path = link.removeprefix("http://127.0.0.1:8000")
    form = visitor.get(path, follow=True).redirect_chain[-1][0]
    new = {"password1": "quite another phrase", "password2": "quite another phrase"}
    visitor.post(form, new)

    assert sign_in(visitor, somebody, "quite another phrase").status_code == 302
    assert elsewhere.get("/me/").status_code == 302
    assert "no longer works" in make_visitor().get(path).text
    assert "password_reset" in verbs(f"person.{somebody.pk}")
    assert mail.outbox[-1].to == [somebody.email]


def test_a_reset_asked_for_under_another_host_name_still_links_home(visitor, somebody):
    visitor.post(
        "/account/password/reset/", {"email": somebody.email}, headers={"host": "localhost"}
    )

    assert "http://127.0.0.1:8000/account/password/reset/" in mail.outbox[0].body


def test_asking_for_a_stranger_s_password_sends_nothing_and_says_the_same(visitor, somebody):
    known = visitor.post("/account/password/reset/", {"email": somebody.email}, follow=True)
    mail.outbox.clear()

    stranger = visitor.post("/account/password/reset/", {"email": unknown()}, follow=True)

    assert mail.outbox == []
    assert stranger.text == known.text


@pytest.mark.parametrize("weak", ["short", "password1234", "123456789012345"])
def test_a_weak_password_is_refused(visitor, sign_in, somebody, weak):
    sign_in(visitor, somebody)
    form = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}

    answer = visitor.post("/account/password/", form)

    assert answer.status_code == 200
    assert "errorlist" in answer.text


def test_changing_the_password_keeps_this_browser_and_ends_the_others(
    visitor, make_visitor, sign_in, somebody
):
    elsewhere = make_visitor()
    sign_in(elsewhere, somebody)
    sign_in(visitor, somebody)
    new = {"password1": "quite another phrase", "password2": "quite another phrase"}

    visitor.post("/account/password/", {"oldpassword": PASSWORD} | new)

    assert visitor.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
    assert "password_changed" in verbs(f"person.{somebody.pk}")


def test_the_sign_in_page_is_read_in_the_language_one_chooses(visitor):
    visitor.post("/account/language/", {"language": "es", "next": "/account/login/"})

    page = visitor.get("/account/login/")

    assert page["Content-Language"] == "es"
    assert '<html lang="es"' in page.text


def test_a_form_that_is_too_old_is_refused_in_words(make_visitor):
    visitor = make_visitor()
    visitor.handler.enforce_csrf_checks = True

    answer = visitor.post("/account/login/", {"login": "x@alder.test", "password": "x"})

    assert answer.status_code == 403
    assert "nothing was changed" in answer.text
