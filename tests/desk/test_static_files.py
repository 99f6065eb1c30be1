"""Style sheets and scripts under a running hub."""

import os

import pytest
from django.contrib.staticfiles import finders
from django.test import AsyncClient, Client


@pytest.fixture
def sheet(settings, tmp_path):
    settings.STATICFILES_DIRS = [tmp_path]
    finders.get_finder.cache_clear()
    path = tmp_path / "a.css"
    path.write_text("a { color: red }")
    yield path
    finders.get_finder.cache_clear()


def test_a_file_changed_under_a_running_hub_comes_whole(sheet):
    visitor = Client()
    before = visitor.get("/static/a.css")
    sheet.write_text("a { color: red }\nb { color: blue }")

    after = visitor.get("/static/a.css")

    assert before.content == b"a { color: red }"
    assert after.content == sheet.read_bytes()
    assert int(after["Content-Length"]) == len(after.content)
    assert after["Content-Type"].startswith("text/css")


def test_a_browser_that_has_the_file_is_not_sent_it_again(sheet):
    first = Client().get("/static/a.css")

    again = Client().get("/static/a.css", headers={"if-modified-since": first["Last-Modified"]})

    assert (again.status_code, again.content) == (304, b"")


def test_a_browser_that_has_an_older_file_is_sent_the_newer(sheet):
    visitor = Client()
    first = visitor.get("/static/a.css")
    sheet.write_text("b { color: blue }")
    os.utime(sheet, (sheet.stat().st_mtime + 60,) * 2)

    again = visitor.get("/static/a.css", headers={"if-modified-since": first["Last-Modified"]})

    assert (again.status_code, again.content) == (200, b"b { color: blue }")


def test_part_of_a_file_is_a_part_and_its_head_has_its_length(sheet):
    part = Client().get("/static/a.css", headers={"range": "bytes=4-8"})
    head = Client().head("/static/a.css")

    assert (part.status_code, part.content, part["Content-Length"]) == (206, b"color", "5")
    assert (head.content, head["Content-Length"]) == (b"", "16")


@pytest.mark.django_db
async def test_a_file_is_no_stream_that_an_asgi_server_would_have_to_wait_for(sheet):
    answer = await AsyncClient().get("/static/a.css")

    assert answer.content == b"a { color: red }"
    assert not answer.streaming


def test_what_lies_outside_is_not_served(sheet, db):
    (sheet.parent.parent / "secret.txt").write_text("secret")

    for path in ("/static/../secret.txt", "/static/%2e%2e/secret.txt", "/static/none.css"):
        assert Client().get(path).status_code == 404
