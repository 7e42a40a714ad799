"""The benchmark compares equal trading, or it compares nothing."""

from __future__ import annotations

import pytest
from backtrader.feeds import PandasData

from benchmarks import overhead
from benchmarks.overhead import assert_same, by_bar, main
from benchmarks.plain import LeanCross, UsualCross
from benchmarks.workload import BoundedCross, ManagedCross, StreamedCross, fills, random_walks
from bt_risk import ArrayFeed

FRAMES = random_walks(3, 250)


def test_the_lean_strategy_makes_the_fills_of_the_desk_in_the_same_order():
    assert_same(fills(ManagedCross, ArrayFeed, FRAMES), fills(LeanCross, ArrayFeed, FRAMES))


def test_the_usual_strategy_makes_the_fills_of_the_desk():
    made = fills(ManagedCross, ArrayFeed, FRAMES)
    assert_same(by_bar(made), by_bar(fills(UsualCross, PandasData, FRAMES)))


@pytest.mark.parametrize("recorded", [StreamedCross, BoundedCross])
def test_what_is_kept_of_the_decisions_changes_no_fill(recorded):
    assert fills(recorded, ArrayFeed, FRAMES) == fills(ManagedCross, ArrayFeed, FRAMES)


def test_fills_of_other_sizes_are_told_apart():
    made = fills(ManagedCross, ArrayFeed, FRAMES)
    name, bar, size, price = made[-1]
    with pytest.raises(AssertionError, match="the fills differ"):
        assert_same(made, [*made[:-1], (name, bar, size + 1, price)])


def test_a_market_without_trades_is_no_benchmark():
    with pytest.raises(AssertionError, match="nothing was traded"):
        assert_same([], [])


def test_one_command_prints_every_table(capsys, monkeypatch):
    monkeypatch.setattr(overhead, "INSTRUMENTS_PER_SAMPLE", 1)
    main(["--datas", "1", "--bars", "150", "--repeats", "1"])
    printed = capsys.readouterr().out
    assert printed.count("\n| --- ") == 6
    assert "| bt_risk |" in printed
