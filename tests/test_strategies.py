"""The example strategies: short, public names only, and doing what they say."""

from __future__ import annotations

import ast
from pathlib import Path

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from bt_risk import MODERATE, ArrayFeed
from bt_risk.rules.profile import UNCONTROLLED
from strategies.donchian_breakout import DonchianBreakout
from strategies.rsi_reversion import RsiReversion
from strategies.sma_cross import SmaCross

FOLDER = Path(__file__).resolve().parent.parent / "strategies"
FILES = sorted(path for path in FOLDER.glob("*.py") if path.name != "__init__.py")


def run(strategy, closes, profile=UNCONTROLLED, **params):
    """Run on bars that open at the previous close; return the strategy after the run."""
    closes = np.asarray(closes, dtype=float)
    opens = np.concatenate([closes[:1], closes[:-1]])
    frame = pd.DataFrame(
        {
            "Open": opens,
            "High": np.maximum(opens, closes),
            "Low": np.minimum(opens, closes),
            "Close": closes,
            "Volume": 1000.0,
        },
        index=pd.bdate_range("2005-01-03", periods=len(closes)),
    )
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(ArrayFeed(dataname=frame), name="AAA")
    cerebro.broker.setcash(100_000.0)
    cerebro.addstrategy(strategy, profile=profile, **params)
    return cerebro.run()[0]


def requests(strategy):
    """Return (bar, side, kind) of every decision that changed something, bars counted from 1."""
    days = pd.bdate_range("2005-01-03", periods=len(strategy))
    return [
        (days.get_loc(decision.datetime) + 1, decision.side, decision.kind)
        for decision in strategy.bt_risk.decisions
        if decision.outcome != "nothing"
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_is_short_and_leaves_size_and_risk_to_the_desk(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 35
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not names & {"super", "size_", "stop", "addsizer", "setsizer", "buy_bracket", "sell_bracket"}
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    orders = [call for call in calls if call.func.attr in ("buy", "sell", "close")]
    assert orders
    assert all(len(call.args) == 1 and not call.keywords for call in orders)
    ours = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith("bt_risk")
    ]
    assert [(node.module, node.names[0].name) for node in ours] == [("bt_risk", "RiskStrategy")]


def test_sma_cross_buys_when_the_fast_average_crosses_above_and_closes_when_it_crosses_below():
    # Averages of 2 and 3 bars; the fast one crosses above on the first rise and below on the first fall after it.
    closes = [10, 10, 10, 10, 9, 9, 12, 13, 14, 14, 9, 8, 8]
    assert requests(run(SmaCross, closes, fast=2, slow=3)) == [(7, "buy", "entry"), (11, "sell", "exit")]


def test_donchian_buys_above_the_channel_and_closes_below_the_shorter_one():
    # Bar 6 closes above the highs of the five bars before it; bar 9 closes below the lows of the two before it.
    closes = [10, 11, 10, 11, 10, 12, 13, 14, 11, 11]
    assert requests(run(DonchianBreakout, closes, entry=4, exit=2)) == [
        (6, "buy", "entry"),
        (9, "sell", "exit"),
    ]


def test_donchian_does_not_buy_a_close_equal_to_the_channel():
    assert requests(run(DonchianBreakout, [10, 11, 10, 11, 10, 11, 11, 11], entry=4, exit=2)) == []


def test_rsi_reversion_trades_both_sides_and_leaves_in_the_middle():
    falls_then_rises = [*np.linspace(100, 80, 20), *np.linspace(81, 120, 30), *np.linspace(119, 100, 15)]
    made = requests(run(RsiReversion, falls_then_rises, period=5))
    assert [(side, kind) for _, side, kind in made[:4]] == [
        ("buy", "entry"),
        ("sell", "exit"),
        ("sell", "entry"),
        ("buy", "exit"),
    ]


def test_rsi_reversion_survives_a_market_that_never_moves():
    assert requests(run(RsiReversion, [50.0] * 40)) == []


@pytest.mark.parametrize("strategy", [SmaCross, DonchianBreakout, RsiReversion])
def test_every_example_trades_on_a_random_market_within_the_limit_of_its_profile(strategy):
    closes = 50 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.02, 500)))
    desk = run(strategy, closes.round(4), profile=MODERATE).bt_risk
    entries = [decision for decision in desk.decisions if decision.kind == "entry"]
    assert len(entries) > 3
    assert all(decision.heat_after <= MODERATE.max_heat for decision in entries)
