import pytest
from allauth.usersessions.models import UserSession

from contact_hub.desk.actions import people
from contact_hub.journal.models import Entry
from contact_hub.lib import devices

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


@pytest.mark.parametrize(
    ("line", "browser", "system"),
    [
        (PHONE, "Safari", "iPhone"),
        (EDGE, "Edge", "Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Firefox/143.0", "Firefox", "Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome", "Android"),
        ("curl/8.5", "", ""),
    ],
)
def test_a_device_is_named_in_words(line, browser, system):
    assert (devices.browser(line), devices.system(line)) == (browser, system)


def test_the_list_shows_where_one_is_signed_in_this_browser_first(make_visitor, sign_in, somebody):
    phone, desk = make_visitor(PHONE), make_visitor(EDGE)
    sign_in(phone, somebody)
    sign_in(desk, somebody)

    page = desk.get("/me/sessions/")

    assert [place.device for place in page.context["places"]] == [
        "Edge on Windows",
        "Safari on iPhone",
    ]
    assert [place.here for place in page.context["places"]] == [True, False]
    assert phone.defaults["REMOTE_ADDR"] in page.text


def test_one_browser_is_signed_out_from_another(make_visitor, sign_in, somebody):
    phone, desk = make_visitor(PHONE), make_visitor(EDGE)
    sign_in(phone, somebody)
    sign_in(desk, somebody)
    there = UserSession.objects.get(user_agent=PHONE)

    desk.post(f"/me/sessions/{there.pk}/end/")
    desk.post(f"/me/sessions/{there.pk}/end/")

    assert phone.get("/me/").status_code == 302
    assert desk.get("/me/").status_code == 200
    assert Entry.objects.filter(subject=f"person.{somebody.pk}", verb="signed_out").count() == 1


def test_nobody_ends_the_session_of_somebody_else(make_visitor, sign_in, somebody, ana):
    theirs, mine = make_visitor(), make_visitor()
    sign_in(theirs, ana)
    sign_in(mine, somebody)

    mine.post(f"/me/sessions/{UserSession.objects.get(user=ana).pk}/end/")

    assert theirs.get("/me/").status_code == 200


def test_everywhere_else_is_one_button(make_visitor, sign_in, somebody):
    here, *others = [make_visitor() for _ in range(3)]
    for browser in (here, *others):
        sign_in(browser, somebody)

    here.post("/me/sessions/end-others/")

    assert here.get("/me/").status_code == 200
    assert [other.get("/me/").status_code for other in others] == [302, 302]


def test_signed_out_everywhere_means_also_sessions_that_nobody_listed(
    make_visitor, sign_in, somebody
):
    listed, unlisted = make_visitor(), make_visitor()
    sign_in(listed, somebody)
    unlisted.force_login(somebody)
    UserSession.objects.exclude(ip=listed.defaults["REMOTE_ADDR"]).delete()

    people.sign_out_everywhere(somebody, by=None)

    assert listed.get("/me/").status_code == 302
    assert unlisted.get("/me/").status_code == 302
    assert sign_in(make_visitor(), somebody).status_code == 302


def test_who_is_set_inactive_is_out_with_the_next_click(visitor, sign_in, somebody):
    sign_in(visitor, somebody)
    somebody.is_active = False
    somebody.save()

    people.access_changed(somebody, by=None, active=["True", "False"])

    assert visitor.get("/me/").status_code == 302
    assert not UserSession.objects.filter(user=somebody).exists()


def test_use_of_a_session_is_noted_now_and_then_not_with_every_click(visitor, sign_in, somebody):
    sign_in(visitor, somebody)
    visitor.get("/me/")
    noted = visitor.session["seen"]
    first = UserSession.objects.get(user=somebody).last_seen_at

    visitor.get("/me/")
    assert UserSession.objects.get(user=somebody).last_seen_at == first

    session = visitor.session
    session["seen"] = noted - 301
    session.save()
    visitor.get("/me/")
    assert UserSession.objects.get(user=somebody).last_seen_at > first
