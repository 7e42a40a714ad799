"""Run one market under one strategy with the auditor watching. Gives: `Run`, to tests and benchmarks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import backtrader as bt

from tests.bench.auditor import Auditor
from tests.bench.markets import Plan, add_feeds, rows
from tests.bench.requests import Requests, RiskRequests


@dataclass
class Run:
    """One finished run; `made_of` names the parts that it was put together from."""

    strategy: bt.Strategy
    audit: Auditor
    made_of: dict[str, Any] = field(default_factory=dict)

    @property
    def problems(self):
        return self.audit.problems

    @property
    def met(self):
        return self.audit.met

    def trace(self):
        """Return what two equal runs must share: decisions, orders, fills, trades and equity."""
        desk = self.strategy.bt_risk
        decisions = [
            (
                one.datetime,
                one.data,
                one.side,
                one.kind,
                one.rule,
                one.outcome,
                one.wanted,
                one.given,
                one.price,
                one.stop,
                one.target,
            )
            for one in desk.decisions
        ]
        return {
            "decisions": decisions,
            "orders": self.audit.sent,
            "fills": self.audit.fills,
            "trades": [trade.to_row() for trade in (*desk.trades, *desk.open_trades)],
            "equity": self.audit.equity,
        }


def audited(
    market,
    *,
    strategy=RiskRequests,
    profile=None,
    seed=0,
    limits=None,
    cash=100_000.0,
    filler=None,
    prepare=None,
    engine=None,
    covers=True,
    replays=False,
    auditor=Auditor,
    **params,
) -> Run:
    """Run `strategy` over a plan or a tuple of rows; `engine` holds Cerebro's own options."""
    engine = engine or {}
    cerebro = bt.Cerebro(stdstats=False, **engine)
    cerebro.broker.setcash(cash)
    if filler is not None:
        cerebro.broker.set_filler(filler)
    if isinstance(market, Plan):
        add_feeds(cerebro, rows(market), weekly=market.weekly)
    else:
        add_feeds(cerebro, market)
    if prepare is not None:
        prepare(cerebro)
    if profile is not None:
        params["profile"] = profile
        limits = limits or profile
        covers = covers and profile.place_stops and profile.stop != "none"
    if issubclass(strategy, Requests):
        params["seed"] = seed
    cerebro.addstrategy(strategy, **params)
    cerebro.addanalyzer(
        auditor,
        limits=limits,
        covers=covers,
        replays=replays,
    )
    (run,) = cerebro.run()
    return Run(run, run.analyzers[0])
