"""The trades of a run in R, on paper: each plans to lose 500."""

from __future__ import annotations

import json
import math

import pytest

from bt_risk.rules.r_ledger import r_ledger
from tests.rules.trades import closed, entry, leave, play

WON = closed(entry(), leave(price=110, reason="target", pnl=1_000.0), number=1)
LOST = closed(entry(), leave(price=95, pnl=-500.0), number=2)
JUMPED = closed(entry(unprotected_close=98), leave(price=90, pnl=-1_000.0), number=3)
EVEN = closed(entry(), leave(price=100, reason="signal"), number=4)
FREE = closed(entry(stop=100.0), leave(price=99, stop=100.0, pnl=-100.0), number=5)


def test_a_run_of_four_trades():
    ledger = r_ledger([WON, LOST, JUMPED, EVEN])
    assert (ledger.trades, ledger.won, ledger.lost, ledger.unprotected) == (4, 1, 2, 1)
    assert (ledger.total_r, ledger.mean_r) == (2 - 1 - 2 + 0, -0.25)
    assert (ledger.worst_overshoot, ledger.worst_trade) == (1, 3)
    assert (ledger.losses, ledger.never_promised) == (1_500, 500)
    assert ledger.never_promised_share == pytest.approx(1 / 3)


def test_the_parts_in_r_sum_to_the_total():
    ledger = r_ledger([WON, LOST, JUMPED, EVEN])
    assert (ledger.parts.planned, ledger.parts.early_exit, ledger.parts.exit_gap) == (-4, 3 + 1, -1)
    assert ledger.parts.realised == ledger.total_r


def test_a_trade_without_r_counts_in_money_alone():
    ledger = r_ledger([WON, FREE])
    assert (ledger.trades, ledger.lost, ledger.losses) == (2, 1, 100)
    assert (ledger.total_r, ledger.mean_r) == (2, 2)
    assert (ledger.worst_overshoot, ledger.worst_trade) == (0, None)


def test_what_is_still_open_does_not_count():
    going = play(entry(), leave(50, 90, pnl=-500.0)).record(0, bar=2, is_closed=False)
    assert r_ledger([going, WON]) == r_ledger([WON])


def test_without_trades_nothing_is_defined():
    ledger = r_ledger([])
    assert (ledger.trades, ledger.total_r, ledger.losses, ledger.worst_trade) == (0, 0, 0, None)
    assert math.isnan(ledger.mean_r)
    assert math.isnan(ledger.never_promised_share)
    row = ledger.to_dict()
    assert (row["mean_r"], row["never_promised_share"]) == (None, None)
    assert "worst overshoot: none" in ledger.to_text()


def test_the_ledger_is_plain_and_says_itself():
    ledger = r_ledger([WON, JUMPED])
    row = json.loads(json.dumps(ledger.to_dict()))
    assert (row["worst_trade"], row["parts"]["exit_gap"], row["never_promised_share"]) == (3, -1, 0.5)
    assert ledger.to_text().splitlines() == [
        "2 trades, 1 won, 1 lost: +0.00 R, mean +0.00 R",
        "worst overshoot: 1.00 R in trade 3",
        "lost 1,000.00, of which 500.00 was never promised",
        "planned                 -2.00 R",
        "entry gap               +0.00 R",
        "stop moves              +0.00 R",
        "early exit              +3.00 R",
        "entry bar exposure      +0.00 R",
        "exit gap                -1.00 R",
        "slippage                +0.00 R",
        "costs                   +0.00 R",
    ]
