"""The audit of trade records sees every price, amount or word that a record has wrong."""

from __future__ import annotations

import dataclasses

import pytest

from bt_risk import MODERATE
from bt_risk.rules import open_trade
from bt_risk.rules.open_trade import OpenTrade
from bt_risk.rules.trade_record import TradeRecord
from tests.bench.markets import DataPlan, Plan
from tests.bench.run import audited

PROFILE = MODERATE.replace(atr_period=3, max_adds=1, ladder=((1.0, 0.5),))
STRETCHES = (("walk", 20), ("gaps", 40), ("wild", 20), ("rise", 20), ("small gaps", 40))
MARKET = Plan(seed=3, datas=(DataPlan(stretches=STRETCHES), DataPlan(price=9.0, stretches=STRETCHES)))


def dear(cerebro):
    cerebro.broker.setcommission(commission=0.001)
    cerebro.broker.set_slippage_perc(0.002)


def problems():
    return audited(MARKET, profile=PROFILE, seed=1, prepare=dear, activity=0.5).problems


def test_a_sound_book_has_no_problem():
    run = audited(MARKET, profile=PROFILE, seed=1, prepare=dear, activity=0.5)
    assert run.problems == []
    wanted = ("trade recorded", "trade with an add", "trade in parts", "part slippage", "part exit_gap")
    assert {what for what in wanted if run.met[what] < 1} == set()


def entering(**changes):
    """Return an `enter` that gets a fill with other fields; each is a function of the fill."""
    enter = OpenTrade.enter

    def wrong(self, fill, high, low):
        fields = {name: change(fill) for name, change in changes.items()}
        enter(self, dataclasses.replace(fill, **fields), high, low)

    return wrong


def leaving(**changes):
    leave = OpenTrade.leave

    def wrong(self, fill, money, seen=()):
        fields = {name: change(fill) for name, change in changes.items()}
        leave(self, dataclasses.replace(fill, **fields), money, seen)

    return wrong


@pytest.mark.parametrize(
    "changes",
    [
        {"units": lambda fill: fill.units * 1.001},
        {"decided": lambda fill: fill.decided * 1.001},
        {"stop": lambda fill: fill.stop - (fill.decided - fill.stop) * 0.1},
        {"quote": lambda fill: fill.price},
        {"quote": lambda fill: fill.quote * 1.01},
        {"price": lambda fill: fill.quote},
        {"commission": lambda fill: 0.0},
        {"bar": lambda fill: fill.bar + 1},
        {"unprotected_close": lambda fill: fill.quote},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_wrong_entry_is_caught(monkeypatch, changes):
    monkeypatch.setattr(OpenTrade, "enter", entering(**changes))
    assert any(problem.startswith("I10") for problem in problems())


@pytest.mark.parametrize(
    "changes",
    [
        {"stop": lambda fill: None},
        {"stop": lambda fill: fill.stop * 1.001 if fill.stop else None},
        {"quote": lambda fill: fill.quote * 1.01},
        {"price": lambda fill: fill.quote},
        {"commission": lambda fill: fill.commission * 1.01},
        {"pnl": lambda fill: fill.pnl + 0.01 * fill.price},
        {"bar": lambda fill: fill.bar - 1},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_wrong_exit_is_caught(monkeypatch, changes):
    monkeypatch.setattr(OpenTrade, "leave", leaving(**changes))
    assert any(problem.startswith("I10") for problem in problems())


@pytest.mark.parametrize(
    "part",
    [
        "planned",
        "entry_gap",
        "stop_moves",
        "early_exit",
        "entry_bar_exposure",
        "exit_gap",
        "slippage",
        "costs",
    ],
)
def test_a_wrong_part_is_caught(monkeypatch, part):
    attribute = open_trade.attribute_trade

    def wrong(path, money):
        parts = attribute(path, money)
        return dataclasses.replace(parts, **{part: getattr(parts, part) + 1e-7 * path.entry * abs(path.size)})

    monkeypatch.setattr(open_trade, "attribute_trade", wrong)
    assert any("the parts" in problem for problem in problems())


@pytest.mark.parametrize("name", ["mae", "mfe"])
def test_a_wrong_excursion_is_caught(monkeypatch, name):
    record = OpenTrade.record

    def wrong(self, number, **state):
        made = record(self, number, **state)
        return dataclasses.replace(made, **{name: getattr(made, name) + 1e-6})

    monkeypatch.setattr(OpenTrade, "record", wrong)
    assert any("excursions" in problem for problem in problems())


def test_a_trade_that_is_not_written_down_is_caught(monkeypatch):
    monkeypatch.setattr(TradeRecord, "realised", property(lambda self: 0.0))
    assert any("the account changed by" in problem for problem in problems())
