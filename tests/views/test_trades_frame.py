"""Trades as a table: a row each, the trade and its parts."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd

from bt_risk import trades_frame, write_trades
from bt_risk.rules.attribution import Attribution
from tests.rules.trades import closed, day, entry, leave, play

STOPPED = closed(entry(), leave(price=90, pnl=-1_000.0), number=1)
FREE = closed(
    entry(stop=None, decision=None), leave(price=99, stop=None, reason="outside", pnl=-100.0), number=2
)
OPEN = play(entry(bar=3)).record(0, bar=4, is_closed=False)
COLUMNS = [
    "number",
    "data",
    "side",
    "units",
    "opened",
    "closed",
    "bars",
    "decision",
    "decided",
    "stop",
    "entry",
    "exit",
    "reason",
    "adds",
    "is_unprotected",
    "risk",
    "realised",
    "r_multiple",
    "mae",
    "mfe",
    "overshoot",
    "never_promised",
    *(part.name for part in fields(Attribution)),
]


def test_a_row_for_each_trade_in_the_flat_columns():
    frame = trades_frame([STOPPED, FREE, OPEN])
    assert list(frame.columns) == COLUMNS
    assert frame["r_multiple"].tolist() == [-2, -0.01, 0]
    assert frame["decision"].tolist() == [1, pd.NA, 1]
    assert frame["stop"].isna().tolist() == [False, True, False]
    assert frame["closed"].tolist()[:2] == [pd.Timestamp(day(2))] * 2
    assert frame["closed"].isna().tolist() == [False, False, True]
    assert frame["exit_gap"].tolist() == [-500, 0, 0]


def test_without_trades_it_is_a_table_without_rows():
    frame = trades_frame([])
    assert (len(frame), list(frame.columns)) == (0, COLUMNS)


def test_a_file_gives_the_same_table(tmp_path):
    path = write_trades(tmp_path / "trades.jsonl", [STOPPED, FREE, OPEN])
    pd.testing.assert_frame_equal(trades_frame(path), trades_frame([STOPPED, FREE, OPEN]))
    pd.testing.assert_frame_equal(trades_frame(str(path)), trades_frame(path))


def test_csv_gives_the_numbers_back(tmp_path):
    frame = trades_frame([STOPPED, FREE])
    frame.to_csv(tmp_path / "trades.csv", index=False)
    again = pd.read_csv(tmp_path / "trades.csv", parse_dates=["opened", "closed"])
    pd.testing.assert_frame_equal(again, frame, check_dtype=False)
