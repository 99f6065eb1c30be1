"""`./hub sample DIR`: an extract from the command line."""

import json

import pytest

from contact_hub.cli.sample import run


def manifest(directory):
    return json.loads((directory / "manifest.json").read_text())


def test_a_directory_gets_an_extract_of_as_many_accounts_as_were_asked_for(tmp_path, capsys):
    code = run([str(tmp_path / "a"), "--accounts", "90", "--day", "2026-02-03", "--jobs", "1"])

    assert code == 0
    assert "rows in" in capsys.readouterr().out
    told = manifest(tmp_path / "a")
    assert told["files"]["accounts.csv"]["rows"] == 90
    assert told["extracted_at"].startswith("2026-02-03")


def test_options_say_what_is_in_it(tmp_path):
    same = ["--accounts", "90", "--day", "2026-02-03", "--jobs", "1"]
    run([str(tmp_path / "full"), *same])
    run([str(tmp_path / "few"), *same, "--months", "3", "--gz"])
    run([str(tmp_path / "town"), *same, "--town"])
    run([str(tmp_path / "delta"), *same, "--delta"])

    full, few, town, delta = (
        manifest(tmp_path / name)["files"] for name in ("full", "few", "town", "delta")
    )
    assert few["bills.csv.gz"]["rows"] < full["bills.csv"]["rows"] / 4
    assert town["accounts.csv"]["rows"] > 150
    assert delta["bills.csv"]["rows"] < full["bills.csv"]["rows"] / 10
    assert manifest(tmp_path / "delta")["kind"] == "delta"


def test_an_extract_that_is_there_is_not_written_over(tmp_path, capsys):
    asked = [str(tmp_path), "--accounts", "1", "--jobs", "1"]
    run(asked)

    assert run(asked) == 1
    assert "already" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [["--accounts", "0"], ["--accounts", "9000000"], ["--day", "tomorrow"], ["--months", "x"]],
)
def test_what_cannot_be_is_refused_with_words(tmp_path, capsys, wrong):
    with pytest.raises(SystemExit):
        run([str(tmp_path), *wrong])

    assert "usage: ./hub sample" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
