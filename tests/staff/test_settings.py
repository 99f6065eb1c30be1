from contact_hub.staff.models import Person

FORM = {
    "name": "Ana Ortiz",
    "language": "es",
    "theme": "dark",
    "undo_seconds": "30",
    "signature": "Ana",
}


def test_people_keep_their_own_settings_and_the_pages_follow(client, ana):
    client.force_login(ana)

    assert client.post("/me/", FORM | {"comfortable": "on"})["Location"] == "/me/"

    kept = Person.objects.get(pk=ana.pk)
    assert (kept.language, kept.theme, kept.undo_seconds) == ("es", "dark", 30)
    assert (kept.comfortable, kept.single_keys) == (True, False)
    page = client.get("/me/")
    assert page["Content-Language"] == "es"
    assert 'data-theme="dark"' in page.text
    assert 'data-density="comfortable"' in page.text


def test_one_s_language_wins_over_the_browser_s(client, ana):
    client.force_login(ana)

    page = client.get("/me/", headers={"accept-language": "es"})

    assert page["Content-Language"] == "en"


def test_what_does_not_fit_is_said_and_nothing_is_kept(client, ana):
    client.force_login(ana)

    page = client.post("/me/", FORM | {"name": "", "undo_seconds": "999"})

    assert page.status_code == 422
    assert "less than or equal to 120" in page.text
    assert Person.objects.get(pk=ana.pk).language == "en"


def test_nobody_raises_themselves(client, ana):
    client.force_login(ana)

    client.post("/me/", FORM | {"role": "administrator", "level": "III", "is_superuser": "on"})

    kept = Person.objects.get(pk=ana.pk)
    assert (kept.role, kept.level, kept.is_superuser) == ("csr", "II", False)
