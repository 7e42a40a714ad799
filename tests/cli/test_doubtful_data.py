"""Prices that look wrong are named before a run, and the run goes on."""

from __future__ import annotations

import pytest

from bt_risk.cli import main
from bt_risk.cli.doubtful_data import warn_of


@pytest.fixture
def said(capsys):
    return lambda *names, **range_: (warn_of(names, **range_), capsys.readouterr().err.splitlines())[1]


def test_the_first_warning_is_told_and_the_others_counted(said):
    (line,) = said("AAPL_raw")
    assert line.startswith("bt-risk: warning: ")
    assert "AAPL_raw.csv line 80 (2000-06-21): the open is 0.4988 of the close before, near 1/2" in line
    assert line.endswith("probably a 2:1 split (and 1 more problem); see: bt-risk check-data AAPL_raw")


@pytest.mark.parametrize(
    ("start", "end", "date"),
    [
        ("2000-06-21", "2000-06-21", "2000-06-21"),
        ("2000-06-22", None, "2005-02-28"),
        ("2000-06-22", "2005-02-27", None),
        (None, "2000-06-20", None),
    ],
)
def test_only_the_range_of_the_run_counts(said, start, end, date):
    lines = said("AAPL_raw", start=start, end=end)
    assert [f"({date})" in line for line in lines] == [True] * bool(date)


def test_prices_without_a_warning_are_not_mentioned(said):
    assert said("AAPL", "EURCHF", "WTI") == []


def test_what_a_run_refuses_is_left_to_the_run(said, tmp_path):
    (tmp_path / "bad.csv").write_text("Date,Open,High,Low,Close\n2000-01-03,1,1,1,0\n")
    assert said("NOWHERE", "AAPL_raw") == []
    assert said(str(tmp_path / "bad.csv")) == []


def test_a_run_tells_and_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--data", "AAPL_raw", "--end", "2000-12-29"]) == 0
    shown = capsys.readouterr()
    assert "probably a 2:1 split; see: bt-risk check-data AAPL_raw" in shown.err
    assert "total return" in shown.out
