import io
import json
import logging
import logging.config

import pytest
import structlog

from contact_hub.lib import logs

BODY = "Dear utility, my neighbour Rosa owes me 300 dollars"


@pytest.fixture
def lines():
    """What production would write, as parsed lines; the logging of the test run is put back."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    held = structlog.get_config()["processors"]  # by every logger that has spoken already
    configuration = logs.configure(as_json=True, level="INFO")
    held[:] = structlog.get_config()["processors"]
    structlog.configure(processors=held)
    formatter = dict(configuration["formatters"]["line"])
    handler.setFormatter(formatter.pop("()")(**formatter))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.removeHandler(handler)
    structlog.contextvars.clear_contextvars()


def understand(text):
    """A take-in that breaks on the mail it reads, and quotes it, as parsers do."""
    words = text.split()
    try:
        return words[int(words[0])]
    except ValueError as error:
        raise RuntimeError(f"cannot understand {text!r}") from error


def test_an_exception_is_told_by_type_and_place_and_never_quotes_the_mail(lines):
    try:
        understand(BODY)
    except RuntimeError:
        logging.getLogger("contact_hub.inbox").exception("take in failed for envelope %d", 7)

    (line,) = lines()

    assert "neighbour" not in json.dumps(line)
    assert line["event"] == "take in failed for envelope 7"
    assert [one["type"] for one in line["exception"]] == [
        "builtins.RuntimeError",
        "builtins.ValueError",
    ]
    assert "test_logs.py" in line["exception"][0]["at"][-1]
    assert "understand" in line["exception"][0]["at"][-1]


def test_structlog_and_the_standard_library_write_alike(lines):
    try:
        understand(BODY)
    except RuntimeError:
        structlog.get_logger("contact_hub.mail").exception("failed", envelope=7)
    logging.getLogger("other").warning("plain %s", "words")

    first, second = lines()

    assert "neighbour" not in json.dumps(first)
    assert first["envelope"] == 7
    assert first["exception"][0]["type"] == "builtins.RuntimeError"
    assert (second["event"], second["logger"], second["level"]) == (
        "plain words",
        "other",
        "warning",
    )


def test_addresses_are_masked_wherever_they_stand(lines):
    log = logging.getLogger("contact_hub.mail")
    log.warning("refused <rosa.delgado@cust.test> and %s", "tran+bill@cust.test")
    structlog.get_logger("contact_hub.mail").warning("bounced", to="rosa@cust.test")

    first, second = lines()

    assert first["event"] == "refused <…@…> and …@…"
    assert second["to"] == "…@…"


def test_extras_of_the_standard_library_do_not_slip_in(lines):
    logging.getLogger("contact_hub.mail").warning("odd", extra={"body": BODY})

    assert "neighbour" not in json.dumps(lines())


def test_each_request_is_one_line_with_the_person_and_without_what_they_looked_for(
    lines, client, ana
):
    client.force_login(ana)

    answer = client.get("/me/?q=rosa+delgado", headers={"x-request-id": "proxy-12345678"})

    (line,) = [line for line in lines() if line["event"] == "request"]
    assert answer["X-Request-ID"] == "proxy-12345678"
    assert line["request"] == "proxy-12345678"
    assert line["person"] == ana.pk
    assert (line["method"], line["route"], line["status"]) == ("GET", "me/", 200)
    assert "rosa" not in json.dumps(line)


@pytest.mark.parametrize("planted", ["short", "x" * 80, 'evil" level=info', "new\tline-1234"])
def test_an_id_that_could_forge_a_line_is_replaced(client, planted):
    answer = client.get("/healthz", headers={"x-request-id": planted})

    assert answer["X-Request-ID"] != planted
    assert len(answer["X-Request-ID"]) == 32


def test_nothing_of_one_request_clings_to_the_next(lines, client, ana):
    client.force_login(ana)
    client.get("/me/")
    client.logout()
    client.get("/account/login/")

    last = [line for line in lines() if line["event"] == "request"][-1]

    assert "person" not in last


def test_a_crash_in_a_view_is_a_line_with_its_place_and_a_page_in_words(
    lines, client, ana, monkeypatch
):
    client.force_login(ana)
    client.raise_request_exception = False

    def break_down(*_args, **_kwargs):
        raise RuntimeError(f"it said {BODY}")

    monkeypatch.setattr("contact_hub.staff.queries.places_of", break_down)
    answer = client.get("/me/sessions/")

    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "neighbour" not in json.dumps(lines())
    told = next(line for line in lines() if "exception" in line)
    assert told["exception"][0]["type"] == "builtins.RuntimeError"
    assert told["request"] == answer["X-Request-ID"]


def test_a_refusal_is_a_line_without_a_trace(lines, client, ana):
    client.force_login(ana)

    answer = client.get("/tend/quarantine/")

    assert answer.status_code == 403
    (told,) = [line for line in lines() if line["logger"] == "django.request"]
    assert told["event"].startswith("Forbidden")
    assert "exception" not in told
