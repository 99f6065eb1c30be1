import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as site

PUBLIC = [
    "/account/login/",
    "/account/inactive/",
    "/account/password/reset/",
    "/account/password/reset/sent/",
    "/account/password/reset/done/",
    "/account/password/reset/1-bogus-token/",
    "/nothing/here/",
    "/healthz",
]
OWN = [
    "/me/",
    "/me/sessions/",
    "/account/password/",
    "/account/second-factor/",
    "/account/second-factor/totp/activate/",
    "/account/second-factor/webauthn/",
    "/account/second-factor/webauthn/add/",
    "/account/reauthenticate/",
    "/account/logout/",
]
STRICT = {
    "default-src": {"'self'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "connect-src": {"'self'"},
    "frame-src": {"'self'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'self'"},
}
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE)
STYLE = re.compile(r"<style\b|<[^>]+\sstyle=", re.IGNORECASE)
HANDLER = re.compile(r"<[^>]+\s(on[a-z]+|hx-on[:\w-]*)\s*=", re.IGNORECASE)


def policy(answer):
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: set(sources) for name, *sources in parts}


def is_clean(page):
    return not (SCRIPT.search(page) or STYLE.search(page) or HANDLER.search(page))


def test_the_check_for_inline_things_finds_them():
    assert is_clean('<script type="module" src="/a.js"></script><p class="style">on it</p>')
    for dirty in ("<script>1</script>", '<p style="x">', "<style>", "<b onclick='x'>", "<style>a"):
        assert not is_clean(dirty)


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_before_the_door_is_strict(client, db, path):
    answer = client.get(path, follow=True)

    assert policy(answer) == STRICT
    assert is_clean(answer.text)
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", OWN)
def test_every_page_about_oneself_is_strict(visitor, sign_in, somebody, path):
    sign_in(visitor, somebody)

    answer = visitor.get(path)

    assert answer.status_code == 200
    assert policy(answer) == STRICT
    assert is_clean(answer.text)
    assert "no-store" in answer.get("Cache-Control", "no-store")


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(visitor, sign_in, somebody):
    sign_in(visitor, somebody)

    session = visitor.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert session["max-age"] == ""  # gone with the browser
    assert visitor.cookies["csrftoken"]["samesite"] == "Lax"


def test_a_host_name_that_is_not_ours_is_refused(client, db):
    assert client.get("/account/login/", headers={"host": "elsewhere.test"}).status_code == 400


def test_posting_without_our_token_is_refused(make_visitor, sign_in, somebody):
    visitor = make_visitor(enforce_csrf_checks=True)

    assert sign_in(visitor, somebody).status_code == 403


def hub(code, **environment):
    """Run a line of Python inside a hub set up by `environment` alone."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    program = f"import django; django.setup(); from django.conf import settings as s; {code}"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=site.ROOT,
        env=clean | {"DJANGO_SETTINGS_MODULE": "contact_hub.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


PRODUCTION = {
    "HUB_PRODUCTION": "1",
    "HUB_SECRET_KEY": "a key of this office alone, long enough to be one",
    "HUB_SEALING_KEYS": "another key of this office",
    "HUB_PUBLIC_URL": "https://hub.alder.test",
}


@pytest.mark.parametrize(
    "wrong",
    [{"HUB_SECRET_KEY": None}, {"HUB_SEALING_KEYS": None}, {"HUB_DEBUG": "1"}],
    ids=["demo key", "nothing to seal with", "debug pages"],
)
def test_production_refuses_to_start_with_what_only_a_demo_may_have(wrong):
    environment = {name: value for name, value in (PRODUCTION | wrong).items() if value}

    run = hub("pass", **environment)

    assert run.returncode != 0
    assert "HUB_PRODUCTION needs its own HUB_SECRET_KEY" in run.stderr


def test_behind_https_browsers_are_told_to_come_back_by_https():
    run = hub(
        "from django.test import Client;"
        "answer = Client().get('/healthz', secure=True, headers={'host': 'hub.alder.test'});"
        "print(answer.status_code, answer['Strict-Transport-Security'])",
        **PRODUCTION,
    )

    assert run.stdout.split() == ["200", "max-age=3600"], run.stderr


def test_behind_https_the_names_of_cookies_keep_them_from_being_planted():
    names = hub(
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE)", **PRODUCTION
    )

    assert names.stdout.split() == ["__Host-session", "__Host-csrf", "True"], names.stderr


def test_the_hub_answers_to_its_own_public_name_without_being_told_twice():
    hosts = hub("print(s.ALLOWED_HOSTS[0], s.CSRF_TRUSTED_ORIGINS[0])", **PRODUCTION)

    assert hosts.stdout.split() == ["hub.alder.test", "https://hub.alder.test"], hosts.stderr


def test_in_production_the_hub_answers_to_no_name_that_nobody_gave_it():
    hosts = hub("print(*s.ALLOWED_HOSTS)", **PRODUCTION)
    named = hub("print(*s.ALLOWED_HOSTS)", **PRODUCTION, HUB_ALLOWED_HOSTS="localhost")
    at_home = hub("print(*s.ALLOWED_HOSTS)")

    assert hosts.stdout.split() == ["hub.alder.test", "127.0.0.1"], hosts.stderr
    assert named.stdout.split() == ["localhost"], named.stderr
    assert "localhost" in at_home.stdout.split()
    assert "testserver" not in at_home.stdout.split()
