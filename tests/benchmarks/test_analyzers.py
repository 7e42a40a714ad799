"""The benchmark of the analyzers prints its tables, and measures runs that trade alike."""

from __future__ import annotations

from benchmarks.analyzers import BACKTRADERS, OURS, main


def test_one_command_prints_both_tables(capsys):
    main(["--datas", "1", "--bars", "120", "--repeats", "1"])
    printed = capsys.readouterr().out
    assert printed.count("\n| --- ") == 2
    assert all(f"| {analyzer.__name__} |" in printed for analyzer in OURS)
    assert f"| Backtrader's own {len(BACKTRADERS)} |" in printed
