"""What colleagues said, as it is shown: links stay links, names are marked."""

from contact_hub.desk.templatetags.said import noted


def test_a_name_is_marked():
    assert noted("Ask @Lee about it") == 'Ask <b class="at">@Lee</b> about it'


def test_an_at_sign_in_a_link_stays_part_of_the_link():
    shown = noted("see https://maps.test/?q=@pole for @Lee")

    assert 'href="https://maps.test/?q=%40pole"' in shown
    assert shown.count('<b class="at">') == 1


def test_markup_in_a_note_is_words():
    assert noted("<i>@Lee</i>") == '&lt;i&gt;<b class="at">@Lee</b>&lt;/i&gt;'
