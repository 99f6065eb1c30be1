from contact_hub.inbox.models import Case


def test_the_case_page_shows_what_the_customer_wrote(client, make_case, ana):
    client.force_login(ana)
    case = make_case(subject="My bill doubled", text="Nobody was home for two weeks.")

    page = client.get(f"/desk/cases/{case.pk}/")

    assert page.status_code == 200
    assert "My bill doubled" in page.text
    assert "Nobody was home for two weeks." in page.text
