def test_the_cast_can_be_built(make_case, ana, zoe):
    from contact_hub.inbox.models import Case

    case = make_case()

    assert list(Case.objects.visible_to(ana)) == [case]
    assert list(Case.objects.visible_to(zoe)) == []
