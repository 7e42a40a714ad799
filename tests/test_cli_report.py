"""`bt-risk report`: the page of a folder, made without running anything again."""

from __future__ import annotations

import pytest

from bt_risk.cli import main
from bt_risk.studies.recorded_run import RecordedRun

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
