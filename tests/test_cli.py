"""The console, run in this process: what it prints, what it writes, and how it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from bt_risk import BtRiskError, __version__
from bt_risk.cli import main
from bt_risk.cli.output import write_files
from bt_risk.views.metrics import METRICS
from tests.studies.frames import MARKETS

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    "decisions.csv",
    "drawdown.csv",
    "equity.csv",
    "equity.png",
    "events.csv",
    "heat.csv",
    "heat.png",
    "report.html",
    "table.csv",
]
SHORT = ["--start", "2005-01-03", "--end", "2005-06-30"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_first_decision_of_the_default_run_lies_in_2000(folder):
    assert main(["compare", "--end", "2000-12-29"]) == 0
    decisions = pd.read_csv(folder / "out" / "decisions.csv")
    assert set(decisions["profile"]) >= {"conservative", "moderate", "aggressive", "uncontrolled"}
    assert (decisions.groupby("profile")["datetime"].min().str[:4] == "2000").all()


def test_compare_needs_no_argument_but_a_range_to_be_quick(folder, capsys):
    assert main(["compare", *SHORT]) == 0
    shown = capsys.readouterr()
    assert written(folder / "out") == FILES
    assert (
        "DonchianBreakout under 3 risk profiles and 2 baselines: AAPL, MSFT, IBM, 2005-01-03 to 2005-06-30"
        in shown.out
    )
    for metric in METRICS:
        assert metric.label in shown.out
    assert f"written to out: {', '.join(FILES)}" in shown.out
    assert "5/5" in shown.err
    assert written(folder) == ["out"]  # no temporary folder is left


def test_two_runs_write_the_same_bytes(folder):
    arguments = ["compare", *SHORT, "--data", "IBM", "--profiles", "moderate", "--no-baselines", "--out"]
    assert main([*arguments, "one"]) == 0
    assert main([*arguments, "two"]) == 0
    for name in FILES:
        assert (folder / "one" / name).read_bytes() == (folder / "two" / name).read_bytes(), name


def test_every_option_reaches_the_runs(folder, capsys):
    MARKETS["AAA"].to_csv(folder / "AAA.csv")
    arguments = [
        "compare",
        "--strategy",
        "tests.studies.frames:Periodic",
        "--data",
        "AAA.csv",
        "--no-baselines",
    ]
    arguments += ["--profiles", "aggressive", "conservative", "--cash", "50,000", "--commission", "0.002"]
    arguments += ["--slippage", "0.001", "--params", "every=10", "--start", "2005-02-01", "--out", "a/b"]
    assert main(arguments) == 0
    page = (folder / "a" / "b" / "report.html").read_text(encoding="utf-8")
    for text in ("every 10", "AAA", "2005-02-01 to 2005-08-12", "50,000", "0.2 %", "0.1 %"):
        assert f"<dd>{text}" in page
    assert list(pd.read_csv(folder / "a" / "b" / "table.csv")["profile"]) == ["aggressive", "conservative"]
    assert pd.read_csv(folder / "a" / "b" / "equity.csv").iloc[0, 1] == 50_000


def test_a_strategy_from_a_file_runs_in_several_processes_as_in_one(folder, capsys):
    MARKETS["AAA"].to_csv(folder / "AAA.csv")
    (folder / "mine.py").write_text(
        "from tests.studies.frames import Periodic\n\n\nclass Mine(Periodic):\n    params = dict(every=12)\n"
    )
    arguments = ["compare", "--strategy", "mine.py:Mine", "--data", "AAA.csv", "--no-baselines", "--out"]
    assert main([*arguments, "one"]) == 0
    assert main([*arguments, "two", "--jobs", "2"]) == 0
    for name in FILES:
        assert (folder / "one" / name).read_bytes() == (folder / "two" / name).read_bytes(), name


def test_a_run_that_fails_is_reported_and_the_code_is_1(folder, capsys):
    MARKETS["AAA"].to_csv(folder / "AAA.csv")
    arguments = ["compare", "--strategy", "tests.studies.frames:FailsWhenAggressive", "--data", "AAA.csv"]
    arguments += ["--profiles", "moderate", "aggressive", "--no-baselines"]
    assert main(arguments) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(
        "bt-risk: profile 'aggressive' did not finish: ZeroDivisionError: the strategy divides"
    )
    assert written(folder / "out") == FILES
    assert "aggressive" not in (folder / "out" / "equity.csv").read_text()
    assert "did not finish" in (folder / "out" / "report.html").read_text(encoding="utf-8")


def test_a_picture_that_fails_leaves_the_numbers_and_the_code_is_1(folder, capsys, monkeypatch):
    def fail(*_):
        raise RuntimeError("no font")

    monkeypatch.setattr("bt_risk.studies.comparison.Comparison.plot_heat", fail)
    assert main(["compare", *SHORT, "--data", "IBM", "--profiles", "moderate", "--no-baselines"]) == 1
    shown = capsys.readouterr()
    reason = "the pictures and the page could not be shown: RuntimeError: no font; the numbers are written"
    assert reason in shown.err
    assert written(folder / "out") == [name for name in FILES if name.endswith(".csv")]
    assert shown.out.splitlines()[-1].startswith("written to out: decisions.csv, ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profiles", "modest"], "unknown profile 'modest'"),
        (
            ["--commission", "2"],
            "argument --commission: must be a fraction in [0, 1), e.g. 0.001 for 0.1 %; received '2'",
        ),
        (["--commission", "0.1%"], "must be a fraction in [0, 1), e.g. 0.001 for 0.1 %; received '0.1%'"),
        (["--slippage", "nan"], "argument --slippage: must be a fraction in [0, 1)"),
        (["--cash", "-5"], "argument --cash: must be an amount > 0, e.g. 100000; received '-5'"),
        (["--cash", "inf"], "argument --cash: must be an amount > 0"),
        (["--jobs", "0"], "argument --jobs: must be a whole number >= 1, e.g. 2; received '0'"),
        (["--jobs", "1.5"], "argument --jobs: must be a whole number >= 1"),
        (["--params", "fast"], "argument --params: must be name=value, e.g. fast=20; received 'fast'"),
        (["--params", "speed=3"], "DonchianBreakout has no parameter 'speed'; its parameters: entry, exit"),
        (["--start", "yesterday"], "start must be an ISO date"),
        (["--end", "2005-13-01"], "end must be an ISO date"),
        (["--start", "2030-01-01"], "the range from start to end must hold prices"),
        (["--start", "2006-01-03", "--end", "2005-01-03"], "the range from start to end must hold prices"),
        (["--data", "NOWHERE"], "received 'NOWHERE'"),
        (["--data", "IBM", "IBM"], "data must have different names"),
        (["--strategy", "gone.py:Mine"], "there is no strategy file 'gone.py'"),
        (["--strategy", "mine.py"], "a strategy must be named as file.py:Class or module:Class"),
        (["--strategy", "mine.py:Yours"], "mine.py has no class 'Yours'; its strategies: Mine"),
        (["--strategy", "mine.py:NotOne"], "mine.py:NotOne is not a class derived from backtrader.Strategy"),
        (["--strategy", "broken.py:Mine"], "broken.py cannot be loaded: ZeroDivisionError: division by zero"),
        (
            ["--strategy", "tests.studies.frames:AlwaysFails"],
            "no run came to its end; conservative: KeyError",
        ),
        (["--out", "broken.py"], "--out must be a folder, e.g. 'out'; received 'broken.py'"),
        (["--out", "broken.py/deeper"], "--out must be a folder"),
        (["--speed"], "unrecognized arguments: --speed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_code_2_and_nothing_written(folder, capsys, arguments, message):
    (folder / "mine.py").write_text(
        "from bt_risk import RiskStrategy\n\n\nclass Mine(RiskStrategy):\n    pass\n\n\nNotOne = 3\n"
    )
    (folder / "broken.py").write_text("1 / 0\n")
    before = written(folder)
    assert main(["compare", *SHORT, *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    error = shown.err.splitlines()[-1]
    assert error.startswith("bt-risk: error: ")
    assert message in error
    assert "Traceback" not in shown.err
    assert [name for name in written(folder) if name != "__pycache__"] == before


def test_prices_that_cannot_be_used_are_refused_by_name(folder, capsys):
    (folder / "bad.csv").write_text("Date,Open,High,Low,Close,Volume\n2005-01-03,10,9,11,10,0\n")
    assert main(["compare", "--data", "bad.csv"]) == 2
    assert "bad.csv" in capsys.readouterr().err


def test_profiles_prints_every_profile_side_by_side(capsys):
    assert main(["profiles"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["conservative", "moderate", "aggressive"]
    assert lines[0].endswith("uncontrolled moderate without stops")
    assert next(line for line in lines if line.startswith("max heat ")).split()[-1] == "none"
    assert any("2.33 %" in line for line in lines)


@pytest.mark.parametrize("command", [[], ["compare"], ["run"], ["profiles"]])
def test_every_command_has_help(capsys, command):
    assert main([*command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: {' '.join(['bt-risk', *command])}")


def test_an_error_of_several_lines_is_printed_as_one(capsys, monkeypatch):
    def refuse(_):
        raise BtRiskError("first\nsecond")

    monkeypatch.setattr("bt_risk.cli.profiles.run", refuse)
    assert main(["profiles"]) == 2
    assert capsys.readouterr().err == "bt-risk: error: first second\n"


def test_the_version_is_that_of_the_package(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"bt-risk {__version__}\n"


def test_no_command_and_an_unknown_one_are_refused(capsys):
    assert main([]) == 2
    assert main(["guess"]) == 2
    assert "COMMAND" in capsys.readouterr().err


def test_help_loads_neither_backtrader_nor_pandas_nor_matplotlib():
    code = (
        "import sys; from bt_risk.cli import main; main(['--help']); "
        "assert not {'backtrader', 'pandas', 'matplotlib', 'joblib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def test_an_interrupted_run_says_so_and_writes_nothing(folder, capsys, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bt_risk.studies.compare.run_all", interrupt)
    assert main(["compare", *SHORT]) == 130
    assert capsys.readouterr().err == "bt-risk: interrupted\n"
    assert written(folder) == []


def test_a_failure_while_writing_leaves_the_earlier_files_as_they_were(folder):
    (folder / "out").mkdir()
    (folder / "out" / "table.csv").write_text("earlier")

    def half(unfinished):
        (unfinished / "table.csv").write_text("half of")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_files(folder / "out", half)
    assert (folder / "out" / "table.csv").read_text() == "earlier"
    assert written(folder) == ["out"]


def test_an_output_folder_keeps_what_others_put_there(folder):
    (folder / "out").mkdir()
    (folder / "out" / "notes.txt").write_text("mine")
    assert write_files(folder / "out", lambda path: (path / "new.txt").write_text("new")) == ["new.txt"]
    assert written(folder / "out") == ["new.txt", "notes.txt"]


def test_python_runs_the_console_without_its_script():
    done = subprocess.run(
        [sys.executable, "-m", "bt_risk", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"bt-risk {__version__}\n"
