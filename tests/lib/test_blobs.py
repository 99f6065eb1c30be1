"""Files kept by their content."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from contact_hub.lib.blobs import BlobStore, Missing, Unopenable
from contact_hub.lib.sealing import Sealer

NAME = hashlib.sha256(b"the bill").hexdigest()


@pytest.fixture
def store(tmp_path):
    return BlobStore(tmp_path, Sealer(["key"]))


def files(path):
    return [one for one in path.rglob("*") if one.is_file()]


def test_a_file_is_found_under_the_hash_of_its_content(store):
    assert store.put(b"the bill") == NAME
    assert store.get(NAME) == b"the bill"
    assert store.exists(NAME)


def test_the_same_content_is_kept_once(store, tmp_path):
    assert store.put(b"the bill") == store.put(b"the bill")
    assert len(files(tmp_path)) == 1
    assert list(store.names()) == [NAME]


def test_nothing_can_be_read_on_the_disk(store, tmp_path):
    store.put(b"the bill")

    assert b"the bill" not in files(tmp_path)[0].read_bytes()


def test_many_who_keep_the_same_leave_one_whole_file(store, tmp_path):
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(store.put, [b"the bill"] * 40))

    assert names == {NAME}
    assert len(files(tmp_path)) == 1
    assert store.get(NAME) == b"the bill"


def test_a_file_that_is_not_there_is_missing(store):
    with pytest.raises(Missing):
        store.get(NAME)
    assert not store.exists(NAME)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "ab", NAME.upper(), NAME + "x"])
def test_a_name_that_is_no_hash_reaches_nothing(store, name):
    assert not store.exists(name)
    with pytest.raises(Missing):
        store.get(name)
    with pytest.raises(Missing):
        store.remove(name)


def test_a_removed_file_is_gone_and_removing_again_is_no_error(store):
    store.put(b"the bill")
    store.remove(NAME)
    store.remove(NAME)

    assert not store.exists(NAME)


def test_what_is_put_again_is_young_again(store, tmp_path):
    moment = datetime.now(UTC) - timedelta(hours=1)
    store.put(b"the bill")
    os.utime(files(tmp_path)[0], (0, 0))
    assert store.is_older(NAME, moment)

    store.put(b"the bill")

    assert not store.is_older(NAME, moment)


def test_what_is_not_there_is_not_old(store):
    assert not store.is_older(NAME, datetime.now(UTC))


def test_a_damaged_file_does_not_open(store, tmp_path):
    store.put(b"the bill")
    path = files(tmp_path)[0]
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(Unopenable):
        store.get(NAME)


def test_a_file_in_the_place_of_another_does_not_open(store, tmp_path):
    store.put(b"the bill")
    sealed = files(tmp_path)[0].read_bytes()
    other = store.put(b"another")
    (tmp_path / other[:2] / other[2:4] / other).write_bytes(sealed)

    with pytest.raises(Unopenable):
        store.get(other)


def test_a_disk_that_fails_leaves_no_half_file(store, tmp_path, monkeypatch):
    def full(_handle):
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        store.put(b"the bill")

    assert files(tmp_path) == []
    assert not store.exists(NAME)
