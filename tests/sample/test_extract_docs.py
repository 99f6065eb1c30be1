"""The operator's page about the extract names the files and columns that the sample writes."""

import re
from pathlib import Path

from contact_hub.sample.rules.columns import COLUMNS, MONEY, key_of

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "extract.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)\.csv` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
SUMMED = re.compile(r"^\| `(\w+)\.csv` \| (\w+) \|$", re.MULTILINE)


def test_the_page_has_every_file_with_its_columns_and_key():
    told = {}
    for file, columns, key in ROW.findall(PAGE):
        told[file] = tuple(re.sub(r"\s*\([^)]*\)", "", columns).strip().split(", "))
        if not key.startswith("all but"):
            assert tuple(key.strip().split(", ")) == key_of(file)

    assert told == COLUMNS


def test_the_page_says_what_is_summed():
    assert dict(SUMMED.findall(PAGE)) == MONEY
