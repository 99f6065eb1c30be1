"""Keyed hashes of short secrets."""

from contact_hub.lib.keyed import is_same, keyed


def test_the_same_digits_of_two_people_look_different():
    ours = keyed("1234", about="tax.C1", key="k")

    assert len(ours) == 20
    assert ours == keyed("1234", about="tax.C1", key="k")
    assert ours != keyed("1234", about="tax.C2", key="k")
    assert ours != keyed("1234", about="birth.C1", key="k")
    assert ours != keyed("1234", about="tax.C1", key="another")


def test_an_answer_is_checked_under_every_key_that_is_still_in_use():
    stored = keyed("1234", about="tax.C1", key="old")

    assert is_same("1234", stored, about="tax.C1", keys=["new", "old"])
    assert not is_same("1235", stored, about="tax.C1", keys=["new", "old"])
    assert not is_same("1234", stored, about="tax.C1", keys=["new"])
    assert not is_same("1234", "", about="tax.C1", keys=["old"])
