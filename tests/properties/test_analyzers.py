"""The analyzers on hostile runs: their figures are those of the desk and of the fills, on any market in any mode."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from unittest import mock

import backtrader as bt
import pytest

import bt_risk.analyzers
from bt_risk.analyzers import (
    DecisionAnalyzer,
    DiversificationAnalyzer,
    HeatAnalyzer,
    RiskReportAnalyzer,
    TradeRiskAnalyzer,
)
from bt_risk.rules.r_ledger import r_ledger
from tests.bench.hostile import hostile_run
from tests.bench.houses import House, random_house
from tests.bench.markets import add_feeds, random_plan, rows
from tests.properties.scale import runs

ANALYZERS = {
    "heat": HeatAnalyzer,
    "trades": TradeRiskAnalyzer,
    "bets": DiversificationAnalyzer,
    "rules": DecisionAnalyzer,
    "report": RiskReportAnalyzer,
}
# A cent on an account of 100 000.
CENT = 0.01


class DeskHeats(bt.Analyzer):
    """What the desk itself told after every bar."""

    def start(self):
        self.rows = []

    def next(self):
        desk = self.strategy.bt_risk
        self.rows.append(
            (desk.equity, desk.heat, desk.open_heat, desk.locked_in, desk.stressed_heat, int(desk.tier))
        )

    def get_analysis(self):
        return {}


class PlainRequests(bt.Strategy):
    """Orders of every kind without a desk: at market, resting, in brackets, with stops of their own, turned over."""

    params = (("seed", 0), ("shorts", True))

    def prenext(self):
        self.next()

    def next(self):
        for number, data in enumerate(self.datas):
            rng = random.Random(f"{self.p.seed}/{len(self)}/{number}")
            if len(data) and 0 < data.close[0] < math.inf and rng.random() < 0.3:
                self.ask(rng, data, data.close[0])

    def ask(self, rng, data, price):
        side = rng.choice((1, -1)) if self.p.shorts else 1
        enter, leave = (self.buy, self.sell) if side > 0 else (self.sell, self.buy)
        size, stop = rng.choice((10, 25, 60)), price * (1 - side * rng.choice((0.01, 0.03, 0.08)))
        held = self.getposition(data).size
        way = rng.randrange(7)
        if held and way < 3:
            self.close(data, size=None if way else abs(held) / 2)
        elif way == 3:
            bracket = self.buy_bracket if side > 0 else self.sell_bracket
            bracket(
                data=data, size=size, exectype=bt.Order.Market, stopprice=stop, limitprice=2 * price - stop
            )
        elif way == 4:
            enter(data, size=size, exectype=rng.choice((bt.Order.Limit, bt.Order.Stop)), price=price)
        else:
            enter(data, size=size)
            if way == 5:
                leave(data, size=size, exectype=bt.Order.Stop, price=stop)


def attach(cerebro):
    for name, analyzer in ANALYZERS.items():
        cerebro.addanalyzer(analyzer, _name=name)


def analysed(seed):
    """Return the strategy of a hostile run, with the analyzers attached."""
    prepare = House.prepare

    def prepare_all(house, cerebro):
        prepare(house, cerebro)
        attach(cerebro)
        cerebro.addanalyzer(DeskHeats, _name="desk")

    with mock.patch.object(House, "prepare", prepare_all):
        run = hostile_run(seed)
    return run.strategy, run.made_of


@pytest.mark.parametrize("seed", range(runs(16, 400)))
def test_the_figures_are_those_of_the_desk(seed):
    strategy, _ = analysed(seed)
    desk, made = strategy.bt_risk, strategy.analyzers
    for analyzer in (*made,)[1:-1]:
        assert json.dumps(analyzer.get_analysis(), allow_nan=False)
    frame = made.heat.to_frame()
    columns = ["equity", "heat", "open_heat", "locked_in", "stressed_heat", "tier"]
    told = frame[columns].astype(float).to_numpy().tolist()
    assert told == [pytest.approx(list(row), nan_ok=True) for row in made.desk.rows]
    parts = made.heat.composition().groupby("bar")[["open_heat", "reserved_heat", "marginal_heat"]].sum()
    bars = frame.iloc[parts.index - 1]
    assert list(parts["open_heat"] + parts["reserved_heat"]) == pytest.approx(list(bars["heat"]), abs=1e-12)
    assert list(parts["marginal_heat"]) == pytest.approx(list(bars["correlated_heat"]), abs=1e-12)
    rules = made.rules.get_analysis()
    assert rules["decisions"] == len(desk.decisions)
    assert rules["outcomes"] == dict(desk.decisions.outcomes)
    assert sum(row["binding"] for row in rules["rules"].values()) == sum(bool(d.rule) for d in desk.decisions)
    trades = made.trades.get_analysis()
    assert made.trades.trades == desk.trades
    assert trades["ledger"]["total_r"] == pytest.approx(r_ledger(desk.trades).total_r)
    assert trades["open"] == len(desk.open_trades)
    report = made.report.get_analysis()
    assert report["position_metrics"]["total"] == len(desk.holdings)
    for position in report["position_metrics"]["positions"]:
        (open_trade,) = [trade for trade in desk.open_trades if trade.data == position["symbol"]]
        assert position["realized_pnl"] == pytest.approx(open_trade.realised, abs=CENT)
        assert position["timestamp"] == open_trade.opened.isoformat()


@pytest.mark.parametrize("seed", range(runs(12, 300)))
def test_profits_of_fills_and_of_positions_sum_to_the_accounts(seed):
    strategy, made_of = analysed(seed)
    report = strategy.analyzers.report
    frame, metrics = report.to_frame(), report.get_analysis()["portfolio_metrics"]
    if "interest" in made_of["costs"] or not math.isfinite(metrics["total_pnl"] or math.nan):
        return
    assert metrics["total_realized"] + metrics["total_unrealized"] == pytest.approx(
        metrics["total_pnl"], abs=CENT
    )
    assert len(frame) == len(strategy)


def plain_run(seed):
    """Return a plain strategy after its run, and the house that it was in."""
    house = random_house(seed)
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    add_feeds(cerebro, rows(random_plan(seed, datas=3)))
    house.prepare(cerebro)
    cerebro.addstrategy(PlainRequests, seed=seed, shorts=house.shorts)
    attach(cerebro)
    cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="theirs")
    (strategy,) = cerebro.run()
    return strategy, house


@pytest.mark.parametrize("seed", range(runs(12, 300)))
def test_a_plain_strategys_trades_are_those_that_backtrader_counts(seed):
    strategy, house = plain_run(seed)
    theirs, mine = strategy.analyzers.theirs.get_analysis(), strategy.analyzers.trades.get_analysis()
    for name in ANALYZERS:
        assert json.dumps(strategy.analyzers.getbyname(name).get_analysis(), allow_nan=False)
    assert mine["trades"] == theirs.total.get("closed", 0)
    if not mine["trades"]:
        return
    # A trade of exactly zero is won for Backtrader, and neither here.
    assert mine["lost"] == theirs.lost.total
    if "interest" not in house.costs:
        assert mine["net"] == pytest.approx(theirs.pnl.net.total, abs=CENT)
    frame = strategy.analyzers.trades.to_frame()
    assert frame["r_multiple"].notna().sum() == mine["rated"]


def test_the_runs_reach_what_they_claim():
    met = Counter()
    for seed in range(16):
        strategy, _ = analysed(seed)
        made = strategy.analyzers
        trades = made.trades.get_analysis()
        met["trades"] += trades["trades"]
        met["shorts"] += trades["sides"].get("short", {}).get("trades", 0)
        met["adds"] += sum(trade.adds for trade in made.trades.trades)
        met["bets"] += made.bets.get_analysis()["effective_positions"]["mean"] is not None
        met["tiers"] += sum(made.heat.get_analysis()["bars_in_tier"].values()) > 0
        met["open"] += trades["open"]
    for seed in range(4):
        found = plain_run(seed)[0].analyzers.trades.get_analysis()
        met["plain trades"] += found["trades"]
        met["plain and rated"] += found["rated"]
        met["plain and not rated"] += found["trades"] - found["rated"]
    assert met["trades"] > 100
    assert min(met.values()) > 3


def test_every_analyzer_of_the_package_is_here_or_has_a_test_of_its_own():
    elsewhere = {"DrawdownAnalyzer", "VaRAnalyzer"}
    assert {each.__name__ for each in ANALYZERS.values()} | elsewhere == set(bt_risk.analyzers.__all__)
