"""`bt-risk fetch`: one line for each symbol, and three exit codes."""

from __future__ import annotations

import sys

import pytest

from bt_risk.cli import main
from tests.prices.yahoo_server import bars, refusal

PRICES = bars("2020-01-06", 10.0, 11.0, 12.0)
RANGE = ["--start", "2020-01-06", "--end", "2020-01-08"]


def answer(symbol, query):
    if symbol.startswith("GONE"):
        return 404, refusal("Not Found", "No data found, symbol may be delisted")
    return 200, PRICES


@pytest.fixture(autouse=True)
def server(served, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return served(answer)


def fetched(capsys, *arguments) -> tuple[int, list[str], list[str]]:
    code = main(["fetch", *arguments])
    shown = capsys.readouterr()
    return code, shown.out.splitlines(), shown.err.splitlines()


def test_every_symbol_is_a_line_with_its_file(capsys):
    expected = [
        f"{name}: 3 rows, 2020-01-06 to 2020-01-08, prices/{name}.csv (downloaded)"
        for name in ("ACME", "ZORG")
    ]
    assert fetched(capsys, "acme", "zorg", "ACME", *RANGE) == (0, expected, [])
    again = [line.replace("downloaded", "from the folder") for line in expected]
    assert fetched(capsys, "acme", "zorg", *RANGE) == (0, again, [])
    assert fetched(capsys, "acme", "zorg", "--offline") == (0, again, [])


def test_a_bar_is_drawn_on_a_terminal_only(capsys, monkeypatch):
    assert fetched(capsys, "ACME", *RANGE)[2] == []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    code, _, err = fetched(capsys, "ACME", *RANGE)
    assert code == 0
    assert "fetch:" in "".join(err)


def test_a_symbol_that_fails_is_a_line_on_stderr_and_code_1(capsys):
    code, out, err = fetched(capsys, "GONE1", "ACME", *RANGE)
    assert (code, len(out), len(err)) == (1, 1, 1)
    assert err[0].startswith("bt-risk: error: GONE1: unknown symbol: Yahoo does not know it")


def test_where_every_symbol_fails_the_code_is_2(capsys, tmp_path):
    code, out, err = fetched(capsys, "GONE1", "GONE2")
    assert (code, out, len(err)) == (2, [], 2)
    assert not (tmp_path / "prices").exists()


def test_the_options_choose_the_folder_and_the_kind(capsys, tmp_path):
    assert fetched(capsys, "ACME", *RANGE, "--raw", "--interval", "1wk", "--out", "a/b")[0] == 0
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == [
        "ACME_1wk_raw.csv",
        "ACME_1wk_raw.json",
    ]


def test_what_was_fetched_is_found_by_its_name(capsys):
    fetched(capsys, "ACME", *RANGE)
    assert main(["check-data", "acme"]) == 0
    assert capsys.readouterr().out == "prices/ACME.csv: 3 rows, 2020-01-06 to 2020-01-08: clean\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: SYMBOL"),
        (["ACME", "--interval", "2d"], "interval must be one of 1d, 1wk"),
        (["ACME", "--start", "soon"], "start must be an ISO date"),
        (["A/B"], "symbol must be one of Yahoo's"),
        (["ACME", "--repair", "all"], "repair must be a sequence of unknown_volume"),
    ],
)
def test_bad_input_is_one_line_and_code_2(capsys, arguments, message):
    code, out, err = fetched(capsys, *arguments)
    assert (code, out, len(err)) == (2, [], 1)
    assert message in err[0]


def test_the_help_says_what_the_codes_mean(capsys):
    assert main(["fetch", "--help"]) == 0
    assert "exit code: 0 all symbols are there" in " ".join(capsys.readouterr().out.split())
