"""Sealed bytes open for who has the key, in the place they belong to, and for nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.lib.sealing import NotSealed, Sealer, Tampered, UnknownKey

SEALER = Sealer(["new key", "old key"])


@given(st.binary(), st.binary())
def test_what_was_sealed_opens(plain, about):
    sealed = SEALER.seal(plain, about=about)

    assert SEALER.open(sealed, about=about) == plain
    assert len(plain) < 8 or plain not in sealed


def test_the_same_bytes_look_different_each_time():
    assert SEALER.seal(b"pin") != SEALER.seal(b"pin")


def test_an_older_key_still_opens():
    assert SEALER.open(Sealer(["old key"]).seal(b"pin")) == b"pin"


def test_the_newest_key_seals():
    assert Sealer(["new key"]).open(SEALER.seal(b"pin")) == b"pin"


def test_a_key_that_was_taken_away_is_said_to_be_unknown():
    with pytest.raises(UnknownKey):
        Sealer(["another"]).open(SEALER.seal(b"pin"))


@given(st.binary(max_size=40), st.data())
def test_any_changed_byte_is_noticed(plain, data):
    sealed = bytearray(SEALER.seal(plain))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises((NotSealed, UnknownKey, Tampered)):
        SEALER.open(bytes(sealed))


def test_bytes_of_another_place_do_not_open():
    with pytest.raises(Tampered):
        SEALER.open(SEALER.seal(b"pin", about=b"mailbox 1"), about=b"mailbox 2")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"plain words that were never sealed at all"])
def test_what_was_never_sealed_is_said_so(sealed):
    with pytest.raises(NotSealed):
        SEALER.open(sealed)


@pytest.mark.parametrize("keys", [[], [""], ["a", ""]])
def test_sealing_without_a_key_is_refused(keys):
    with pytest.raises(ValueError, match="key"):
        Sealer(keys)


def test_bytes_from_a_database_driver_open():
    assert SEALER.open(memoryview(SEALER.seal(b"pin"))) == b"pin"
