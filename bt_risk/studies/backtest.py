"""One backtest from plain values. Gives: the strategy whose run is over, to whoever reads its desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import backtrader as bt

from bt_risk.feeds import ArrayFeed
from bt_risk.rules.profile import RiskProfile
from bt_risk.strategy import guard
from bt_risk.studies.strategy_source import unship


def run_backtest(
    spec: dict[str, Any], profile: RiskProfile, analyzers: Mapping[str, type[bt.Analyzer]]
) -> Any:
    """Run one backtest and return its strategy, with the given analyzers.

    Parameters
    ----------
    spec
        ``strategy`` (see `strategy_source.ship`), ``params``, ``prices`` (frames by name), ``cash``, ``commission``,
        ``slippage``.
    profile
        The limits of the run.
    analyzers
        Classes by the names under which they are attached.
    """
    cerebro = bt.Cerebro(stdstats=False)
    feed: Any = ArrayFeed
    for name, frame in spec["prices"].items():
        cerebro.adddata(feed(dataname=frame), name=name)
    cerebro.broker.setcash(spec["cash"])
    cerebro.broker.setcommission(commission=spec["commission"])
    if spec["slippage"]:
        cerebro.broker.set_slippage_perc(spec["slippage"])
    for name, analyzer in analyzers.items():
        cerebro.addanalyzer(analyzer, _name=name)
    cerebro.addstrategy(guard(unship(spec["strategy"])), profile=profile, **spec["params"])
    return cerebro.run()[0]
