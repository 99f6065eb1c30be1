"""Mail from East Asia under a wrong label or none, beside Western mail that must stay as it is."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from contact_hub.lib.charsets import decode

EASTERN = [
    ("cp949", "전기 요금 문의"),
    ("cp949", "안녕하세요. 지난달 전기 요금이 두 배로 나왔습니다. 계정 번호는 4410227931 입니다."),
    ("cp932", "電気料金について"),
    ("cp932", "お世話になっております。先月の電気料金が二倍になりました。ご確認をお願いします。"),
    ("cp932", "請求書"),
    ("gb18030", "您好,上个月的电费翻了一倍,请帮我查一下。我的账号是 4410227931。"),
    ("gb18030", "电费账单"),
    ("big5hkscs", "您好,上個月的電費多了一倍,請幫我查一下。我的帳號是 4410227931。"),
    ("big5hkscs", "電費帳單的問題"),
]
WESTERN = [
    "Rosa’s bill – “too high”, she said… 50 € more",
    "‘Twas’ the ‘’90s’",
    "¿Él? ¿Él? ¡Última vez! ¿Ángel? ¿Átomo?",
    "Año nuevo, señor Muñoz: ¿cuánto debo? Dirección: 5º B",
    "Größe, Straße, Füße, ÄÖÜ äöü",
    "créée, agréée, naïf, où ça? «Ça va»",
    "São João, ação, coração, À ÀS ÇÃO",
    "20° – 30°, ½ × ¾ ÷ ±2 µm²",
    "Ærø, Åsa, smørrebrød",
    "É",
    "ÀÉ",
]


@pytest.mark.parametrize("label", ["", "us-ascii", "iso-8859-1", "windows-1252", "utf-8"])
@pytest.mark.parametrize(("codec", "text"), EASTERN)
def test_eastern_bytes_under_a_western_label_are_read_and_the_defect_is_told(codec, text, label):
    read, defect = decode(text.encode(codec), label)

    assert read == text
    assert "read as" in defect


@pytest.mark.parametrize(
    ("codec", "label"), [("cp949", "gb2312"), ("cp932", "euc-kr"), ("big5hkscs", "iso-2022-jp")]
)
def test_bytes_that_the_label_does_not_fit_are_read_as_what_they_are(codec, label):
    text = max((words for one, words in EASTERN if one == codec), key=len)

    read, defect = decode(text.encode(codec), label)

    assert (read == text) is bool(defect) or label == "gb2312"  # whose codec takes nearly all


@pytest.mark.parametrize("label", ["", "us-ascii", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("text", WESTERN)
def test_western_mail_stays_right(text, label):
    assert decode(text.encode("cp1252"), label)[0] == text


LETTERS = "abcdefghijklmnopqrstuvwxyz áéíóúüñ çãõâêô àèìòù äöß åæø ÁÉÑÇ ¿¡ º ’“” –"


@given(some.text(LETTERS, max_size=300))
def test_western_words_of_any_kind_stay_right(text):
    raw = text.encode("cp1252")
    assume(raw.decode("utf-8", "ignore").encode() != raw)  # by chance it is UTF-8 as well

    assert decode(raw, "iso-8859-1")[0] == text


@given(some.binary(max_size=200), some.sampled_from(["", "utf-8", "latin2", "latin1", "koi8-r"]))
def test_no_control_characters_are_ever_kept(data, label):
    assert not [one for one in decode(data, label)[0] if "\x80" <= one <= "\x9f"]


def test_what_windows_1252_has_no_letter_for_is_marked():
    assert decode(b"one \x81 two \x93three\x94", "")[0] == "one � two “three”"
