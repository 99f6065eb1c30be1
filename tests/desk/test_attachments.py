import pytest

from contact_hub.desk.rules.framing import framed
from contact_hub.desk.views.attachments import disposition
from contact_hub.inbox import vault
from contact_hub.inbox.models import Attachment

PIXEL = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def desk(client, ana):
    client.force_login(ana)
    return client


@pytest.fixture
def make_file(make_case):
    def make(name="meter.png", content_type="image/png", content=PIXEL, **fields):
        message = make_case().messages.get()
        sha256 = vault.blobs().put(content)
        return Attachment.objects.create(
            message=message,
            name=name,
            content_type=content_type,
            size=len(content),
            sha256=sha256,
            **fields,
        )

    return make


def test_a_file_is_handed_out_to_be_saved_and_nothing_else(desk, make_file):
    file = make_file()

    answer = desk.get(f"/desk/attachments/{file.pk}/meter.png")

    assert answer.content == PIXEL
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("image/png", True),
        ("image/jpeg", True),
        ("image/gif", True),
        ("image/webp", True),
        ("application/pdf", True),
        ("image/svg+xml", False),
        ("text/html", False),
        ("text/xml", False),
        ("application/xhtml+xml", False),
        ("IMAGE/PNG; x=text/html", False),
        ("application/octet-stream", False),
    ],
)
def test_only_pictures_and_pdf_are_shown_in_the_browser(desk, make_file, content_type, shown):
    file = make_file(content_type=content_type, content=b"<script>alert(1)</script>")

    answer = desk.get(f"/desk/attachments/{file.pk}/x?inline=1")

    assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert answer["Content-Type"] == (content_type if shown else "application/octet-stream")
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="evil.exe',
        "line\r\nSet-Cookie: a=b",
        "../../etc/passwd",
        "..\\..\\windows",
        "rechnung ü €.pdf",
        "\x01\x7f",
        "",
        "." * 300,
    ],
)
def test_no_name_breaks_out_of_its_header(desk, make_file, name):
    file = make_file(name=name[:255])

    answer = desk.get(f"/desk/attachments/{file.pk}/x")
    header = answer["Content-Disposition"]

    assert header.count('"') == 2
    assert not set(header) & set("\r\n\x00/\\")
    assert "Set-Cookie" not in answer.headers


def test_a_name_in_any_script_survives_the_header():
    header = disposition("rechnung ü €.pdf", inline=False)

    assert "filename*=UTF-8''rechnung%20%C3%BC%20%E2%82%AC.pdf" in header


def test_a_file_that_was_never_kept_is_gone(desk, make_file):
    file = make_file()
    Attachment.objects.update(sha256="", refused="larger than 25 MB")

    assert desk.get(f"/desk/attachments/{file.pk}/x").status_code == 410


def test_a_file_in_a_merged_case_is_reached_through_the_case_that_stays(
    desk, make_case, ana, outages, make_file
):
    file, target = make_file(), make_case()
    source = file.message.case
    source.queue, source.merged_into, source.state = outages, target, "merged"
    source.save()

    assert desk.get(f"/desk/attachments/{file.pk}/x").status_code == 200


@pytest.fixture
def mail(make_case):
    def make(html):
        message = make_case().messages.get()
        message.html = html
        message.save()
        return message

    return make


def test_html_from_outside_lives_in_a_locked_frame(desk, mail):
    message = mail('<p>Hello</p><img data-src="https://track.test/x.png">')

    page = desk.get(f"/desk/messages/{message.pk}/html/")

    policy = page["Content-Security-Policy"]
    assert policy == (
        "sandbox allow-popups allow-popups-to-escape-sandbox; "
        "default-src 'none'; img-src data:; style-src 'none'; frame-ancestors 'self'"
    )
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "<p>Hello</p>" in page.text
    assert "track.test" not in page.text


def test_remote_images_are_shown_only_when_asked_for(desk, mail):
    message = mail('<img width="1" data-src="https://track.test/x.png?a=1&amp;b=2">')

    page = desk.get(f"/desk/messages/{message.pk}/html/?images=1")

    assert '<img src="https://track.test/x.png?a=1&amp;b=2" width="1">' in page.text
    assert "img-src data: https: http:" in page["Content-Security-Policy"]
    assert "script-src" not in page["Content-Security-Policy"]


def test_the_offer_to_show_remote_images_is_made_only_where_there_are_some(desk, mail):
    with_one = mail('<img data-src="https://track.test/x.png">')
    without = mail("<p>plain</p>")

    assert "Show remote images" in desk.get(f"/desk/cases/{with_one.case_id}/").text
    page = desk.get(f"/desk/cases/{without.case_id}/").text
    assert "As it was sent" in page
    assert "Show remote images" not in page


def test_a_picture_that_came_along_is_put_inside_the_frame(desk, make_file):
    file = make_file(content_id="<logo@cust.test>")
    file.message.html = '<img alt="Logo" src="cid:logo@cust.test">'
    file.message.save()

    page = desk.get(f"/desk/messages/{file.message_id}/html/")

    assert 'src="data:image/png;base64,iVBORw0KGgo="' in page.text


@pytest.mark.parametrize(
    "tag",
    [
        '<img src="javascript:alert(1)">',
        '<img src="file:///etc/passwd">',
        '<img src="cid:unknown">',
        '<img src="/desk/cases/1/">',
        '<img data-src="ftp://x.test/a.png">',
        "<img src=data:text/html,x>",
    ],
)
def test_a_picture_with_any_other_address_has_none(tag):
    page = framed(tag, {}, remote=True)

    assert "src" not in page.partition("<font")[2]


def test_an_html_file_that_came_as_a_picture_is_not_put_inside():
    page = framed('<img src="cid:a">', {"a": ("text/html", b"<script>")}, remote=False)

    assert "base64" not in page
