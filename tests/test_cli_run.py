"""`bt-risk run`: the folder that it leaves, and how it refuses."""

from __future__ import annotations

import json

import pytest

from bt_risk import load_run
from bt_risk.cli import main
from bt_risk.studies.recorded_run import RecordedRun
from tests.studies.frames import MARKETS

FILES = [
    "account.csv",
    "analyses.json",
    "book.csv",
    "decisions.csv",
    "decisions.jsonl",
    "events.csv",
    "forecasts.csv",
    "prices.csv",
    "run.json",
    "trades.csv",
    "trades.jsonl",
]
SHORT = ["run", "--data", "AAPL", "--start", "2005-01-03", "--end", "2005-06-30"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_run_leaves_a_folder_and_prints_its_results_and_the_dashboard(folder, capsys):
    assert main([*SHORT, "--out", "kept"]) == 0
    shown = capsys.readouterr().out
    assert names(folder / "kept") == FILES
    assert names(folder) == ["kept"]  # no temporary folder is left
    assert shown.startswith("DonchianBreakout under moderate: AAPL, 2005-01-03 to 2005-06-30\n")
    for text in (
        "max drawdown",
        "PORTFOLIO HEAT DASHBOARD",
        "Heat Status: NORMAL",
        f"written to kept: {FILES[0]}",
    ):
        assert text in shown


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("sys.exit()", "the strategy ended the run: SystemExit: no message (mine.py, line 7)"),
        ("sys.exit('enough')", "the strategy ended the run: SystemExit: enough (mine.py, line 7)"),
        (
            "json.loads('')",
            "the run did not come to its end: JSONDecodeError: Expecting value: line 1 column 1 (char 0) "
            "(mine.py, line 7)",
        ),
        ("(", "mine.py cannot be loaded: SyntaxError: '(' was never closed (mine.py, line 7)"),
    ],
)
def test_a_strategy_that_ends_the_process_or_fails_is_one_line_and_no_run(folder, capsys, call, said):
    head = "import json\nimport sys\nimport backtrader as bt\n\n"
    (folder / "mine.py").write_text(f"{head}class Mine(bt.Strategy):\n    def next(self):\n        {call}\n")
    assert main([*SHORT, "--strategy", "mine.py:Mine"]) == 2
    assert capsys.readouterr().err == f"bt-risk: error: {said}\n"
    assert names(folder) in (["mine.py"], ["__pycache__", "mine.py"])


def test_a_page_and_pictures_of_an_earlier_run_are_named_as_such(folder, capsys):
    assert main([*SHORT, "--explain", "1"]) == 0
    assert "earlier run" not in capsys.readouterr().out
    (folder / "out" / "run" / "report.html").write_text("a page")
    (folder / "out" / "run" / "trade-2.png").write_text("a picture")
    assert main([*SHORT, "--explain", "1"]) == 0
    assert "\nthere from an earlier run: report.html, trade-2.png\na page of it: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("limit", "outcome", "rule"),
    [("max_position = 0.05", "reduced", "max_position"), ("dry_run = true", "denied", "dry_run")],
)
def test_the_rules_that_denied_and_reduced_entries_are_named(folder, capsys, limit, outcome, rule):
    (folder / "limits.toml").write_text(limit)
    assert main([*SHORT, "--profile", "limits.toml"]) == 0
    shown = capsys.readouterr().out
    bound = [one for one in load_run(folder / "out" / "run").decisions if one.outcome == outcome]
    assert {one.rule for one in bound} == {rule}
    assert [line for line in shown.splitlines() if " by: " in line] == [f"{outcome} by: {rule} {len(bound)}"]


def test_every_option_reaches_the_run(folder):
    MARKETS["AAA"].to_csv(folder / "AAA.csv")
    (folder / "mine.toml").write_text('name = "mine"\nbase = "moderate"\nmax_positions = 1\n')
    arguments = ["run", "--strategy", "tests.studies.frames:Periodic", "--data", "AAA.csv"]
    arguments += [
        "--profile",
        "mine.toml",
        "--cash",
        "50,000",
        "--commission",
        "0.002",
        "--slippage",
        "0.001",
    ]
    assert main([*arguments, "--params", "every=10", "--start", "2005-02-01"]) == 0
    header = json.loads((folder / "out" / "run" / "run.json").read_text())
    assert header["settings"] == {
        "strategy": "Periodic",
        "parameters": "every 10",
        "data": "AAA",
        "period": "2005-02-01 to 2005-08-12",
        "bars": "139",
        "start cash": "50,000",
        "commission": "0.2 %",
        "slippage": "0.1 %",
    }
    assert (header["profile"]["name"], header["profile"]["max_positions"]) == ("mine", 1)


