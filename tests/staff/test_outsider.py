"""Nobody who has not signed in reads or changes anything, at any address there is."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

OPEN = {  # the only addresses that answer strangers, by name
    "account_login",
    "account_logout",  # sends them to the door
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_login_webauthn",
    "language",
    "healthz",
    "readyz",
    "metrics",  # from this machine alone, see test_health
}
FOR_A_NUMBER = {"int": "1", "str": "a", "slug": "a", "path": "a", "uuid": "0" * 32}


def addresses(patterns=None, before="/", space=""):
    """(name, path) of every address, with something plausible in each of its holes."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        here = before + filled(str(one.pattern))
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from addresses(one.url_patterns, here, inner)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}", here


def filled(pattern):
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda m: FOR_A_NUMBER.get(m[1] or "str", "1"), pattern)
    path = re.sub(r"\(\?P<\w+>[^)]*\)", "1", path)
    return path.lstrip("^").removesuffix("$").removesuffix("\\Z").replace("\\", "")


ALL = sorted(set(addresses()))
CLOSED = [(name, path) for name, path in ALL if name not in OPEN]


def test_the_list_of_addresses_is_complete_enough_to_mean_something():
    names = {name for name, _ in ALL}

    assert {"me", "admin:index", "admin:staff_person_changelist", "mfa_index"} <= names
    assert names >= OPEN


@pytest.mark.parametrize(("name", "path"), CLOSED, ids=lambda value: value)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_gets_nowhere(client, db, name, path, method):
    answer = getattr(client, method)(path)

    inside = answer.status_code == 200
    assert not inside, f"{name} opened at {path}"
    assert answer.status_code in {301, 302, 401, 403, 404, 405}
    if answer.status_code in {301, 302}:
        answer = client.get(path, follow=True)
        assert answer.wsgi_request.path in {"/account/login/", path} or answer.status_code >= 400


def test_nobody_without_the_role_configures(client, ana, lee, max_, auditor):
    for person in (ana, lee, max_, auditor):
        client.force_login(person)
        for name, path in ALL:
            if name.startswith("admin:") and name != "admin:jsi18n":
                answer = client.get(path, follow=True)
                assert answer.status_code in {403, 404}, f"{person} opened {path}"
