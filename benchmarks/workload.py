"""The reference workload: prices, terms, entries, and the strategy that leaves everything else to the desk."""

from __future__ import annotations

import os
from typing import Any

import backtrader as bt
import numpy as np
import pandas as pd

from bt_risk import RiskProfile, RiskStrategy

SEED = 20_110_301
CASH = 1_000_000.0
COMMISSION = 0.001
FAST, SLOW = 20, 50

# Every limit is on. Each of these numbers is written out by hand in `plain`.
PROFILE = RiskProfile(
    name="benchmark",
    allocation="risk_per_trade",
    risk_per_trade=0.01,
    max_heat=0.10,
    target_heat=(0.06, 0.10),
    max_positions=10,
    max_position=0.10,
    atr_period=14,
    atr_stop=2.5,
    trail_atr=3.0,
    trail_activation=1.0,
)


class ManagedCross(RiskStrategy):
    """Buy where the fast average crosses above the slow one; the desk does the rest."""

    params = (("profile", PROFILE),)

    def __init__(self):
        self.cross = crossings(self.datas)

    def next(self):
        """Ask to buy on each crossing."""
        for data, cross in self.cross.items():
            if cross[0] > 0.0:
                self.buy(data)


class StreamedCross(ManagedCross):
    """The same, and every decision is written into a file as it is made."""

    params = (("path", os.devnull),)

    def start(self):
        """Open the file."""
        self.bt_risk.stream_decisions(self.p.path)


class BoundedCross(ManagedCross):
    """The same with the last few decisions in memory only."""

    def start(self):
        """Bound the memory."""
        self.bt_risk.keep_decisions(10)


class Fills(bt.Analyzer):
    """Record every fill: instrument, bar, size, price."""

    def create_analysis(self) -> None:
        """Start without fills."""
        self.rows: list[tuple[str, int, float, float]] = []

    def notify_order(self, order: Any) -> None:
        """Take in one order notification."""
        if order.status == order.Completed:
            executed = order.executed
            self.rows.append((order.data._name, len(order.data), executed.size, executed.price))

    def get_analysis(self) -> dict[str, Any]:
        """Return the fills in their order."""
        return {"fills": self.rows}


def crossings(datas: Any) -> dict[Any, Any]:
    """Return the signal of each instrument, which both sides of the comparison share."""
    return {
        data: bt.ind.CrossOver(bt.ind.SMA(data, period=FAST), bt.ind.SMA(data, period=SLOW)) for data in datas
    }


def random_walks(datas: int, bars: int) -> list[pd.DataFrame]:
    """Return daily prices of geometric walks, calm and wild instruments in turn; the same on every call."""
    dates = pd.bdate_range("2015-01-01", periods=bars, name="Date")
    return [
        _walk(np.random.default_rng((SEED, index)), dates, 0.008 + 0.004 * (index % 5))
        for index in range(datas)
    ]


def _walk(random: np.random.Generator, dates: pd.DatetimeIndex, volatility: float) -> pd.DataFrame:
    overnight, daily, above, below = volatility * random.standard_normal((4, len(dates)))
    overnight = 0.3 * overnight
    close = 100.0 * np.exp(np.cumsum(overnight + daily + 0.0006))
    open_ = close / np.exp(daily)
    high = np.maximum(open_, close) * np.exp(np.abs(0.5 * above))
    low = np.minimum(open_, close) / np.exp(np.abs(0.5 * below))
    volume = np.full(len(dates), 1e6)
    return pd.DataFrame(dict(Open=open_, High=high, Low=low, Close=close, Volume=volume), index=dates)


def run(strategy: Any, feed: Any, sources: list[Any], *, analyzer: Any = None, **params: Any) -> Any:
    """Run one backtest of `strategy` on a `feed` of each source; return the strategy."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.set_cash(CASH)
    cerebro.broker.setcommission(commission=COMMISSION)
    for index, source in enumerate(sources):
        cerebro.adddata(feed(dataname=source), name=f"walk{index}")
    cerebro.addstrategy(strategy, **params)
    if analyzer is not None:
        cerebro.addanalyzer(analyzer, _name="recorded")
    return cerebro.run()[0]


def fills(strategy: Any, feed: Any, sources: list[Any]) -> list[tuple[str, int, float, float]]:
    """Return the fills of one run."""
    return run(strategy, feed, sources, analyzer=Fills).analyzers.recorded.rows