@pytest.mark.parametrize("name", ["DonchianBreakout", "RsiReversion", "SmaCross"])
def test_an_example_is_found_by_its_name_alone(folder, name):
    assert main([*SHORT, "--strategy", name]) == 0
    assert load_run("out/run").settings["strategy"] == name


def test_two_runs_write_the_same_bytes(folder):
    assert main([*SHORT, "--out", "one"]) == 0
    assert main([*SHORT, "--out", "two"]) == 0
    for name in FILES:
        assert (folder / "one" / name).read_bytes() == (folder / "two" / name).read_bytes(), name


def test_a_view_that_fails_leaves_the_run_written_and_the_code_is_1(folder, capsys, monkeypatch):
    def fail(_):
        raise ZeroDivisionError("no bars\nat all")

    monkeypatch.setattr(RecordedRun, "dashboard", fail)
    assert main(SHORT) == 1
    assert capsys.readouterr().err == (
        "bt-risk: the results could not be shown: ZeroDivisionError: no bars; the numbers are written\n"
    )
    assert names(folder / "out" / "run") == FILES


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "modest"], "unknown profile 'modest'"),
        (["--strategy", "Donchian"], "a strategy must be named as file.py:Class or module:Class"),
        (
            ["--strategy", "tests.studies.frames:AlwaysFails"],
            "the run did not come to its end: KeyError: 'missing'",
        ),
        (["--data", "NOWHERE"], "received 'NOWHERE'"),
        (["--cash", "0"], "argument --cash: must be an amount > 0"),
        (["--params", "speed=3"], "DonchianBreakout has no parameter 'speed'"),
        (["--out", "taken"], "--out must be a folder, e.g. 'out'; received 'taken'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_code_2_and_nothing_written(folder, capsys, arguments, message):
    (folder / "taken").write_text("a file")
    assert main([*SHORT, *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert message in shown.err
    assert shown.err.startswith("bt-risk: error: ")
    assert shown.err.count("\n") == 1
    assert names(folder) == ["taken"]


def test_a_folder_that_may_not_be_written_to_is_named_before_the_run(folder, capsys, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: path.name != "closed")
    (folder / "closed").mkdir()
    for out in ("closed", "closed/run"):
        assert main([*SHORT, "--out", out]) == 2
        said = f"--out must be a folder that may be written to, e.g. 'out'; received '{out}', closed is not"
        assert said in capsys.readouterr().err
    assert names(folder) == ["closed"]


def test_a_trade_is_told_and_drawn(folder, capsys):
    assert main([*SHORT, "--explain", "1"]) == 0
    shown = capsys.readouterr().out
    for text in (
        "trade 1: AAPL long",
        "the request",
        "risk_per_trade",
        "what happened",
        "planned against realised",
    ):
        assert text in shown
    assert names(folder / "out" / "run") == sorted([*FILES, "trade-1.png"])
    assert "trade-1.png" in shown.splitlines()[-2]
    assert shown.splitlines()[-1] == "a page of it: bt-risk report out/run"


def test_a_decision_is_told_with_its_trade(folder, capsys):
    run = [*SHORT, "--explain"]
    assert main([*run, "d1"]) == 0
    shown = capsys.readouterr().out
    assert "\ndecision 1\n" in shown
    assert "trade-1.png" in names(folder / "out" / "run")


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("999", "trade must be the number of a closed trade, 1 to "),
        ("d999", "decision must be the number of a decision, 1 to "),
        ("x", "must be the number of a trade, e.g. 3, or of a decision, e.g. d12; received 'x'"),
        ("0", "must be the number of a trade"),
    ],
)
def test_what_cannot_be_explained_is_one_line_and_code_2(folder, capsys, number, message):
    assert main([*SHORT, "--explain", number]) == 2
    shown = capsys.readouterr()
    assert message in shown.err
    # A number that the run has not is known after the run: that stays, and it is said.
    assert ("\nwritten to out/run: " in shown.out) == (folder / "out").exists() == ("999" in number)


def test_a_picture_that_fails_leaves_the_run_written_and_the_code_is_1(folder, capsys, monkeypatch):
    def fail(*_):
        raise RuntimeError("no font")

    monkeypatch.setattr(RecordedRun, "plot_trade", fail)
    assert main([*SHORT, "--explain", "1"]) == 1
    assert "the trade-1.png could not be shown: RuntimeError: no font" in capsys.readouterr().err
    assert names(folder / "out" / "run") == FILES
