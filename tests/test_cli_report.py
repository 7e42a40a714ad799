"""`bt-risk report`: the page of a folder, made without running anything again."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from bt_risk import BtRiskError, load_run
from bt_risk.cli import main
from bt_risk.studies.recorded_run import RecordedRun
from bt_risk.studies.tear_sheet import daily_returns, write_tear_sheet

SHORT = ["run", "--data", "AAPL", "--start", "2005-01-03", "--end", "2005-06-30", "--out", "kept"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in a folder with one run."""
    monkeypatch.chdir(tmp_path)
    assert main(SHORT) == 0
    return tmp_path


def test_the_page_of_a_folder_is_written_into_it_and_runs_nothing(folder, capsys, monkeypatch):
    monkeypatch.setattr("bt_risk.studies.record_run.run_backtest", None)
    assert main(["report", "kept"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "written: kept/report.html"
    assert "<h1>DonchianBreakout under moderate</h1>" in (folder / "kept" / "report.html").read_text("utf-8")


def test_a_page_goes_where_it_is_told_and_is_the_same(folder):
    assert main(["report", "kept"]) == 0
    assert main(["report", "kept", "--out", "pages/one.html"]) == 0
    assert (folder / "pages" / "one.html").read_bytes() == (folder / "kept" / "report.html").read_bytes()


def test_a_trade_of_a_saved_run_is_told_and_drawn(folder, capsys):
    assert main(["report", "kept", "--explain", "1"]) == 0
    shown = capsys.readouterr().out
    assert "trade 1: AAPL long" in shown
    assert shown.splitlines()[-1] == "written: kept/report.html, kept/trade-1.png"
    assert (folder / "kept" / "trade-1.png").is_file()


def test_a_page_that_fails_is_one_line_and_leaves_the_run(folder, capsys, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("no font")

    monkeypatch.setattr(RecordedRun, "to_html", fail)
    assert main(["report", "kept"]) == 1
    assert "the page could not be shown: RuntimeError: no font" in capsys.readouterr().err
    assert not (folder / "kept" / "report.html").exists()
    assert (folder / "kept" / "run.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "must hold a saved run, e.g. one of 'bt-risk run --out nowhere'; received 'nowhere'"),
        (["kept", "--explain", "99"], "trade must be the number of a closed trade, 1 to "),
        (["kept", "--out", "kept/run.json/page.html"], "must be a folder"),
        (
            ["kept/run.json"],
            "FOLDER must be one of bt-risk run, e.g. 'out/run'; received 'kept/run.json', a file",
        ),
        (["kept", "--out", "kept"], "--out must be a file, e.g. 'report.html'; received 'kept'"),
        ([], "FOLDER"),
    ],
)
def test_bad_input_is_one_line_and_code_2(capsys, arguments, message):
    capsys.readouterr()
    assert main(["report", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_tear_sheet_is_written_beside_the_page_and_linked(folder, capsys, monkeypatch):
    given = []

    def html(returns, *, title, output):
        given.append((returns, title))
        Path(output).write_text("a sheet")

    monkeypatch.setitem(sys.modules, "quantstats", SimpleNamespace(reports=SimpleNamespace(html=html)))
    assert main(["report", "kept", "--tear-sheet"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "written: kept/report.html, kept/tear-sheet.html"
    assert (folder / "kept" / "tear-sheet.html").read_text() == "a sheet"
    assert '<a href="tear-sheet.html">' in (folder / "kept" / "report.html").read_text("utf-8")
    ((returns, title),) = given
    assert title == "DonchianBreakout under moderate"
    assert len(returns) == len(load_run("kept").equity) - 1


def test_a_tear_sheet_without_quantstats_is_one_line_and_nothing_written(folder, capsys, monkeypatch):
    capsys.readouterr()
    monkeypatch.setitem(sys.modules, "quantstats", None)
    assert main(["report", "kept", "--tear-sheet"]) == 2
    error = "bt-risk: error: a tear sheet needs quantstats: pip install 'bt-risk[report]'\n"
    assert capsys.readouterr().err == error
    assert not (folder / "kept" / "report.html").exists()


def test_the_returns_of_a_tear_sheet_are_those_of_days(monkeypatch):
    hours = pd.to_datetime(["2020-01-02 10:00", "2020-01-02 16:00", "2020-01-03 10:00", "2020-01-06 16:00"])
    returns = daily_returns(pd.Series([100.0, 110.0, 99.0, 198.0], index=hours.tz_localize("UTC")))
    assert returns.tolist() == pytest.approx([-0.1, 1.0])
    assert returns.index.tolist() == pd.to_datetime(["2020-01-03", "2020-01-06"]).tolist()
    monkeypatch.setitem(sys.modules, "quantstats", SimpleNamespace())
    with pytest.raises(BtRiskError, match="two days or more"):
        write_tear_sheet(pd.Series([100.0], index=hours[:1]), "sheet.html", title="one bar")
