"""The benchmark of the analyzers prints its tables, and knows every analyzer there is."""

from __future__ import annotations

import backtrader as bt

from benchmarks import analyzers as benchmark
from bt_risk import analyzers


def test_one_command_prints_both_tables(capsys, monkeypatch):
    monkeypatch.setattr(benchmark, "OURS", (analyzers.DrawdownAnalyzer,))
    monkeypatch.setattr(benchmark, "BACKTRADERS", (bt.analyzers.DrawDown,))
    benchmark.main(["--datas", "1", "--bars", "120", "--repeats", "1"])
    printed = capsys.readouterr().out
    assert printed.count("\n| --- ") == 2
    assert "| DrawdownAnalyzer |" in printed
    assert "| Backtrader's own 1 |" in printed


def test_all_seven_are_measured():
    assert {analyzer.__name__ for analyzer in benchmark.OURS} == set(analyzers.__all__)
    assert len(benchmark.OURS) == 7
