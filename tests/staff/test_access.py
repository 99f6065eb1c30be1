import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from contact_hub.staff import rules
from contact_hub.staff.access import may, signed_in
from contact_hub.staff.models import Person


@may(rules.WORK)
def work(request):
    return HttpResponse(f"working: {request.user}")


@signed_in
def read(request):
    return HttpResponse(f"reading: {request.user}")


@pytest.fixture
def ask(rf):
    def ask(view, user, **headers):
        request = rf.get("/desk/cases/7/?tab=notes", headers=headers)
        request.user = user
        return view(request)

    return ask


def test_who_may_gets_in(ask, ana):
    assert ask(work, ana).text == "working: Ana"


def test_an_auditor_reads_and_changes_nothing(ask, auditor):
    assert ask(read, auditor).text == "reading: Audrey"
    with pytest.raises(PermissionDenied, match="does not include"):
        ask(work, auditor)


def test_a_stranger_is_sent_to_the_door_and_back_afterwards(ask):
    answer = ask(work, AnonymousUser())

    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=/desk/cases/7/%3Ftab%3Dnotes"


def test_a_part_of_a_page_takes_the_page_that_shows_it_to_the_door(ask):
    answer = ask(
        read,
        AnonymousUser(),
        **{"hx-request": "true", "hx-current-url": "http://testserver/desk/?view=mine"},
    )

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/account/login/?next=/desk/%3Fview%3Dmine"


def test_the_roles_allow_what_the_office_expects():
    allowed = {role: sorted(rules.ACTS[role]) for role in Person.Role.values}

    assert allowed == {
        "csr": ["customers", "work"],
        "front_desk": ["customers", "work"],
        "lead": ["customers", "tend", "work"],
        "manager": ["customers", "see_all", "tend", "work"],
        "administrator": ["configure", "see_all", "tend", "work"],
        "auditor": ["customers", "see_all"],
    }


def test_a_role_nobody_knows_allows_nothing():
    assert not rules.allows("wizard", rules.WORK)


def test_somebody_inactive_may_nothing_whatever_the_role(make_person):
    gone = make_person("Gone", role=Person.Role.ADMINISTRATOR, is_active=False, is_superuser=True)

    assert not gone.may(rules.CONFIGURE)
    assert not gone.has_perm("staff.change_person")
