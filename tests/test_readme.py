"""The README tells the truth: its examples run, its tables are the code's numbers, its links lead somewhere."""

import re
import shutil
import sys
import types
from pathlib import Path

import pytest

from bt_risk import AGGRESSIVE, CONSERVATIVE, MODERATE

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_blocks_run_one_after_the_other(monkeypatch, capsys, tmp_path):
    # The examples read the shipped data and write beside it.
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert len(blocks) >= 2
    # Backtrader looks a class up in the module that defines it.
    module = types.ModuleType("readme")
    monkeypatch.setitem(sys.modules, "readme", module)
    for block in blocks:
        exec(compile(block, "README.md", "exec"), vars(module))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2000-")
    assert [line.split()[1] for line in lines[3:5]] == ["emergency", "breaker"]
    end = next(number for number, line in enumerate(lines) if "not known yet" in line)
    printed = lines[5:end]
    assert lines[end + 1].endswith("2 warnings, 2 notes")
    assert lines[end + 2].startswith("line 80 (2000-06-21): the open is 0.4988 of the close before, near 1/2")
    assert lines[end + 4].startswith("line 80 (2000-06-21): prices before divided by 2")
    places = ("`explain` shows", "`replay` needs", "`r_ledger` adds up", "The text tells")
    shown = [line.removesuffix(" ...") for words in places for line in _shown_after(words)]
    assert [line for line in shown if not any(one.startswith(line) for one in printed)] == []


def _shown_after(words):
    """Return the lines of the first plain block after some words, without the dots for what is left out."""
    block = re.search(r"```\n(.*?)```", README[README.index(words) :], flags=re.DOTALL).group(1)
    return [line for line in block.splitlines() if line.strip() != "..."]


def test_the_strategy_needs_no_more_than_twenty_lines():
    block = re.search(r"(class SmaCross.*?)\n\n\ncerebro", README, flags=re.DOTALL).group(1)
    assert len(block.splitlines()) <= 20


@pytest.mark.parametrize(
    "command", ["pip install -e . && bt-risk compare", 'pip install -e ".[test]" && pytest']
)
def test_each_command_stands_on_a_line_of_its_own(command):
    assert command in README.splitlines()


def _row(label):
    line = next(line for line in README.splitlines() if line.startswith(f"| {label} |"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def _shown(value):
    return f"{value * 100:g} %"


def test_the_profile_table_shows_the_shipped_numbers():
    profiles = (CONSERVATIVE, MODERATE, AGGRESSIVE)
    assert _row("limit of the heat") == [_shown(p.max_heat) for p in profiles]
    assert _row("target band of the heat") == [
        f"{p.target_heat[0] * 100:g}-{_shown(p.target_heat[1])}" for p in profiles
    ]
    assert _row("positions at most") == [str(p.max_positions) for p in profiles]
    assert _row("risk per trade") == [_shown(p.risk_per_trade) for p in profiles]
    assert [cell.split(" of")[0] for cell in _row("notional of one position")] == [
        _shown(p.max_position) for p in profiles
    ]
    assert _row("leverage at most") == [f"{p.max_leverage:g}" for p in profiles]
    assert _row("stop, and trail from +1 R") == [f"{p.atr_stop:g} ATR" for p in profiles]
    assert all(p.trail_atr == p.atr_stop and p.trail_activation == 1.0 for p in profiles)
