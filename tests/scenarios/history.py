"""Run a small strategy over the shipped prices of one instrument. Gives: its fills, heats and equity by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import backtrader as bt

from bt_risk import ArrayFeed, RiskStrategy
from bt_risk.analyzers import HeatAnalyzer

PRICES = Path(__file__).resolve().parents[2] / "data"
CASH = 100_000.00


class BuyOnce(RiskStrategy):
    """Buy on the close of one day, with a stop of the strategy's own."""

    params = (("day", None), ("stop", None))

    def next(self):
        if self.data.datetime.date() == self.p.day:
            self.buy(stop=self.p.stop)


@dataclass(frozen=True)
class History:
    """One finished run: `fills` are (day, signed size, price), `days` has heat and equity after each bar."""

    fills: list
    days: object
    desk: object

    def heat(self, day):
        return self.days.loc[day, "heat"]

    def equity(self, day):
        return self.days.loc[day, "equity"]

    @property
    def audit(self):
        """Return what the one trade made, planned against realised."""
        (trade,) = self.desk.trades
        return trade.parts


def buy_once(name, day, stop, profile, *, commission=0.0, leverage=1.0):
    """Buy `name` on the close of `day`, with two months of prices around it."""
    cerebro = bt.Cerebro(stdstats=False)
    middle, month = dt.datetime.combine(day, dt.time()), dt.timedelta(days=31)
    feed = ArrayFeed(dataname=PRICES / f"{name}.csv", fromdate=middle - month, todate=middle + month)
    cerebro.adddata(feed, name=name)
    cerebro.broker.setcash(CASH)
    cerebro.broker.setcommission(commission=commission, leverage=leverage)
    cerebro.addstrategy(BuyOnce, profile=profile, day=day, stop=stop)
    cerebro.addanalyzer(bt.analyzers.Transactions, _name="fills")
    cerebro.addanalyzer(HeatAnalyzer, _name="heat")
    (strategy,) = cerebro.run()
    fills = [
        (time.date().isoformat(), size, price)
        for time, rows in strategy.analyzers.fills.get_analysis().items()
        for size, price, *_ in rows
    ]
    return History(fills, strategy.analyzers.heat.to_frame(), strategy.bt_risk)
